"""What was kept of a build: its parts as they were called and priced, the choices, every step of the price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from catalog.choices import Choices
from catalog.configuration import Configuration, Origin, PriceLine
from catalog.expression import OptionKey
from catalog.model import NONE, Family, Texts
from catalog.terms import Price, lines_total


@dataclass(frozen=True, slots=True)
class KeptPart:
    """One option as it was called when it was chosen."""

    key: OptionKey
    origin: Origin
    group_title: Texts
    title: Texts


@dataclass(frozen=True)
class Kept:
    """A build as it was kept. `titles`: what further groups were called then, by code, where that is known.

    The price lines are in minor units of `currency`; `lead_days` are days until it would have been ready.
    """

    parts: tuple[KeptPart, ...]
    choices: Choices
    price_lines: tuple[PriceLine, ...]
    currency: str
    lead_days: int
    titles: Mapping[str, Texts] = field(default_factory=dict)

    @cached_property
    def total(self) -> int:
        return lines_total(self.price_lines)

    @cached_property
    def picked(self) -> frozenset[OptionKey]:
        return frozenset(part.key for part in self.parts)

    @cached_property
    def part_by_key(self) -> Mapping[OptionKey, KeptPart]:
        return {part.key: part for part in self.parts}

    @cached_property
    def group_titles(self) -> Mapping[str, Texts]:
        return {**self.titles, **{part.key.group: part.group_title for part in self.parts}}

    @cached_property
    def amounts(self) -> Mapping[str, int]:
        """What each step of the price came to, by its code."""
        return amounts(self.price_lines)

    @classmethod
    def of(cls, configuration: Configuration, price: Price) -> "Kept":
        """A configuration as it would be kept today."""
        family = configuration.family
        parts = (
            KeptPart(
                key,
                configuration.origins[key],
                family.group_by_code[key.group].title,
                family.option_by_key[key].title,
            )
            for key in configuration.picked
        )
        titles = {group.code: group.title for group in family.groups}
        return cls(
            tuple(parts),
            configuration.choices,
            price.lines,
            price.currency,
            configuration.lead_days,
            titles,
        )


@dataclass(frozen=True, slots=True)
class Carried:
    """Choices under a newer version: what can still be said, and what cannot."""

    said: Choices
    lost: tuple[OptionKey, ...]


def carried(choices: Choices, family: Family) -> Carried:
    """Takes choices over to a version of their family, in their order.

    Lost are options that are gone, and refusals of groups that may not be empty any more. A refusal of a group that
    is gone, or beside the pick of what is a choose-one group by now, says nothing more and is lost to nobody.
    """
    said: list[OptionKey] = []
    lost: list[OptionKey] = []
    for key in choices:
        group = family.group_by_code.get(key.group)
        if key.option != NONE:
            (said if group is not None and key in group.keys else lost).append(key)
        elif group is None:
            continue
        elif not group.is_optional:
            lost.append(key)
        elif not (group.is_choose_one and any(pick in group.keys for pick in choices.of(group.code))):
            said.append(key)
    return Carried(Choices(tuple(said)), tuple(lost))


def amounts(lines: Iterable[PriceLine]) -> dict[str, int]:
    """What the steps of a price come to, by their codes."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.code] = found.get(line.code, 0) + line.amount
    return found
