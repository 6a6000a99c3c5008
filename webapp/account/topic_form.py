"""What guests fill in to hear of topics."""

from flask_babel import lazy_gettext
from wtforms import SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from webapp.account.build_form import TokenForm
from webapp.account.entries import EMAIL, one_line
from webapp.account.topic_rows import FREQUENCIES
from webapp.customers.customer import LONGEST_EMAIL
from webapp.languages import LANGUAGES
from webapp.relations.news.frequency import Frequency


class GuestTopicsForm(TokenForm):
    """Where to write, how often and in which language; topics and consents stand beside as boxes."""

    email = StringField(
        lazy_gettext("E-mail"),
        [DataRequired(lazy_gettext("Please fill this in.")), Length(max=LONGEST_EMAIL)],
        filters=[one_line],
    )
    frequency = SelectField(
        lazy_gettext("How often"),
        choices=[SelectChoice(*each) for each in FREQUENCIES.items()],
        default=Frequency.WEEKLY.value,
    )
    letters = SelectField(
        lazy_gettext("Language of the letters"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )

    def validate_email(self, field: StringField) -> None:
        if not EMAIL.fullmatch(field.data or ""):
            raise ValidationError(lazy_gettext("An address looks like name@example.com."))
