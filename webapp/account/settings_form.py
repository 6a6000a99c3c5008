"""What a customer tells us about themselves."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from webapp.account.checkout_form import NEEDED, TOO_LONG
from webapp.account.entries import one_line
from webapp.languages import LANGUAGES


class SettingsForm(FlaskForm):
    """Name, telephone and language; none of the first two is needed."""

    name = StringField(lazy_gettext("Your name"), [Length(max=100, message=TOO_LONG)], filters=[one_line])
    phone = StringField(lazy_gettext("Telephone"), [Length(max=30, message=TOO_LONG)], filters=[one_line])
    language = RadioField(
        lazy_gettext("Language of the site and of letters"),
        [InputRequired(NEEDED)],
        choices=list(LANGUAGES),
    )
