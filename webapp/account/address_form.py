"""The address for deliveries that a customer tells in their profile."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from webapp.account.checkout_form import NEEDED, POSTCODES, TOO_LONG
from webapp.account.countries import others
from webapp.account.entries import one_line
from webapp.sales.delivery import COUNTRIES


class AddressForm(FlaskForm):
    """Where deliveries go: the same entries as at the checkout."""

    street = StringField(
        lazy_gettext("Street and number"),
        [DataRequired(NEEDED), Length(max=120, message=TOO_LONG)],
        filters=[one_line],
    )
    extra = StringField(
        lazy_gettext("Flat, company, floor"), [Length(max=120, message=TOO_LONG)], filters=[one_line]
    )
    postcode = StringField(lazy_gettext("Postcode"), [Length(max=12, message=TOO_LONG)], filters=[one_line])
    city = StringField(
        lazy_gettext("Town"), [DataRequired(NEEDED), Length(max=80, message=TOO_LONG)], filters=[one_line]
    )
    country = SelectField(lazy_gettext("Country"), default=COUNTRIES[0])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [*COUNTRIES, *others(COUNTRIES)]

    def validate_postcode(self, field: Field) -> None:
        if self.country.data in POSTCODES:
            form, example = POSTCODES[self.country.data]
            if not form.fullmatch(field.data):
                raise ValidationError(
                    lazy_gettext("A postcode there looks like %(example)s.", example=example)
                )
