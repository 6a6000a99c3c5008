"""The forms of signing in."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from webapp.account.build_form import TokenForm
from webapp.account.checkout_form import NEEDED, TOO_LONG
from webapp.account.entries import EMAIL, one_line
from webapp.customers.customer import LONGEST_EMAIL
from webapp.customers.sign_in_request import DIGITS


def only_digits(text: str | None) -> str:
    """The digits as they were meant: people copy spaces along."""
    return "".join(sign for sign in text or "" if not sign.isspace() and sign not in "-–—")


class EmailForm(TokenForm):
    """Where the letter goes."""

    email = StringField(
        lazy_gettext("E-mail"),
        [
            DataRequired(NEEDED),
            Length(max=LONGEST_EMAIL, message=TOO_LONG),
            Regexp(
                rf"^(?:{EMAIL.pattern})$",
                message=lazy_gettext("This does not look like an e-mail address, such as name@example.com."),
            ),
        ],
        filters=[one_line],
    )


class DigitsForm(TokenForm):
    """The code of the letter. Its token lets the same form, sent twice, sign in once."""

    digits = StringField(
        lazy_gettext("Six-digit code"),
        [
            DataRequired(lazy_gettext("Type the six digits of the letter.")),
            Regexp(rf"^[0-9]{{{DIGITS}}}$", message=lazy_gettext("The code has six digits, such as 012345.")),
        ],
        filters=[only_digits],
    )
