"""Forms about the links of a kept build."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.account.build_form import TokenForm
from webapp.account.entries import EMAIL, one_line


class LetterForm(TokenForm):
    """Where to send the private link."""

    email = StringField(
        lazy_gettext("E-mail"),
        [DataRequired(lazy_gettext("Please fill this in.")), Length(max=254)],
        filters=[one_line],
    )

    def validate_email(self, field: StringField) -> None:
        if not EMAIL.fullmatch(field.data or ""):
            raise ValidationError(lazy_gettext("An address looks like name@example.com."))


class RenewalForm(FlaskForm):
    """The link that is to open nothing any more, by the counter of its key."""

    seen = IntegerField(validators=[InputRequired()])
