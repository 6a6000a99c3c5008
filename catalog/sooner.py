"""What would be ready sooner: single changes that shorten the lead time, and what each of them costs."""

from collections.abc import Iterator
from typing import NamedTuple

from catalog.choices import Choices
from catalog.configuration import Card, Configuration
from catalog.expression import OptionKey
from catalog.model import NONE, OptionGroup

MOST = 3


class Sooner(NamedTuple):
    """One option in the place of another, or left out, and no other choice of mine touched.

    `gives_way`: what of the group goes. `takes_place`: what comes instead, None where nothing does. `lead_days`: what
    it then takes; `delta`: the total afterwards minus the total now, in minor units; `after`: the choices then.
    """

    gives_way: tuple[OptionKey, ...]
    takes_place: OptionKey | None
    lead_days: int
    delta: int
    after: Choices

    @property
    def group(self) -> str:
        return (*self.gives_way, *((self.takes_place,) if self.takes_place else ()))[0].group


def sooner(configuration: Configuration, most: int = MOST) -> list[Sooner]:
    """The soonest ways, the cheaper one first among equals, then by the document; at most one for each group.

    The configuration has cards. What changes another choice of mine is left out, and so is what adds an option that
    nobody asked for without taking one away.
    """
    best: list[Sooner] = []
    for group in configuration.family.groups:
        ways = list(_ways(configuration, group))
        if ways:
            best.append(min(ways, key=_rank))
    return sorted(best, key=_rank)[:most]


def _ways(configuration: Configuration, group: OptionGroup) -> Iterator[Sooner]:
    picked = frozenset(configuration.picked)
    here = tuple(key for key in group.keys if key in picked)
    for key in group.cards:
        card = configuration.cards[key]
        if not here or card.delta is None or not _is_sooner(configuration, card):
            continue
        if card.chosen:
            yield Sooner((key,), None, card.lead_days or 0, card.delta, card.after)
        elif group.is_choose_one or (key.option == NONE and len(here) == 1):
            instead = None if key.option == NONE else key
            yield Sooner(here, instead, card.lead_days or 0, card.delta, card.after)


def _is_sooner(configuration: Configuration, card: Card) -> bool:
    if card.lead_days is None or card.lead_days >= configuration.lead_days:
        return False
    return card.available and card.changes == 0


def _rank(way: Sooner) -> tuple[int, int]:
    return way.lead_days, way.delta
