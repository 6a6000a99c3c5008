"""A family as clauses: variable 1..n for each option in the document's order, helpers after them.

Conditions are put into negation normal form and named one way only (Plaisted, Greenbaum 1986); counts are sequential
counters (Sinz 2005); resources are sums of binary numbers (see `adder`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

from catalog.adder import Adder, Clause, Number, bits_of
from catalog.choices import Choices
from catalog.expression import All, Count, Expression, Not, OptionKey, Pick, Some
from catalog.limits import Load, loads_of
from catalog.model import NONE, Family

PAIRWISE = 6


class Formula:
    """The clauses of each rule, resource and group limit, by code (`limit:<group>` for a group's own limit)."""

    def __init__(self, family: Family, leans_on_limits: bool = True) -> None:
        """`leans_on_limits`: sums may count on a choose-one group holding one option at most, which keeps them short.

        A formula whose rules are to be looked at one by one must not: there the group's own limit is a rule as well.
        """
        self.family = family
        self.leans_on_limits = leans_on_limits
        self.keys: tuple[OptionKey, ...] = tuple(family.option_by_key)
        self.variable: Mapping[OptionKey, int] = {key: place for place, key in enumerate(self.keys, start=1)}
        self.count = len(self.keys)
        self.top = self.count
        self.clauses_of: dict[str, list[Clause]] = {}
        self._clauses: list[Clause] = []
        for group in family.groups:
            self._enter(f"limit:{group.code}")
            members = [self.variable[key] for key in group.keys]
            if group.max == 1:
                self._at_most_one(members)
                if group.min:
                    self._clauses.append(members)
            else:
                picks = tuple(Pick(key) for key in group.keys)
                self._demand(Count(group.min, group.max, picks))
        for rule in family.rules:
            self._enter(rule.code)
            self._demand(family.expressions[rule.code])
        for resource in family.resources:
            self._enter(resource.code)
            comparison = family.comparisons[resource.code]
            for load in loads_of(family, comparison):
                self._demand_load(load, comparison.when)

    @cached_property
    def apart(self) -> "Formula":
        """The same rules, each of which means what it says even where others are left out."""
        return Formula(self.family, leans_on_limits=False)

    @cached_property
    def twins(self) -> list[int]:
        """Masks (bit v = variable v) of options of one choose-one group that every rule treats alike.

        Swapping two of them changes nothing but which of the two it is.
        """
        group_of = {
            self.variable[key]: group.code
            for group in self.family.groups
            if group.is_choose_one
            for key in group.keys
        }
        seen: dict[int, set] = {variable: set() for variable in group_of}
        for code, clauses in self.clauses_of.items():
            for clause in clauses:
                for literal in clause:
                    group = group_of.get(abs(literal))
                    if group is None or code == f"limit:{group}":
                        continue
                    together = frozenset(
                        o for o in clause if group_of.get(abs(o)) == group and (o > 0) == (literal > 0)
                    )
                    rest = frozenset(clause) - together
                    seen[abs(literal)].add((literal > 0, rest, together if len(together) > 1 else None))
        classes: dict[tuple, int] = {}
        for variable, signature in seen.items():
            key = (group_of[variable], frozenset(signature))
            classes[key] = classes.get(key, 0) | 1 << variable
        return [alike for alike in classes.values() if alike & (alike - 1)]

    def clauses(self) -> Iterable[Clause]:
        """All clauses, of whichever rule."""
        return (clause for clauses in self.clauses_of.values() for clause in clauses)

    def literals(self, key: OptionKey, choices: Choices) -> tuple[int, ...]:
        """What one thing said means: the option, or with `none` nothing else of the group than what was picked."""
        if key.option != NONE:
            return (self.variable[key],)
        picked = choices.of(key.group)
        members = self.family.group_by_code[key.group].keys
        return tuple(-self.variable[member] for member in members if member not in picked)

    def picked(self, model: Sequence[int]) -> frozenset[OptionKey]:
        """The options that a model of the formula contains."""
        return frozenset(self.keys[literal - 1] for literal in model[: self.count] if literal > 0)

    def demanding(self, expression: Expression) -> list[Clause]:
        """Clauses, with helpers of their own, that demand an expression; they are no part of the formula."""
        found: list[Clause] = []
        self._clauses = found
        self._demand(expression)
        return found

    def breaking(self, code: str) -> list[list[Clause]]:
        """Clauses that demand that a rule or resource is broken: a list for each way in which it can be."""
        if code in self.family.expressions:
            return [self.demanding(Not(self.family.expressions[code]))]
        ways: list[list[Clause]] = []
        comparison = self.family.comparisons[code]
        for load in loads_of(self.family, comparison):
            beyond = Load({key: -weight for key, weight in load.weight.items()}, -load.limit - 1)
            ways.append(self.demanding(comparison.when))
            self._demand_load(beyond, All(()))
        return ways

    def _enter(self, code: str) -> None:
        self._clauses = self.clauses_of.setdefault(code, [])

    def _helper(self) -> int:
        self.top += 1
        return self.top

    def _demand(self, expression: Expression) -> None:
        expression = normal_form(expression)
        if isinstance(expression, All):
            for part in expression.parts:
                self._demand(part)
        elif isinstance(expression, Some):
            self._clauses.append([self._named(part) for part in _flat(expression)])
        else:
            self._clauses.append([self._named(expression)])

    def _named(self, expression: Expression) -> int:
        """A literal that implies an expression in normal form."""
        if isinstance(expression, Pick):
            return self.variable[expression.key]
        if isinstance(expression, Not):
            return -self._named(expression.inner)
        name = self._helper()
        if isinstance(expression, All):
            for part in expression.parts:
                self._clauses.append([-name, self._named(part)])
        elif isinstance(expression, Some):
            self._clauses.append([-name, *(self._named(part) for part in _flat(expression))])
        else:
            self._at_least(
                name, expression.low, [self._named(normal_form(part)) for part in expression.parts]
            )
        return name

    def _at_least(self, name: int, number: int, literals: list[int]) -> None:
        """name -> at least `number` of the literals."""
        if number <= 0:
            return
        if number > len(literals):
            self._clauses.append([-name])
            return
        # reached[j] after i literals: at least j of those i.
        reached: list[int | None] = [None] * (number + 1)
        for place, literal in enumerate(literals, start=1):
            now: list[int | None] = [None] * (number + 1)
            for j in range(1, min(place, number) + 1):
                if number - j > len(literals) - place:
                    continue
                now[j] = here = self._helper()
                before = _known(reached[j])
                self._clauses.append([-here, *before, literal])
                if j > 1:
                    self._clauses.append([-here, *before, *_known(reached[j - 1])])
            reached = now
        self._clauses.append([-name, *_known(reached[number])])

    def _at_most_one(self, literals: list[int]) -> None:
        while len(literals) > PAIRWISE:
            rest = self._helper()
            self._clauses += [[-a, -b] for a, b in combinations([*literals[: PAIRWISE - 1], rest], 2)]
            literals = [*literals[PAIRWISE - 1 :], -rest]
        self._clauses += [[-a, -b] for a, b in combinations(literals, 2)]

    def _demand_load(self, load: Load, when: Expression) -> None:
        """while `when`: the load's sum <= its limit."""
        adder = Adder(self._clauses, self._helper)
        demand = self._sum(adder, load, 1)
        supply = self._sum(adder, load, -1)
        if load.limit >= 0:
            supply = adder.plus(supply, bits_of(load.limit))
        else:
            demand = adder.plus(demand, bits_of(-load.limit))
        enough = self._helper()
        self._clauses.append([self._named(normal_form(Not(when))), enough] if when != All(()) else [enough])
        adder.demand_at_most(demand, supply, enough)

    def _sum(self, adder: Adder, load: Load, sign: int) -> Number:
        """The sum of all weights of one sign, as a positive number."""
        numbers: list[Number] = []
        for group in self.family.groups:
            weights = {
                self.variable[key]: sign * load.weight[key]
                for key in group.keys
                if sign * load.weight.get(key, 0) > 0
            }
            if self.leans_on_limits and group.is_choose_one and weights:
                numbers.append(adder.number(weights))
            else:
                numbers += [adder.number({variable: weight}) for variable, weight in weights.items()]
        numbers.sort(key=len)
        while len(numbers) > 1:
            numbers = sorted([adder.plus(numbers[0], numbers[1]), *numbers[2:]], key=len)
        return numbers[0] if numbers else []


def normal_form(expression: Expression) -> Expression:
    """The same expression with negations on options only, and counts that only ask for at least."""
    if isinstance(expression, Not):
        return _negation(expression.inner)
    if isinstance(expression, All):
        return All(tuple(normal_form(part) for part in expression.parts))
    if isinstance(expression, Some):
        return Some(tuple(normal_form(part) for part in expression.parts))
    if isinstance(expression, Count):
        bounds: list[Expression] = []
        if expression.low > 0:
            bounds.append(Count(expression.low, None, expression.parts))
        if expression.high is not None and expression.high < len(expression.parts):
            refused = tuple(Not(part) for part in expression.parts)
            bounds.append(Count(len(refused) - expression.high, None, refused))
        return bounds[0] if len(bounds) == 1 else All(tuple(bounds))
    return expression


def _negation(expression: Expression) -> Expression:
    if isinstance(expression, Pick):
        return Not(expression)
    if isinstance(expression, Not):
        return normal_form(expression.inner)
    if isinstance(expression, All):
        return Some(tuple(_negation(part) for part in expression.parts))
    if isinstance(expression, Some):
        return All(tuple(_negation(part) for part in expression.parts))
    outside: list[Expression] = []
    if expression.low > 0:
        outside.append(Count(0, expression.low - 1, expression.parts))
    if expression.high is not None:
        outside.append(Count(expression.high + 1, None, expression.parts))
    return normal_form(Some(tuple(outside)))


def _flat(expression: Some) -> Iterable[Expression]:
    for part in expression.parts:
        if isinstance(part, Some):
            yield from _flat(part)
        else:
            yield part


def _known(helper: int | None) -> list[int]:
    return [] if helper is None else [helper]
