"""What people ask about their data."""

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.account.build_form import TokenForm
from webapp.account.checkout_form import NEEDED, TOO_LONG
from webapp.account.entries import paragraph
from webapp.customers.rights_request import LONGEST, Kind


class AskForm(TokenForm):
    """A request to the people of the shop."""

    kind = RadioField(
        lazy_gettext("What is it about?"),
        [InputRequired(NEEDED)],
        choices=[
            SelectChoice(
                Kind.CORRECT.value, lazy_gettext("Something is wrong and I cannot change it myself")
            ),
            SelectChoice(Kind.ACCESS.value, lazy_gettext("I want to know more than the file says")),
            SelectChoice(Kind.OBJECT.value, lazy_gettext("I object to something")),
            SelectChoice(Kind.OTHER.value, lazy_gettext("Something else about my data")),
        ],
    )
    words = TextAreaField(
        lazy_gettext("In your words"),
        [DataRequired(NEEDED), Length(max=LONGEST, message=TOO_LONG)],
        filters=[paragraph],
    )


class ObjectionForm(TokenForm):
    """What somebody does not want, at once and without giving a reason."""

    PROFILING, MARKETING, COUNTING = "profiling", "marketing", "counting"

    against = SelectMultipleField(
        lazy_gettext("I object to"),
        [InputRequired(lazy_gettext("Choose what you object to."))],
        choices=[
            SelectChoice(PROFILING, lazy_gettext("conclusions from what I choose (profiling)")),
            SelectChoice(
                MARKETING, lazy_gettext("letters, calls and messages beyond my orders (direct marketing)")
            ),
            SelectChoice(COUNTING, lazy_gettext("counting my clicks under the random name of this browser")),
        ],
    )
