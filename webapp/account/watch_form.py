"""What to tell the owner of a build about."""

import re
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from catalog.money import minor_digits, minor_units
from webapp.account.build_form import TokenForm
from webapp.account.entries import one_line

OPTION = (
    "option"  # of a build, or of its family: whether it is to return or to fit follows from the catalogue
)
LARGEST = 2**31 - 1  # that a column holds
EDITION = 20


class WatchForm(TokenForm):
    """One thing to look out for. Which kinds there are depends on what is not true yet."""

    kind = RadioField(validators=[InputRequired(lazy_gettext("Choose what you are waiting for."))])
    amount = StringField(filters=[one_line], validators=[Length(max=30)])
    day = StringField(filters=[one_line], validators=[Length(max=10)])
    option = SelectField()
    by_mail = BooleanField()
    edition = HiddenField(validators=[Length(max=EDITION)])

    def __init__(self, *args: Any, kinds: list[str], options: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kinds
        self.option.choices = options
        # Both are judged where they are understood, and said in our own words.
        self.kind.validate_choice = self.option.validate_choice = False
        if not self.is_submitted() and len(kinds) == 1:
            self.kind.data = kinds[0]

    def amount_in(self, currency: str) -> int | None:
        """The amount in minor units, however people write it; None where it is none."""
        return amount_in(self.amount.data or "", currency)

    @property
    def wanted_day(self) -> date | None:
        try:
            return date.fromisoformat(self.day.data or "")
        except ValueError:
            return None

    @property
    def is_about_option(self) -> bool:
        return self.kind.data == OPTION


def amount_in(text: str, currency: str) -> int | None:
    """Minor units of an amount such as "1 200", "1.200,50 €" or "1,200.50"; None where it is none."""
    bare = re.sub(r"[\s'’€$£₽]|[A-Z]{3}", "", text)
    whole, sign, part = bare, "", ""
    if found := re.fullmatch(r"(.*)([.,])([0-9]+)", bare):
        whole, sign, part = found.groups()
        if len(part) == 3 and minor_digits(currency) != 3:  # a sign between thousands
            whole, part = whole + sign + part, ""
    if not re.fullmatch(r"[0-9]+([.,][0-9]{3})*", whole):
        return None
    try:
        amount = minor_units(re.sub(r"[.,]", "", whole) + (f".{part}" if part else ""), currency)
    except ValueError:
        return None
    return amount if 0 < amount <= LARGEST else None
