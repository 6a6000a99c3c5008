"""The answer to a shopper's choices: what is in the build, why, what it costs, and what each other click would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.model import Family, Rule, Texts


class Origin(StrEnum):
    """Why an option is in the configuration."""

    MINE = "mine"
    FORCED = "forced"
    ASSUMED = "assumed"


class Card(NamedTuple):
    """An option (or "without", code `none`) as the shopper meets it in this configuration.

    `delta`: the total after the click minus the total now, in minor units; None until it is proven.
    `changes`: how many of my choices the click would change. `lead_days`: days until ready after the click.
    `after`: the choices after the click.
    """

    key: OptionKey
    chosen: bool
    origin: Origin | None
    available: bool
    delta: int | None
    changes: int
    lead_days: int | None
    after: Choices


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One named step of a price, in minor units. `code`: an option's `group.option`, or a price rule's code."""

    code: str
    label: Texts
    amount: int


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a resource is used, and how much there is."""

    code: str
    title: Texts
    unit: str
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A group's own limit, standing in a conflict beside the rules."""

    group: str
    min: int
    max: int
    reason: Texts

    @property
    def code(self) -> str:
        return f"limit:{self.group}"


@dataclass(frozen=True, slots=True)
class Change:
    """One of my choices given up: from what to what (None: nothing) in which group."""

    group: str
    was: OptionKey
    becomes: OptionKey | None


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of my choices that lets the option in, of which no part could be left out."""

    changes: tuple[Change, ...]
    total: int
    delta: int
    lead_days: int
    after: Choices


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why an option cannot be had as things stand, and what would let it in, best first (at most three).

    `rules` and `choices` together are irreducible: without any one of them the option would fit.
    """

    key: OptionKey
    rules: tuple[Rule | Limit, ...]
    choices: tuple[OptionKey, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """My choices and all that follows from them. `picked` is in the document's order."""

    family: Family
    choices: Choices
    picked: tuple[OptionKey, ...]
    origins: Mapping[OptionKey, Origin]
    total: int
    price_lines: tuple[PriceLine, ...]
    lead_days: int
    meters: tuple[Meter, ...]
    cards: Mapping[OptionKey, Card] = field(default_factory=dict)
    conflict: Conflict | None = None
    set_aside: tuple[OptionKey, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it could be ordered as it stands."""
        return self.conflict is None

    @property
    def undecided(self) -> int:
        """Groups in which neither the shopper nor the rules have decided yet."""
        decided = {key.group for key, origin in self.origins.items() if origin is not Origin.ASSUMED}
        return sum(group.code not in decided for group in self.family.groups)
