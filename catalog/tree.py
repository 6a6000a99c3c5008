"""Bucket elimination: the best total with each state of each variable, for all of them at once, in two passes.

R. Dechter, "Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113 (1999).
Costs are whole numbers (see `scale`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

import numpy as np

from catalog.elimination import Plan
from catalog.factors import Factor, Factors
from catalog.scale import FORBIDDEN

# Of eight bytes each, in one table or many.
MOST_CELLS = 1 << 24

# Beyond so many buckets, forbidden combinations are kept from adding up.
MANY_BUCKETS = 256


class TooWide(Exception):
    """The rules tie so many groups together that the tables would not fit; `cells` says how many there would be."""

    def __init__(self, cells: int, limit: int) -> None:
        super().__init__(
            f"the rules tie too many groups together: {cells:,} table cells, at most {limit:,} fit"
        )
        self.cells = cells


@dataclass(slots=True)
class Bucket:
    """One variable's table over itself and the separator, the variables eliminated after it that it is tied to."""

    variable: int
    separator: tuple[int, ...]
    static: np.ndarray
    parent: int = -1
    children: list[int] = field(default_factory=list)
    # How a message of this bucket is spread over the parent's table, and which of the parent's axes it minimises away.
    shape: tuple[int, ...] = ()
    reduced: tuple[int, ...] = ()
    column: tuple[int, ...] = ()
    rest: tuple[int, ...] = ()


