"""A family as cost tables over small variables: what the bucket tree sums and minimises.

A choose-one group is one variable (its states: nothing, where it may be empty, then its options in order); an option
of a choose-many group is a variable of two states (without, with). A condition too wide for one table is read by a
chain of helper variables that follow from the others, so they never add a configuration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from catalog.expression import All, Count, Expression, Not, OptionKey, Pick
from catalog.limits import Load, loads_of
from catalog.model import NONE, Family, OptionGroup
from catalog.pricing import saving, share
from catalog.scale import FORBIDDEN, Scale

WIDEST_TABLE = 512


@dataclass(frozen=True, slots=True)
class Variable:
    """States, each with the option it picks (None: nothing, or a helper's state)."""

    states: tuple[OptionKey | None, ...]
    group: str | None = None

    def __len__(self) -> int:
        return len(self.states)


@dataclass(frozen=True, slots=True)
class Factor:
    """A cost for each combination of states of the variables in `scope` (ascending; a helper comes last).

    `rule`: the code of the rule, resource, limit, bundle or price rule that it stands for; `price` of plain prices.
    """

    scope: tuple[int, ...]
    table: np.ndarray
    rule: str


@dataclass(frozen=True, slots=True)
class Burden:
    """A resource left to be checked on whole configurations: the sum of states' weights may not pass the limit."""

    code: str
    weights: Mapping[int, np.ndarray]
    limit: int


def load_of(burden: Burden, states: Sequence[int]) -> int:
    """What a configuration puts on a burden."""
    return sum(int(weights[states[v]]) for v, weights in burden.weights.items())


def keeps(burdens: Sequence[Burden], states: Sequence[int]) -> bool:
    """Whether a configuration keeps every limit."""
    return all(load_of(burden, states) <= burden.limit for burden in burdens)


Truth = tuple[tuple[int, ...], np.ndarray]


class Factors:
    """All variables, cost tables and burdens of a family. `place`: option -> its variable and state."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.variables: list[Variable] = []
        self.place: dict[OptionKey, tuple[int, int]] = {}
        self.factors: list[Factor] = []
        self.burdens: list[Burden] = []
        self.scale = Scale(family)
        self._rule = ""
        for group in family.groups:
            self._group_variables(group)
        for rule in family.rules:
            self._rule = rule.code
            self._demand(family.expressions[rule.code])
        for resource in family.resources:
            self._rule = resource.code
            self._resource(resource.code)
        rules = len(self.factors)
        self._prices()
        self.charges = [factor for factor in self.factors[rules:] if factor.table.max(initial=0) < FORBIDDEN]

    def _group_variables(self, group: OptionGroup) -> None:
        self._rule = f"limit:{group.code}"
        if group.is_choose_one:
            states = (*((None,) if group.is_optional else ()), *group.keys)
            self._variable(Variable(states, group.code))
            if group.is_optional:
                self.place[OptionKey(group.code, NONE)] = (len(self.variables) - 1, 0)
            return
        for key in group.keys:
            self._variable(Variable((None, key), group.code))
        if group.min > 0:
            self._demand(Count(group.min, None, tuple(Pick(key) for key in group.keys)))
        if group.max < len(group.options):
            one_each = {self.place[key][0]: np.array([0, 1], np.int64) for key in group.keys}
            self.burdens.append(Burden(self._rule, one_each, group.max))

    def _variable(self, variable: Variable) -> int:
        self.variables.append(variable)
        for state, key in enumerate(variable.states):
            if key is not None:
                self.place[key] = (len(self.variables) - 1, state)
        return len(self.variables) - 1

    def _demand(self, expression: Expression) -> None:
        if isinstance(expression, All):
            for part in expression.parts:
                self._demand(part)
            return
        scope, truth = self._truth(expression)
        self.factors.append(Factor(scope, np.where(truth, 0, FORBIDDEN).astype(np.int64), self._rule))

    def _resource(self, code: str) -> None:
        comparison = self.family.comparisons[code]
        for load in loads_of(self.family, comparison):
            weights = self._weights(load)
            scope = tuple(sorted(weights))
            if prod(len(self.variables[v]) for v in scope) <= WIDEST_TABLE:
                total = self._spread(scope, [((v,), weights[v]) for v in scope], np.add, 0)
                fits: Truth = (scope, total <= load.limit)
                needed = self._truth(Not(comparison.when))
                scope, truth = self._joined([fits, needed], np.logical_or)
                self.factors.append(Factor(scope, np.where(truth, 0, FORBIDDEN).astype(np.int64), code))
            else:
                self.burdens.append(
                    Burden(code, self._while(weights, load.limit, comparison.when), load.limit)
                )

    def _weights(self, load: Load) -> dict[int, np.ndarray]:
        weights: dict[int, np.ndarray] = {}
        for key, weight in load.weight.items():
            v, state = self.place[key]
            weights.setdefault(v, np.zeros(len(self.variables[v]), np.int64))[state] = weight
        return weights

    def _while(self, weights: dict[int, np.ndarray], limit: int, when: Expression) -> dict[int, np.ndarray]:
        """The weights with so much relief where the condition fails that the limit cannot bind."""
        if when == All(()):
            return weights
        scope, truth = self._truth(when)
        v = scope[0] if len(scope) == 1 else self._helper((scope, truth))
        relief = sum(int(np.abs(weight).max()) for weight in weights.values()) + abs(limit)
        holds = truth if len(scope) == 1 else np.array([False, True])
        return weights | {
            v: weights.get(v, np.zeros(len(self.variables[v]), np.int64)) - np.where(holds, 0, relief)
        }

    def _prices(self) -> None:
        family = self.family
        for v, variable in enumerate(self.variables):
            options = [family.option_by_key[key] if key else None for key in variable.states]
            costs = [self.scale.cost(option.price, option.lead_days) if option else 0 for option in options]
            if any(costs):
                self.factors.append(Factor((v,), np.array(costs, np.int64), "price"))
        for bundle in family.bundles:
            self._rule = bundle.code
            self._charge(self._truth(family.conditions[bundle.code]), saving(family, bundle))
        for rule in family.price_rules:
            self._rule = rule.code
            condition = self._truth(family.conditions[rule.code])
            if rule.percent is None:
                self._charge(condition, rule.amount or 0)
                continue
            for key in family.keys_named(rule.of):
                if amount := share(family, key, rule.percent):
                    both = self._joined([condition, self._truth(Pick(key))], np.logical_and)
                    self._charge(both, amount)

    def _charge(self, condition: Truth, amount: int) -> None:
        scope, truth = condition
        cost = np.where(truth, self.scale.cost(amount), 0).astype(np.int64)
        self.factors.append(Factor(scope, cost, self._rule))

    def _truth(self, expression: Expression) -> Truth:
        """A table of where the expression holds, over few variables; helpers are added where it speaks of many."""
        if isinstance(expression, Pick):
            v, state = self.place[expression.key]
            return (v,), np.arange(len(self.variables[v])) == state
        if isinstance(expression, Not):
            scope, truth = self._truth(expression.inner)
            return scope, ~truth
        parts = [self._truth(part) for part in expression.parts]
        if isinstance(expression, Count):
            return self._count(parts, expression.low, expression.high)
        join = np.logical_and if isinstance(expression, All) else np.logical_or
        if not parts:
            return (), np.array(isinstance(expression, All))
        return self._joined(parts, join)

    def _joined(self, parts: Sequence[Truth], join: np.ufunc) -> Truth:
        # Neighbours in the document first, so that a chain of helpers follows the family's own order.
        parts = sorted(parts, key=lambda part: part[0])
        joined = parts[0]
        for part in parts[1:]:
            if self._cells(joined, part) > WIDEST_TABLE:
                joined, part = self._narrow(joined), self._narrow(part)
            scope = tuple(sorted({*joined[0], *part[0]}))
            joined = scope, self._spread(scope, [joined, part], join, join.identity)
        return joined

    def _count(self, parts: Sequence[Truth], low: int, high: int | None) -> Truth:
        parts = sorted(parts, key=lambda part: part[0])
        scope = tuple(sorted({v for part in parts for v in part[0]}))
        if prod(len(self.variables[v]) for v in scope) <= WIDEST_TABLE:
            number = self._spread(scope, [(s, t.astype(np.int64)) for s, t in parts], np.add, 0)
        else:
            # A running number, kept no further than it matters.
            cap = (max(low - 1, high) if high is not None else low - 1) + 1
            number, scope = np.zeros((), np.int64), ()
            for part in parts:
                part = self._narrow(part)
                wide = tuple(sorted({*scope, *part[0]}))
                number = np.minimum(self._spread(wide, [(scope, number), part], np.add, 0), cap)
                scope = (self._helper((wide, number), cap + 1),)
                number = np.arange(cap + 1)
        upper = number <= high if high is not None else np.ones_like(number, bool)
        return scope, (number >= low) & upper

    def _cells(self, *parts: Truth) -> int:
        return prod(len(self.variables[v]) for v in {v for scope, _ in parts for v in scope})

    def _narrow(self, part: Truth) -> Truth:
        """The same truth over one variable."""
        if len(part[0]) <= 1:
            return part
        return (self._helper(part),), np.array([False, True])

    def _helper(self, follows: tuple[tuple[int, ...], np.ndarray], states: int = 2) -> int:
        """A variable whose state is the value of a table over others."""
        scope, values = follows
        helper = self._variable(Variable((None,) * states))
        table = np.where(values[..., None].astype(np.int64) == np.arange(states), 0, FORBIDDEN).astype(
            np.int64
        )
        self.factors.append(Factor((*scope, helper), table, self._rule))
        return helper

    def _spread(
        self, scope: tuple[int, ...], parts: Sequence[tuple], join: np.ufunc, start: object
    ) -> np.ndarray:
        result = np.full([len(self.variables[v]) for v in scope], start)
        for part_scope, table in parts:
            shape = [len(self.variables[v]) if v in part_scope else 1 for v in scope]
            result = join(result, table.reshape(shape))
        return result
