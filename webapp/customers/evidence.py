"""What one act says of a taste, in the words of the catalogue it was done in. No database in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from catalog.colour import colour_of
from catalog.expression import OptionKey
from catalog.model import Family, Option
from webapp.customers.inference_figures import BUILD_SHARE
from webapp.customers.touchpoint import Kind

COLOUR = "colour"
BUILT = (Kind.SAVE, Kind.CART, Kind.ORDER)  # acts that are about a whole build
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


def said_by(option: Option) -> frozenset[Said]:
    """What an option says of whoever wants it."""
    traits = {(trait, value) for trait, values in option.traits.items() for value in values}
    return frozenset(traits | ({(COLOUR, colour_of(option.swatch))} if option.swatch else set()))


def said_by_build(family: Family, choices: Iterable[OptionKey]) -> frozenset[Said]:
    """What the options say that somebody chose for a build: a value that enough of those with the trait have."""
    with_trait: Counter[str] = Counter()
    with_value: Counter[Said] = Counter()
    for key in choices:
        option = family.option_by_key.get(key)
        said = said_by(option) if option else frozenset()
        with_trait.update({trait for trait, _ in said})
        with_value.update(said)
    return frozenset(
        (trait, value) for (trait, value), n in with_value.items() if n >= BUILD_SHARE * with_trait[trait]
    )


def act_of(row: Mapping[str, Any], families: Mapping[str, Family]) -> Act:
    """An act as a touchpoint's row tells it; options that are made no more say nothing."""
    kind, family = Kind(row["kind"]), families.get(row["family"])
    act = Act(row["id"], kind, row["at"], row["family"], ref=row["ref"] or "")
    if kind in BUILT:
        told = row["detail"] or {}
        choices = [OptionKey(*name.split(".", 1)) for name in told.get("choices", []) if "." in name]
        says = said_by_build(family, choices) if family else frozenset()
        return act._replace(says=says, total=told.get("total"))
    if not row["option"]:
        return act
    key = OptionKey(row["option_group"], row["option"])
    option = family.option_by_key.get(key) if family else None
    group = family.group_by_code.get(key.group) if family else None
    return act._replace(
        says=said_by(option) if option else frozenset(),
        option=key,
        place=key.group if group is None or group.is_choose_one else str(key),
    )
