"""What one act says of a taste, in the words of the catalogue it was done in. No database in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from catalog.colour import colour_of
from catalog.expression import OptionKey
from catalog.fitting import COLOUR
from catalog.model import Family, Option
from webapp.customers.inference_figures import BUILD_SHARE
from webapp.customers.touchpoint import Kind

BUILT = (Kind.SAVE, Kind.CART, Kind.ORDER)  # acts that are about a whole build
KINDS = {kind.value: kind for kind in Kind}
Said = tuple[str, str]  # a trait and its value


class Act(NamedTuple):
    """One touchpoint of a customer. `says`: traits with their values; `place`: what a later click replaces."""

    number: int
    kind: Kind
    at: datetime
    family: str
    says: frozenset[Said] = frozenset()
    option: OptionKey | None = None
    place: str = ""
    ref: str = ""
    total: int | None = None

    @property
    def is_built(self) -> bool:
        return self.kind in BUILT


class Told(NamedTuple):
    """A touchpoint's row, as far as it says something of a taste."""

    number: int
    kind: str
    family: str
    group: str | None
    option: str | None
    at: datetime
    detail: Mapping[str, Any] | None
    ref: str | None


def said_by(option: Option) -> frozenset[Said]:
    """What an option says of whoever wants it."""
    traits = {(trait, value) for trait, values in option.traits.items() for value in values}
    return frozenset(traits | ({(COLOUR, colour_of(option.swatch))} if option.swatch else set()))


class Reader:
    """Reads rows as acts. What an option says is worked out once, however often it was clicked."""

    def __init__(self, families: Mapping[str, Family]) -> None:
        self.families = families
        self.known: dict[tuple[str, OptionKey], frozenset[Said]] = {}

    def act(self, row: Told) -> Act:
        """An act as a touchpoint's row tells it; options that are made no more say nothing."""
        family = self.families.get(row.family)
        kind, ref = KINDS[row.kind], row.ref or ""
        if kind in BUILT:
            told = row.detail or {}
            choices = [OptionKey(*name.split(".", 1)) for name in told.get("choices", []) if "." in name]
            says = self.said_by_build(family, choices) if family else frozenset()
            return Act(row.number, kind, row.at, row.family, says, None, "", ref, told.get("total"))
        if not row.option:
            return Act(row.number, kind, row.at, row.family, ref=ref)
        key = OptionKey(row.group or "", row.option)
        group = family.group_by_code.get(key.group) if family else None
        place = key.group if group is None or group.is_choose_one else str(key)
        says = self.said_by(family, key) if family else frozenset()
        return Act(row.number, kind, row.at, row.family, says, key, place, ref)

    def said_by(self, family: Family, key: OptionKey) -> frozenset[Said]:
        """What an option says of whoever wants it."""
        found = self.known.get((family.code, key))
        if found is None:
            option = family.option_by_key.get(key)
            found = self.known[family.code, key] = said_by(option) if option else frozenset()
        return found

    def said_by_build(self, family: Family, choices: Iterable[OptionKey]) -> frozenset[Said]:
        """What the options say that somebody chose for a build: a value that enough of those with the trait have."""
        with_trait: Counter[str] = Counter()
        with_value: Counter[Said] = Counter()
        for key in choices:
            said = self.said_by(family, key)
            with_trait.update({trait for trait, _ in said})
            with_value.update(said)
        return frozenset(
            (trait, value) for (trait, value), n in with_value.items() if n >= BUILD_SHARE * with_trait[trait]
        )
