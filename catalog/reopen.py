"""What has become of a kept build under a newer version of its family, and the ways to have it today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog import pricing
from catalog.changes import Change, Kind, Stands, changes_to, losses
from catalog.choices import Choices
from catalog.configuration import Configuration
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.kept import Kept, carried
from catalog.model import NONE, Family
from catalog.nearest import Nearest, Plan, Rest
from catalog.search import Unproven
from catalog.terms import NO_TERMS, Price, Terms

MOST_REPAIRS = 3
MOST_CLASHES = 5


class Standing(StrEnum):
    """Whether a kept build can be had today."""

    UNCHANGED = "unchanged"  # with the same parts at the same total
    REPRICED = "repriced"  # with the same parts at another total
    REPLACEABLE = "replaceable"  # with other parts
    IMPOSSIBLE = "impossible"  # the family allows nothing at all


class WayKind(StrEnum):
    """How a way came about."""

    AS_IT_WAS = "as-it-was"  # all parts are the same
    CLOSEST = "closest"  # all my choices, and as many of the other parts as fit
    REPAIR = "repair"  # some of my choices give way
    CHEAPER = "cheaper"  # no more choices give way than need to; the rest is filled in anew


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have a kept build today. `given_up`: my choices that do not stand.

    `difference` is today's total minus the kept one, in minor units, and the sum of the changes' effects; None where
    the currency is another one. `choices` lead to exactly this configuration.
    """

    kind: WayKind
    given_up: tuple[OptionKey, ...]
    configuration: Configuration
    price: Price
    difference: int | None
    changes: tuple[Change, ...]

    @property
    def picked(self) -> tuple[OptionKey, ...]:
        return self.configuration.picked

    @property
    def choices(self) -> Choices:
        return self.configuration.choices

    @property
    def total(self) -> int:
        return self.price.total

    @property
    def lead_days(self) -> int:
        return self.configuration.lead_days


@dataclass(frozen=True, slots=True)
class Reopening:
    """A kept build beside today's version: how it stands, the ways to have it (best first), and what has changed.

    `changes` of an impossible one have no effects; otherwise they are those of the first way, behind the clashes.
    """

    standing: Standing
    ways: tuple[Way, ...]
    changes: tuple[Change, ...]

    @property
    def difference(self) -> int | None:
        """Today's total by the first way minus the kept one; None where there is none to compare."""
        return self.ways[0].difference if self.ways else None


def reopen(kept: Kept, engine: Engine, terms: Terms = NO_TERMS) -> Reopening:
    """Says what has become of a kept build; raises for no pair of versions of a family."""
    return _Reopened(kept, engine, terms).reopening()


def stands(family: Family, picked: frozenset[OptionKey]) -> bool:
    """Whether options are a complete valid configuration."""
    return (
        picked <= family.option_by_key.keys()
        and all(group.min <= len(picked.intersection(group.keys)) <= group.max for group in family.groups)
        and all(expression.holds(picked) for expression in family.expressions.values())
        and all(comparison.holds(picked, family.weights) for comparison in family.comparisons.values())
    )


class _Reopened:
    """One kept build beside one version."""

    def __init__(self, kept: Kept, engine: Engine, terms: Terms) -> None:
        self.kept, self.engine, self.terms, self.family = kept, engine, terms, engine.family
        over = carried(kept.choices, self.family)
        self.said = over.said
        self.nearest = Nearest(engine, over.said, over.lost, kept.picked)

    def reopening(self) -> Reopening:
        still_stands = stands(self.family, self.kept.picked)
        ways = self._ways(self._plans_as_it_was() if still_stands else self.nearest.plans(MOST_REPAIRS))
        clashes = () if still_stands else tuple(self._clashes())
        if not ways:
            return Reopening(Standing.IMPOSSIBLE, (), (*clashes, *losses(self.kept, self.family)))
        if ways[0].kind is not WayKind.AS_IT_WAS:
            standing = Standing.REPLACEABLE
        else:
            standing = Standing.UNCHANGED if ways[0].difference == 0 else Standing.REPRICED
        return Reopening(standing, ways, (*clashes, *ways[0].changes))

    def _plans_as_it_was(self) -> list[Plan]:
        picked = tuple(key for key in self.family.option_by_key if key in self.kept.picked)
        self.nearest.smallest = [Rest((), self.said, ())]
        return [Plan(self.nearest.smallest[0], picked, ())]

    def _ways(self, plans: Iterable[Plan]) -> tuple[Way, ...]:
        ways: list[Way] = []
        for plan in plans:
            way = self._way(plan)
            if way is not None and all(other.picked != way.picked for other in ways):
                ways.append(way)
        if not ways and self.nearest.smallest and (way := self._way(self.nearest.first_that_fits())):
            ways = [way]
        plan_anew = self.nearest.cheapest()
        anew = self._way(plan_anew, WayKind.CHEAPER) if plan_anew else None
        if anew is not None and all(
            anew.total < way.total for way in ways if len(way.given_up) <= len(anew.given_up)
        ):
            ways.append(anew)
        return tuple(ways)

    def _way(self, plan: Plan, kind: WayKind | None = None) -> Way | None:
        """A plan as its address brings it; None where that cannot be reckoned with any effort."""
        rest = plan.rest
        try:
            configuration = self.nearest.said_outright(rest.said, plan.picked, rest.replaced)
        except Unproven:
            return None
        price = pricing.price(configuration, self.terms)
        as_it_was = self.kept.picked == frozenset(configuration.picked)
        nearest = WayKind.REPAIR if rest.given_up else WayKind.CLOSEST
        return Way(
            kind=WayKind.AS_IT_WAS if as_it_was else kind or nearest,
            given_up=() if as_it_was else rest.given_up,
            configuration=configuration,
            price=price,
            difference=price.total - self.kept.total if price.currency == self.kept.currency else None,
            changes=changes_to(self.kept, configuration, price),
        )

    def _clashes(self) -> Iterator[Change]:
        """Rules that stand against kept parts, or against what was left empty; each part is named once at most."""
        together = self._together()
        for _ in range(MOST_CLASHES):
            if self.engine.fits(together):
                return
            rules, against = self.engine.clash(together)
            # Parts first: "this part, and nothing else of its kind".
            named = sorted(map(self._named, against), key=lambda each: each.title is None)
            yield Change(Kind.FORBIDDEN, rules=rules, against=tuple(named))
            if not against:
                return
            # A group of which a part is taken away is not "nothing but the rest" any more.
            touched = {key.group for key in against}
            refusals = (key for key in together if key.option == NONE and key.group in touched)
            together = together.without(*against, *refusals)

    def _together(self) -> Choices:
        """All that stood, and all that was left empty, of what can still be said: my choices last."""
        kept = [key for key in self.family.option_by_key if key in self.kept.picked]
        filled = {key.group for key in kept}
        empty = [
            OptionKey(group.code, NONE)
            for group in self.family.groups
            if group.is_optional and not (group.is_choose_one and group.code in filled)
        ]
        others = (key for key in (*empty, *kept) if key not in self.said)
        return Choices((*others, *self.said))

    def _named(self, key: OptionKey) -> Stands:
        part = self.kept.part_by_key.get(key)
        if part is not None:
            return Stands(key, part.group_title, part.title)
        title = self.kept.group_titles.get(key.group) or self.family.group_by_code[key.group].title
        return Stands(key, title, None, is_rest=any(each.group == key.group for each in self.kept.picked))
