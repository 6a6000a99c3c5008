"""What the engine must answer, by definition: every combination of a small family is looked at, nothing is clever."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from catalog.choices import Choices
from catalog.configuration import Origin
from catalog.expression import OptionKey
from catalog.model import NONE, Family, OptionGroup
from catalog.pricing import price_lines

Picked = frozenset[OptionKey]


class Promise(NamedTuple):
    """One thing said, to be kept or given up: `key` is chosen, or (`refused`) none of these is."""

    key: OptionKey
    refused: tuple[OptionKey, ...] = ()

    def holds(self, picked: Picked) -> bool:
        if self.refused:
            return not any(key in picked for key in self.refused)
        return self.key in picked


class Way(NamedTuple):
    """A valid configuration with a pick, and the promises that it gives up."""

    given_up: tuple[Promise, ...]
    picked: Picked


class Reference:
    """All combinations of a family's options, sorted by what is better."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.keys = tuple(family.option_by_key)
        self.valid = sorted(filter(self.is_valid, self._within_limits()), key=self.rank)

    def _within_limits(self) -> Iterator[Picked]:
        per_group = [
            [taken for size in range(group.min, group.max + 1) for taken in combinations(group.keys, size)]
            for group in self.family.groups
        ]
        for parts in product(*per_group):
            yield frozenset(key for part in parts for key in part)

    def is_valid(self, picked: Picked) -> bool:
        return not self.broken(picked)

    def broken(self, picked: Picked) -> frozenset[str]:
        """The codes of all rules, resources and limits that a combination breaks."""
        family = self.family
        limits = (
            f"limit:{group.code}"
            for group in family.groups
            if not group.min <= sum(key in picked for key in group.keys) <= group.max
        )
        rules = (code for code, expression in family.expressions.items() if not expression.holds(picked))
        resources = (
            code
            for code, comparison in family.comparisons.items()
            if not comparison.holds(picked, family.weights)
        )
        return frozenset((*limits, *rules, *resources))

    # What a configuration comes to.

    def total(self, picked: Picked) -> int:
        return sum(line.amount for line in price_lines(self.family, picked))

    def days(self, picked: Picked) -> int:
        return self.family.lead.days([self.family.option_by_key[key].lead_days for key in picked])

    def order(self, picked: Picked) -> tuple[int, ...]:
        """The document's order: per group the state taken, nothing first; of several, option by option."""
        places: list[int] = []
        for group in self.family.groups:
            if group.is_choose_one:
                places.append(next((at for at, key in enumerate(group.keys, 1) if key in picked), 0))
            else:
                places += [int(key in picked) for key in group.keys]
        return tuple(places)

    @cached_property
    def _ranks(self) -> dict[Picked, tuple]:
        return {}

    def rank(self, picked: Picked) -> tuple:
        """Cheapest, then soonest, then first in the document."""
        if picked not in self._ranks:
            self._ranks[picked] = self.total(picked), self.waiting(picked), self.order(picked)
        return self._ranks[picked]

    def waiting(self, picked: Picked) -> tuple[int, ...]:
        """What sooner means: a smaller sum of days; or fewer options of the longest, then of the next longest days."""
        taken = [self.family.option_by_key[key].lead_days for key in picked]
        if self.family.lead.combine == "sum":
            return (sum(taken),)
        every = sorted(
            {option.lead_days for option in self.family.option_by_key.values()} - {0}, reverse=True
        )
        return tuple(taken.count(days) for days in every)

    def worth(self, way: Way) -> tuple[int, int, int]:
        """What a shopper sees of a way: how many choices it changes, its total and its days."""
        return len(way.given_up), self.total(way.picked), self.days(way.picked)

    # What was said.

    def promises(self, choices: Iterable[OptionKey], beside: Iterable[OptionKey] = ()) -> tuple[Promise, ...]:
        """What choices promise one by one; `none` of several promises so for each option that was not picked."""
        said = list(choices)
        picks = {*said, *beside}
        found: list[Promise] = []
        for key in said:
            group = self.family.group_by_code[key.group]
            if key.option != NONE:
                found.append(Promise(key))
            elif group.is_choose_one:
                found.append(Promise(key, group.keys))
            else:
                found += [Promise(member, (member,)) for member in group.keys if member not in picks]
        return tuple(found)

    def wanted(self, choices: Choices, key: OptionKey) -> tuple[OptionKey, ...]:
        """The other choices that a pick of `key` has to stand beside: the one it replaces is lifted."""
        group = self.family.group_by_code[key.group]
        replaces = group.is_choose_one or key.option == NONE
        return tuple(said for said in choices if said != key and not (replaces and said.group == key.group))

    def with_all(self, promises: Iterable[Promise]) -> list[Picked]:
        """Every valid configuration that keeps the promises, best first."""
        promises = tuple(promises)
        return [picked for picked in self.valid if all(promise.holds(picked) for promise in promises)]

    def current(self, choices: Iterable[OptionKey]) -> Picked | None:
        """The current configuration; None where the choices clash."""
        return next(iter(self.with_all(self.promises(choices))), None)

    # What could be said next.

    def keys_of(self, group: OptionGroup) -> tuple[OptionKey, ...]:
        return (*group.keys, OptionKey(group.code, NONE)) if group.is_optional else group.keys

    def is_available(self, choices: Choices, key: OptionKey) -> bool:
        others = self.wanted(choices, key)
        demand = self.demand(key)
        return bool(self.with_all((*self.promises(others, beside=[key]), *demand)))

    def demand(self, key: OptionKey) -> tuple[Promise, ...]:
        group = self.family.group_by_code[key.group]
        return (Promise(key, group.keys if key.option == NONE else ()),)

    def origin(self, choices: Choices, key: OptionKey) -> Origin:
        """Why something chosen is there."""
        if key in choices:
            return Origin.MINE
        group = self.family.group_by_code[key.group]
        if group.is_choose_one or key.option == NONE:
            others = [other for other in self.keys_of(group) if other != key]
            may_change = any(self.is_available(choices, other) for other in others)
        else:
            may_change = any(key not in picked for picked in self.with_all(self.promises(choices)))
        return Origin.ASSUMED if may_change else Origin.FORCED

    def ways(self, choices: Choices, key: OptionKey) -> list[Way]:
        """Every valid configuration with a pick, with what it gives up."""
        promises = self.promises(self.wanted(choices, key), beside=[key])
        return [
            Way(tuple(promise for promise in promises if not promise.holds(picked)), picked)
            for picked in self.with_all(self.demand(key))
        ]

    def best(self, choices: Choices, key: OptionKey) -> Way | None:
        """The best way to a pick: keeping as much as possible, then as `rank` says. None where there is none."""
        return min(
            self.ways(choices, key), key=lambda way: (len(way.given_up), self.rank(way.picked)), default=None
        )

    def repairs(self, choices: Choices, key: OptionKey) -> list[Way]:
        """For each set of promises to give up of which no part could be kept, and each way to fill the groups of
        the choices given up, a best configuration: fewest given up first, then as `rank` says."""
        ways = self.ways(choices, key)
        sets = {frozenset(way.given_up) for way in ways}
        minimal = [given_up for given_up in sets if not any(other < given_up for other in sets)]
        repairs: dict[tuple, Way] = {}
        for way in ways:
            if frozenset(way.given_up) in minimal:
                repairs.setdefault((way.given_up, self.instead(way)), way)
        return sorted(repairs.values(), key=lambda way: (len(way.given_up), self.rank(way.picked)))

    def instead(self, way: Way) -> Picked:
        """What a configuration has in the groups of the choices given up."""
        groups = {
            promise.key.group
            for promise in way.given_up
            # An option let in although `none` was said takes nobody's place.
            if promise.refused != (promise.key,)
        }
        return frozenset(key for key in way.picked if key.group in groups)

    # What stands in the way.

    @cached_property
    def breaking(self) -> dict[Picked, frozenset[str]]:
        """Each combination of options at all, with what it breaks."""
        combinations_ = (
            frozenset(key for key, taken in zip(self.keys, taking, strict=True) if taken)
            for taking in product((False, True), repeat=len(self.keys))
        )
        return {picked: self.broken(picked) for picked in combinations_}

    def rules_out(
        self, codes: Iterable[str], choices: Iterable[OptionKey], others: Iterable[OptionKey], key: OptionKey
    ) -> bool:
        """Whether rules and some of my choices alone leave no combination with a pick; `none` said means as
        much as it does among all the others."""
        codes = frozenset(codes)
        said = set(choices)
        promises = [
            promise
            for choice in others
            if choice in said
            for promise in self.promises([choice], beside=(*others, key))
        ]
        promises += self.demand(key)
        return not any(
            all(promise.holds(picked) for promise in promises)
            for picked, broken in self.breaking.items()
            if not broken & codes
        )
