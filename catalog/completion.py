"""The current configuration: my choices and the cheapest valid completion.

Among equally cheap ones the soonest, and among those the first in the document's order.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from catalog import search, ties
from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.factors import Factors, keeps
from catalog.model import NONE, Family
from catalog.scale import FORBIDDEN, Best
from catalog.tree import Beliefs, Bucket, Tree, Upward, demanded


class Impossible(ValueError):
    """Choices that no valid configuration contains together."""


class Completion:
    """Cheapest completions for one family, by its bucket tree. Holds no shopper's state; threads may share it."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.factors = Factors(family)
        self.scale = self.factors.scale
        self.burdens = self.factors.burdens
        self.tree = Tree(self.factors)
        places = self.factors.place
        self.column = {key: self.tree.offsets[v] + state for key, (v, state) in places.items()}
        charges = self.factors.charges
        self._prices = [(f.scope[0], f.table.tolist()) for f in charges if len(f.scope) == 1]
        self._together = [(f.scope, f.table) for f in charges if len(f.scope) != 1]
        bare = copy(self.tree)
        bare.buckets = [_bare(bucket) for bucket in self.tree.buckets]
        # With no costs but the rules', what a pass adds up is the load of one burden.
        self.loads = [bare.up(burden.weights) for burden in self.burdens]

    def wishes(self, choices: Choices, cost: int) -> dict[int, np.ndarray]:
        """Per variable the cost of each state that goes against a choice."""
        unary: dict[int, np.ndarray] = {}
        for key in choices:
            group = self.family.group_by_code[key.group]
            if group.is_choose_one:
                v, state = self.factors.place[key]
                unary[v] = np.full(self.tree.sizes[v], cost, np.int64)
                unary[v][state] = 0
            elif key.option == NONE:
                for member in group.keys:
                    if member not in choices:
                        unary[self.factors.place[member][0]] = np.array([0, cost], np.int64)
            else:
                unary[self.factors.place[key][0]] = np.array([cost, 0], np.int64)
        return unary

    def cheapest(self, choices: Choices, nodes: int = 200_000) -> tuple[int, ...]:
        """The states of the current configuration. Raises Impossible where the choices clash, Unproven past `nodes`."""
        upward = self.tree.up(self.wishes(choices, FORBIDDEN))
        return self.first_of_equals(upward, upward.beliefs(), nodes)

    def first_of_equals(
        self, upward: Upward, beliefs: Beliefs, nodes: int, wall: int | None = None
    ) -> tuple[int, ...]:
        """Among the best configurations the one that takes the earliest states in the document's order.

        `wall`: the extra cost of a state that is out of the question; by default that of going against one choice.
        """
        wall = wall or self.scale.choice
        most = wall // 2
        if upward.least <= most:
            states = ties.first_of_equals(upward, beliefs)
            if keeps(self.burdens, states):
                return tuple(states)
            upward, _ = self.bounded(upward, wall)
            beliefs = upward.beliefs()
            if upward.least <= most and keeps(self.burdens, first := ties.first_of_equals(upward, beliefs)):
                return tuple(first)
        found = self.best(upward, nodes, most, wall)
        if found is None:
            raise Impossible
        return self._first_while_a_limit_binds(upward, beliefs, *found, nodes, wall)

    def _first_while_a_limit_binds(
        self, upward: Upward, beliefs: Beliefs, optimum: int, states: Sequence[int], nodes: int, wall: int
    ) -> tuple[int, ...]:
        settled: dict[int, np.ndarray] = {}
        for v, variable in enumerate(self.factors.variables):
            if variable.group is None or np.count_nonzero(beliefs.least[v] <= optimum) < 2:
                continue
            for state in range(states[v]):
                if beliefs.least[v][state] > optimum:
                    continue
                only = settled | {v: demanded(self.tree.sizes[v], state)}
                if earlier := self.best(upward.clamped(only), nodes, optimum, wall):
                    states = earlier[1]
                    break
            settled[v] = demanded(self.tree.sizes[v], states[v])
        return tuple(states)

    def best(
        self, upward: Upward, nodes: int, at_most: int, wall: int | None = None
    ) -> tuple[int, Sequence[int]] | None:
        """The cost and the states of a best configuration that keeps every burden, None beyond `at_most`."""
        if upward.least > at_most:
            return None
        states = upward.decode()
        if keeps(self.burdens, states):
            return upward.least, states
        upward, loads = self.bounded(upward, wall or self.scale.choice)
        if upward.least > at_most:
            return None
        states = upward.decode()
        if keeps(self.burdens, states):
            return upward.least, states
        found = search.best(upward, loads, self.burdens, nodes, at_most)
        return (found.cost, found.states) if found else None

    def bounded(self, upward: Upward, wall: int) -> tuple[Upward, list[Upward]]:
        """The same pass without the states that no burden leaves possible beside the rest, and load passes.

        States that cost `wall` are out. Which configurations keep the others and all burdens stays the same.
        """
        demands = {v: np.where(cost >= wall, FORBIDDEN, 0) for v, cost in upward.unary.items()}
        loads = [load.clamped(demands) for load in self.loads]
        out = np.zeros(self.tree.offsets[-1], bool)
        for load, burden in zip(loads, self.burdens, strict=True):
            out |= load.beliefs().flat > burden.limit
        offsets = self.tree.offsets
        forbidden: dict[int, np.ndarray] = {}
        for v, size in enumerate(self.tree.sizes):
            here = out[offsets[v] : offsets[v] + size]
            if here.any():
                forbidden[v] = np.where(here, FORBIDDEN, 0)
        return upward.clamped(forbidden), loads

    def try_cheapest(self, choices: Choices) -> tuple[int, ...] | None:
        """The states of the current configuration, None where the choices clash or no answer is certain."""
        try:
            return self.cheapest(choices)
        except (Impossible, search.Unproven):
            return None

    def worth(self, states: Sequence[int]) -> Best:
        """What a configuration comes to."""
        cost = sum(prices[states[v]] for v, prices in self._prices)
        cost += sum(int(table[tuple(states[v] for v in scope)]) for scope, table in self._together)
        return self.scale.read(cost)

    def picked(self, states: Sequence[int]) -> tuple[OptionKey, ...]:
        """The options of a configuration, in the document's order."""
        keys = (
            variable.states[state] for variable, state in zip(self.factors.variables, states, strict=True)
        )
        return tuple(key for key in keys if key is not None)


def _bare(bucket: Bucket) -> Bucket:
    return replace(bucket, static=np.where(bucket.static >= FORBIDDEN // 2, FORBIDDEN, 0))
