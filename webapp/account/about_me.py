"""What a customer tells of themself beside their taste: where deliveries go, and when their birthday is."""

from collections.abc import Mapping
from typing import NamedTuple

from babel.dates import get_month_names
from flask_babel import get_locale

from webapp.account import profile_words
from webapp.account.address_form import AddressForm
from webapp.customers import birthday, profile
from webapp.customers.customer_session import SignedIn
from webapp.customers.inference import FactKind
from webapp.customers.profile import Profile
from webapp.customers.stated_address import StatedAddress
from webapp.database import reading

ENTRIES = ("street", "extra", "postcode", "city", "country")


class AboutMe(NamedTuple):
    """Both as the page shows them. `typed`: what was refused of a birthday, and `trouble` why."""

    form: AddressForm
    told: StatedAddress | None
    typed: Mapping[str, str]
    is_born: bool
    trouble: str = ""

    @property
    def months(self) -> list[tuple[int, str]]:
        """The months by name, in the reader's language."""
        names = get_month_names("wide", context="stand-alone", locale=get_locale())
        return [(number, names[number]) for number in range(1, 13)]

    def effect(self, kind: str) -> str:
        return profile_words.effect(FactKind(kind))


def about(
    who: SignedIn,
    known: Profile,
    *,
    form: AddressForm | None = None,
    typed: Mapping[str, str] | None = None,
    trouble: str = "",
) -> AboutMe:
    """What was told so far, or what was refused a moment ago."""
    told = profile.address_of(reading(), who.customer_id)
    if form is None:
        form = AddressForm(formdata=None, **({name: getattr(told, name) for name in ENTRIES} if told else {}))
    code = next(iter(known.stated.get(birthday.TRAIT, ())), "")
    born = birthday.read(code)
    said = {"day": str(born.day), "month": str(born.month), "year": str(born.year or "")} if born else {}
    return AboutMe(form, told, typed if typed is not None else said, born is not None, trouble)
