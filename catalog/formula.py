"""A family as clauses: variable 1..n for each option in the document's order, helpers after them.

Conditions are put into negation normal form and named one way only (Plaisted, Greenbaum 1986); counts are sequential
counters (Sinz 2005); resources are binary adders, compared from the top bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from catalog.choices import Choices
from catalog.expression import All, Count, Expression, Not, OptionKey, Pick, Some
from catalog.limits import Load, loads_of
from catalog.model import NONE, Family

Clause = list[int]

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
        demand = self._sum(load, 1)
        supply = self._sum(load, -1)
        if load.limit >= 0:
            supply = self._add(supply, [_constant(bit) for bit in _bits(load.limit)])
        else:
            demand = self._add(demand, [_constant(bit) for bit in _bits(-load.limit)])
        enough = self._helper()
        self._clauses.append([self._named(normal_form(Not(when))), enough] if when != All(()) else [enough])
        for place in reversed(range(max(len(demand), len(supply)))):
            need = demand[place] if place < len(demand) else False
            have = supply[place] if place < len(supply) else False
            lower = self._helper() if place else True
            self._add_clause([-enough, _negated(need), have])
            self._add_clause([-enough, _negated(need), lower])
            self._add_clause([-enough, have, lower])
            enough = lower

    def _sum(self, load: Load, sign: int) -> list[int | bool]:
        numbers: list[list[int | bool]] = []
        for group in self.family.groups:
            weights = {
                self.variable[key]: sign * load.weight[key]
                for key in group.keys
                if sign * load.weight.get(key, 0) > 0
            }
            if self.leans_on_limits and group.is_choose_one and weights:
                numbers.append(self._number(weights))
            else:
                numbers += [self._number({variable: weight}) for variable, weight in weights.items()]
        numbers.sort(key=len)
        while len(numbers) > 1:
            numbers = sorted([self._add(numbers[0], numbers[1]), *numbers[2:]], key=len)
        return numbers[0] if numbers else []

    def _number(self, weights: Mapping[int, int]) -> list[int | bool]:
        """The binary number of whichever one of the variables is true."""
        bits: list[int | bool] = []
        for place in range(max(weights.values()).bit_length()):
            having = [variable for variable, weight in weights.items() if weight >> place & 1]
            if len(having) == 1:
                bits.append(having[0])
            elif having:
                bit = self._helper()
                self._clauses += [[-variable, bit] for variable in having]
                self._clauses.append([-bit, *having])
                bits.append(bit)
            else:
                bits.append(False)
        return bits

    def _add(self, left: Sequence[int | bool], right: Sequence[int | bool]) -> list[int | bool]:
        result: list[int | bool] = []
        carry: int | bool = False
        for place in range(max(len(left), len(right))):
            a = left[place] if place < len(left) else False
            b = right[place] if place < len(right) else False
            result.append(self._odd(a, b, carry))
            carry = self._two_of(a, b, carry)
        return [*result, carry] if carry is not False else result

    def _odd(self, a: int | bool, b: int | bool, c: int | bool) -> int | bool:
        given = [bit for bit in (a, b, c) if not isinstance(bit, bool)]
        flip = sum(bit is True for bit in (a, b, c)) % 2 == 1
        if not given:
            return flip
        if len(given) == 1:
            return -given[0] if flip else given[0]
        result = self._helper()
        signed = -result if flip else result
        for signs in range(2 ** len(given)):
            literals = [-bit if signs >> place & 1 else bit for place, bit in enumerate(given)]
            odd = (len(given) - bin(signs).count("1")) % 2 == 1
            # These literals all true make the sum odd or not; a clause forbids the other result.
            self._clauses.append([*(-literal for literal in literals), signed if odd else -signed])
        return result

    def _two_of(self, a: int | bool, b: int | bool, c: int | bool) -> int | bool:
        given = [bit for bit in (a, b, c) if not isinstance(bit, bool)]
        wanted = 2 - sum(bit is True for bit in (a, b, c))
        if wanted <= 0:
            return True
        if wanted > len(given):
            return False
        result = self._helper()
        for some in combinations(given, wanted):
            self._clauses.append([*(-bit for bit in some), result])
        for some in combinations(given, len(given) - wanted + 1):
            self._clauses.append([-result, *some])
        return result

    def _add_clause(self, literals: list[int | bool]) -> None:
        if True not in [literal for literal in literals if isinstance(literal, bool)]:
            self._clauses.append([literal for literal in literals if not isinstance(literal, bool)])


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


def _bits(number: int) -> list[bool]:
    return [bool(number >> place & 1) for place in range(number.bit_length())]


def _constant(bit: bool) -> int | bool:
    return bit


def _negated(bit: int | bool) -> int | bool:
    return not bit if isinstance(bit, bool) else -bit