class Tree:
    """The buckets of a family, ready for passes. Raises TooWide beyond `limit` cells."""

    def __init__(self, factors: Factors, limit: int = MOST_CELLS) -> None:
        self.factors = factors
        plan = Plan(factors)
        if plan.cells > limit:
            raise TooWide(plan.cells, limit)
        self.sizes, self.order, self.cells = plan.sizes, plan.order, plan.cells
        self.position = {v: place for place, v in enumerate(self.order)}
        # Where each variable's states stand when all variables' states are written one after another.
        self.offsets = [0, *accumulate(self.sizes)]
        self.buckets = self._buckets()
        self.roots = [place for place, bucket in enumerate(self.buckets) if bucket.parent < 0]
        self.clips = len(self.buckets) > MANY_BUCKETS

    def _buckets(self) -> list[Bucket]:
        waiting: list[list[Factor]] = [[] for _ in self.order]
        for factor in self.factors.factors:
            if factor.scope:
                waiting[min(self.position[v] for v in factor.scope)].append(factor)
            else:
                # A rule that speaks of nothing: it forbids everything, or a constant of the price.
                waiting[-1].append(factor)
        separators: list[set[int]] = [set() for _ in self.order]
        buckets: list[Bucket] = []
        for place, v in enumerate(self.order):
            scope = separators[place] | {u for factor in waiting[place] for u in factor.scope}
            separator = tuple(sorted(scope - {v}, key=self.position.__getitem__))
            buckets.append(Bucket(v, separator, self._static((v, *separator), waiting[place])))
            if separator:
                parent = self.position[separator[0]]
                buckets[place].parent = parent
                separators[parent] |= set(separator)
        self._relate(buckets)
        return buckets

    def _relate(self, buckets: list[Bucket]) -> None:
        for place, bucket in enumerate(buckets):
            bucket.column = (-1, *[1] * len(bucket.separator))
            bucket.rest = tuple(range(1, 1 + len(bucket.separator)))
            if bucket.parent < 0:
                continue
            parent = buckets[bucket.parent]
            parent.children.append(place)
            axes = (parent.variable, *parent.separator)
            bucket.shape = tuple(self.sizes[u] if u in bucket.separator else 1 for u in axes)
            bucket.reduced = tuple(axis for axis, u in enumerate(axes) if u not in bucket.separator)

    def _static(self, axes: tuple[int, ...], factors: list) -> np.ndarray:
        table = np.zeros([self.sizes[u] for u in axes], np.int64)
        for factor in factors:
            order = sorted(range(len(factor.scope)), key=lambda place: self.position[factor.scope[place]])
            turned = factor.table.transpose(order)
            table += turned.reshape([self.sizes[u] if u in factor.scope else 1 for u in axes])
        # Forbidden twice is no more than forbidden.
        return np.where(table >= FORBIDDEN // 2, FORBIDDEN, table)

    def up(self, unary: Mapping[int, np.ndarray]) -> "Upward":
        """The pass from the leaves to the roots; `unary`: variable -> extra cost of each of its states."""
        return self.untouched.clamped(unary)

    @cached_property
    def untouched(self) -> "Upward":
        """The pass with nothing chosen, from which every other starts."""
        upward = Upward(self, [None] * len(self.buckets), [None] * len(self.buckets), {})
        for place in range(len(self.buckets)):
            upward.fill(place)
        return upward


@dataclass(slots=True)
class Upward:
    """Messages to the roots: `tables[b]` with all below it summed, `messages[b]` its least over its own variable."""

    tree: Tree
    tables: list
    messages: list
    unary: dict[int, np.ndarray]

    def fill(self, place: int) -> None:
        tree = self.tree
        bucket = tree.buckets[place]
        table = bucket.static
        extra = self.unary.get(bucket.variable)
        if extra is not None:
            table = table + extra.reshape(bucket.column)
        for child in bucket.children:
            table = table + self.messages[child].reshape(tree.buckets[child].shape)
        self.tables[place] = table
        message = np.minimum.reduce(table, axis=0)
        self.messages[place] = np.minimum(message, FORBIDDEN) if tree.clips else message

    def clamped(self, extra: Mapping[int, np.ndarray]) -> "Upward":
        """The same pass with further costs: only the way from the changed variables to their roots is done again."""
        unary = dict(self.unary)
        changed: set[int] = set()
        for v, cost in extra.items():
            unary[v] = unary[v] + cost if v in unary else cost
            place = self.tree.position[v]
            while place >= 0 and place not in changed:
                changed.add(place)
                place = self.tree.buckets[place].parent
        again = Upward(self.tree, list(self.tables), list(self.messages), unary)
        for place in sorted(changed):
            again.fill(place)
        return again

    @property
    def least(self) -> int:
        """The least cost of all."""
        return int(sum(int(self.messages[root]) for root in self.tree.roots))

    def cost(self, states: Sequence[int]) -> int:
        """What a configuration costs under this pass's tables and extra costs."""
        rules = sum(
            int(b.static[(states[b.variable], *[states[u] for u in b.separator])]) for b in self.tree.buckets
        )
        return rules + sum(int(extra[states[v]]) for v, extra in self.unary.items())

    def decode(self) -> list[int]:
        """A configuration of the least cost: a state per variable, the first of equals at each bucket."""
        states = [0] * len(self.tree.sizes)
        for place in range(len(self.tree.buckets) - 1, -1, -1):
            bucket = self.tree.buckets[place]
            column = self.tables[place][(slice(None), *[states[u] for u in bucket.separator])]
            states[bucket.variable] = int(column.argmin())
        return states

    def beliefs(self) -> "Beliefs":
        """The pass back down."""
        return Beliefs(self)


class Beliefs:
    """`tables[b]`: per cell of a bucket the least cost of a whole configuration with it; `least[v]`: per state of v.

    `flat` holds all variables' states one after another, at the tree's `offsets`.
    """

    def __init__(self, upward: Upward) -> None:
        tree = upward.tree
        messages, buckets = upward.messages, tree.buckets
        self.upward = upward
        self.tables: list[np.ndarray] = list(upward.tables)
        self.least: list[np.ndarray] = [np.empty(0)] * len(buckets)
        total = upward.least
        for place in range(len(buckets) - 1, -1, -1):
            bucket = buckets[place]
            if bucket.parent < 0:
                belief = self.tables[place] + (total - messages[place])
            else:
                outside = self.tables[bucket.parent] - messages[place].reshape(bucket.shape)
                down = np.minimum.reduce(outside, axis=bucket.reduced) if bucket.reduced else outside
                belief = self.tables[place] + (np.minimum(down, FORBIDDEN) if tree.clips else down)
            self.tables[place] = belief
            self.least[bucket.variable] = (
                np.minimum.reduce(belief, axis=bucket.rest) if bucket.rest else belief
            )
        self.flat = np.concatenate(self.least)


def demanded(states: int, state: int) -> np.ndarray:
    """The extra cost that leaves a variable no state but one."""
    cost = np.full(states, FORBIDDEN, np.int64)
    cost[state] = 0
    return cost
