"""Amounts as people type them."""

import re
from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField, ValidationError

from catalog.money import decimal_text, minor_digits, minor_units
from webapp.languages import language

# Thousands may stand apart; the point and the comma both mean what comes after the whole.
WRITTEN = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f]?[0-9]{3})*(?:[.,][0-9]{1,3})?")


class AmountField(StringField):
    """An amount in the currency that the form is about; `minor` is what it comes to, None where it is empty."""

    currency = "EUR"
    minor: int | None = None

    def pre_validate(self, form: Any) -> None:
        text = (self.data or "").strip()
        if not text:
            return
        example = written(1_299_50 if minor_digits(self.currency) else 1300, self.currency)
        wrong = lazy_gettext("An amount looks like %(example)s.", example=example)
        if not WRITTEN.fullmatch(text):
            raise ValidationError(wrong)
        try:
            self.minor = minor_units(re.sub(r"\s", "", text).replace(",", "."), self.currency)
        except ValueError:
            raise ValidationError(wrong) from None
        if self.minor == 0:
            raise ValidationError(lazy_gettext("More than nothing, please."))


def written(amount: int, currency: str) -> str:
    """An amount as it may be typed here, empty for none."""
    text = decimal_text(amount, currency) if amount else ""
    return text.replace(".", ",") if language() == "ru" else text
