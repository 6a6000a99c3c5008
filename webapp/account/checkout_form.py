"""What a shopper tells us to order: who they are, where it goes, that they agree."""

import re
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from webapp.account.build_form import TOKEN, new_token
from webapp.account.countries import others
from webapp.account.entries import EMAIL, one_line, paragraph
from webapp.account.window_choice import WindowFields
from webapp.sales import offer
from webapp.sales.delivery import COUNTRIES, METHOD_BY_CODE, DeliveryMethod, offered

POSTCODES = {
    "DE": (re.compile(r"[0-9]{5}"), "10999"),
    "AT": (re.compile(r"[0-9]{4}"), "1010"),
    "BE": (re.compile(r"[0-9]{4}"), "1000"),
    "LU": (re.compile(r"(L-)?[0-9]{4}"), "1111"),
    "NL": (re.compile(r"[0-9]{4} ?[A-Za-z]{2}"), "1012 AB"),
}
NEEDED = lazy_gettext("Please fill this in.")
ELSEWHERE = lazy_gettext("This delivery does not go there; please choose another one.")
TOO_LONG = lazy_gettext("This is too long: at most %(max)d characters.")


class CheckoutForm(WindowFields, FlaskForm):
    """The checkout. `shown_version` (a mark of the goods) and `shown_total` are what the page said when it was sent."""

    token = HiddenField(default=new_token, validators=[TOKEN])
    shown_version = HiddenField(filters=[one_line])
    shown_total = IntegerField(validators=[Optional()])

    method = RadioField(validators=[InputRequired(lazy_gettext("Choose how it reaches you."))])
    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(NEEDED), Length(max=100, message=TOO_LONG)],
        filters=[one_line],
    )
    email = StringField(
        lazy_gettext("E-mail"), [DataRequired(NEEDED), Length(max=254, message=TOO_LONG)], filters=[one_line]
    )
    phone = StringField(lazy_gettext("Telephone"), [Length(max=30, message=TOO_LONG)], filters=[one_line])
    street = StringField(
        lazy_gettext("Street and number"), [Length(max=120, message=TOO_LONG)], filters=[one_line]
    )
    extra = StringField(
        lazy_gettext("Flat, company, floor"), [Length(max=120, message=TOO_LONG)], filters=[one_line]
    )
    postcode = StringField(lazy_gettext("Postcode"), [Length(max=12, message=TOO_LONG)], filters=[one_line])
    city = StringField(lazy_gettext("Town"), [Length(max=80, message=TOO_LONG)], filters=[one_line])
    country = SelectField(lazy_gettext("Country"), default=COUNTRIES[0])
    note = TextAreaField(
        lazy_gettext("Anything we should know"), [Length(max=1000, message=TOO_LONG)], filters=[paragraph]
    )
    code = StringField(
        lazy_gettext("Code"), [Length(max=offer.LONGEST_CODE, message=TOO_LONG)], filters=[offer.normal]
    )
    confirm = BooleanField()
    accept = BooleanField()

    def __init__(self, *args: Any, currency: str, assumes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assumes = assumes
        self.bills = False  # whether the address is for the invoice, though nothing is brought to it
        self.trouble_with_code = ""
        methods = offered(currency)
        self.method.choices = [method.code for method in methods]
        self.country.choices = [*COUNTRIES, *others(COUNTRIES)]
        if self.method.data not in {method.code for method in methods} and not self.is_submitted():
            self.method.data = methods[0].code

    @property
    def chosen_method(self) -> DeliveryMethod | None:
        return METHOD_BY_CODE[self.method.data] if self.method.data in (self.method.choices or ()) else None

    @property
    def goes_to_address(self) -> bool:
        method = self.chosen_method
        return method is None or method.to_address

    @property
    def asks_address(self) -> bool:
        return self.goes_to_address or self.bills

    def validate_email(self, field: Field) -> None:
        if not EMAIL.fullmatch(field.data):
            raise ValidationError(lazy_gettext("An address looks like name@example.com."))

    def validate_phone(self, field: Field) -> None:
        if field.data and not re.fullmatch(r"\+?[0-9\s()/.-]{5,30}", field.data):
            raise ValidationError(lazy_gettext("A number has digits only, such as +49 30 1234567."))

    def validate_street(self, field: Field) -> None:
        self._needed_there(field)

    def validate_city(self, field: Field) -> None:
        self._needed_there(field)

    def validate_country(self, field: Field) -> None:
        method = self.chosen_method
        if method is not None and not method.reaches(field.data, ""):
            raise ValidationError(ELSEWHERE)

    def validate_postcode(self, field: Field) -> None:
        if self.country.data not in POSTCODES:
            return  # some countries have none, and what is brought does not go there
        self._needed_there(field)
        form, example = POSTCODES[self.country.data]
        if self.asks_address and not form.fullmatch(field.data):
            raise ValidationError(lazy_gettext("A postcode there looks like %(example)s.", example=example))
        method = self.chosen_method
        if (
            method is not None
            and method.reaches(self.country.data, "")
            and not method.reaches(self.country.data, field.data)
        ):
            raise ValidationError(ELSEWHERE)

    def refuse_code(self, sentence: str) -> None:
        """Says beside the field, whether the rest of the form is looked at or not, why a code takes nothing off."""
        self.trouble_with_code = sentence
        self.code.errors = [sentence]

    def validate_code(self, field: Field) -> None:
        if self.trouble_with_code:
            raise ValidationError(self.trouble_with_code)

    def validate_confirm(self, field: Field) -> None:
        if self.assumes and not field.data:
            raise ValidationError(
                lazy_gettext("Please look at what we have filled in, and say that it is right.")
            )

    def validate_accept(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(lazy_gettext("We need your agreement to sell you anything."))

    def _needed_there(self, field: Field) -> None:
        if self.asks_address and not field.data:
            raise ValidationError(NEEDED)
