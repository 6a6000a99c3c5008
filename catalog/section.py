"""The part of a bucket tree that a few questions leave open: its tables cut to the states that any of them allows.

Many questions share each pass: a leading axis holds one row a question, or a single one where all agree. Branches that
no question changes and no resource counts are not passed again; their messages come from the pass before.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np

from catalog.factors import Burden
from catalog.scale import FORBIDDEN
from catalog.tree import Beliefs, Upward

Tables = list[np.ndarray]
Demand = Mapping[int, np.ndarray]  # per variable 0 for the states that are allowed, FORBIDDEN for the others


class Level(NamedTuple):
    """A variable to branch on, with each measure's flat table and message, and how these are read.

    `offsets`: where each state's cells start; `steps`, `message_steps`: how far the next state of each variable of the
    separator lies; `rows`: how far the next question's cells, in the table and in the message; `counts`: what each
    state adds to which counts.
    """

    variable: int
    offsets: np.ndarray
    separator: list[int]
    steps: np.ndarray
    message_steps: np.ndarray
    rows: tuple[int, int]
    tables: Tables
    messages: Tables
    counts: list[tuple[int, np.ndarray]]


class Section:
    """Passes for some questions, each told by what it demands: of the cost, and of each burden that may bind."""

    def __init__(
        self,
        beliefs: Beliefs,
        loads: Sequence[Upward],
        burdens: Sequence[Burden],
        demands: Sequence[Demand],
        choice: int,
    ) -> None:
        """`beliefs`: of a pass in which what goes against a choice costs `choice`, so that questions about the same
        choices share it; `loads`: a pass for each burden, of the load under the rules alone."""
        self.upward, self.loads, self.burdens, self.demands = beliefs.upward, loads, burdens, demands
        self.tree = tree = beliefs.upward.tree
        self.count = len(demands)
        self._touched, lifted = _differences(self.upward, demands)
        reachable = beliefs.flat < lifted * choice + choice // 2
        self.states = [self._allowed(v, reachable) for v in range(len(tree.sizes))]
        self.sizes = [len(states) for states in self.states]
        self.empty = 0 in self.sizes
        if self.empty:
            return
        binding = [place for place, burden in enumerate(burdens) if self._may_break(burden)]
        self._binding = [place for place in binding if not _is_count(burdens[place])]
        self.limits = [burdens[place].limit for place in self._binding]
        # How many of some options are taken is cheaper told on the way than bounded by a pass.
        self.counts = [burdens[place] for place in binding if _is_count(burdens[place])]
        counted = {v for place in binding for v in burdens[place].weights}
        self.active = self._branches(self._touched | counted)
        self._cuts = [self._cut(v) for v in range(len(tree.sizes))]

    @property
    def cells(self) -> int:
        """How many cells one question's tables have."""
        return sum(
            prod(self.sizes[u] for u in (bucket.variable, *bucket.separator))
            for bucket, is_active in zip(self.tree.buckets, self.active, strict=True)
            if is_active
        )

    @cached_property
    def measures(self) -> list[tuple[Tables, Tables]]:
        """The tables and messages of the cost, then of each binding burden's load."""
        own = {v: own for v in self._touched if (own := self._own(v)) is not None}
        passes = [self._pass(self.upward, own, {})]
        for place in self._binding:
            passes.append(self._pass(self.loads[place], own, self.burdens[place].weights))
        return passes

    @property
    def least(self) -> list[np.ndarray]:
        """For each measure the least of all, a question."""
        return [
            np.sum([np.broadcast_to(messages[root], self.count) for root in self.tree.roots], axis=0)
            for _, messages in self.measures
        ]

    def counted(self) -> np.ndarray:
        """Per count what the variables add that have one state left."""
        return np.array(
            [
                sum(int(w[self.states[v][0]]) for v, w in count.weights.items() if self.sizes[v] == 1)
                for count in self.counts
            ],
            np.int64,
        )

    def levels(self) -> list[Level]:
        """What to branch on, from the roots down."""
        open_ = [
            place
            for place in range(len(self.active) - 1, -1, -1)
            if self.active[place] and self.sizes[self.tree.buckets[place].variable] > 1
        ]
        return [self._level(place) for place in open_]

    def _level(self, place: int) -> Level:
        bucket = self.tree.buckets[place]
        tables = [np.ascontiguousarray(tables[place]) for tables, _ in self.measures]
        messages = [np.ascontiguousarray(messages[place]) for _, messages in self.measures]
        axes = [axis for axis, u in enumerate(bucket.separator) if self.sizes[u] > 1]
        strides = [stride // 8 for stride in tables[0].strides]
        message_strides = [stride // 8 for stride in messages[0].strides]
        return Level(
            bucket.variable,
            np.arange(self.sizes[bucket.variable]) * strides[1],
            [bucket.separator[axis] for axis in axes],
            np.array([strides[2 + axis] for axis in axes], np.intp),
            np.array([message_strides[1 + axis] for axis in axes], np.intp),
            (strides[0] if len(tables[0]) > 1 else 0, message_strides[0] if len(messages[0]) > 1 else 0),
            [table.reshape(-1) for table in tables],
            [message.reshape(-1) for message in messages],
            [
                (place, count.weights[bucket.variable][self.states[bucket.variable]])
                for place, count in enumerate(self.counts)
                if bucket.variable in count.weights
            ],
        )

    def _allowed(self, v: int, reachable: np.ndarray) -> np.ndarray:
        allowed = reachable[self.tree.offsets[v] : self.tree.offsets[v + 1]]
        if v in self._touched:
            if all(v in demand for demand in self.demands):
                allowed = allowed & np.any([demand[v] == 0 for demand in self.demands], axis=0)
        elif v in self.upward.unary:
            allowed = allowed & (self.upward.unary[v] == 0)
        return np.flatnonzero(allowed)

    def _may_break(self, burden: Burden) -> bool:
        return sum(int(w[self.states[v]].max()) for v, w in burden.weights.items()) > burden.limit

    def _branches(self, variables: set[int]) -> list[bool]:
        active = [bucket.variable in variables for bucket in self.tree.buckets]
        for place, bucket in enumerate(self.tree.buckets):
            if active[place] and bucket.parent >= 0:
                active[bucket.parent] = True
        return active

    def _cut(self, v: int) -> slice | np.ndarray:
        """How an axis of this variable is cut, without a copy where its states stand side by side."""
        states = self.states[v]
        if states[-1] - states[0] == len(states) - 1:
            return slice(int(states[0]), int(states[-1]) + 1)
        return states

    def _cut_table(self, table: np.ndarray, axes: Sequence[int]) -> np.ndarray:
        cuts = [self._cuts[u] for u in axes]
        table = table[tuple(cut if isinstance(cut, slice) else slice(None) for cut in cuts)]
        for axis, cut in enumerate(cuts):
            if not isinstance(cut, slice):
                table = table.take(cut, axis=axis)
        return table

    def _own(self, v: int) -> np.ndarray | None:
        """What each question demands of a variable, None where it is what the cut leaves anyway."""
        free = np.zeros(self.tree.sizes[v], np.int64)
        own = np.array([demand.get(v, free) for demand in self.demands])[:, self.states[v]]
        return own if own.any() else None

    def _pass(self, before: Upward, own: Demand, weights: Mapping[int, np.ndarray]) -> tuple[Tables, Tables]:
        tree = before.tree
        tables: Tables = [np.empty(0)] * len(tree.buckets)
        messages: Tables = [np.empty(0)] * len(tree.buckets)
        for place, bucket in enumerate(tree.buckets):
            v = bucket.variable
            if not self.active[place]:
                if bucket.parent < 0 or self.active[bucket.parent]:
                    messages[place] = self._cut_table(before.messages[place], bucket.separator)[None]
                continue
            table = self._cut_table(bucket.static, (v, *bucket.separator))[None]
            column = (-1, self.sizes[v], *[1] * len(bucket.separator))
            for extra in (own.get(v), weights[v][self.states[v]] if v in weights else None):
                if extra is not None:
                    table = table + extra.reshape(column)
            for child in bucket.children:
                kept = tree.buckets[child].separator
                shape = [self.sizes[u] if u in kept else 1 for u in (v, *bucket.separator)]
                table = table + messages[child].reshape(-1, *shape)
            tables[place] = table
            message = np.minimum.reduce(table, axis=1)
            messages[place] = np.minimum(message, FORBIDDEN) if tree.clips else message
        return tables, messages


def _differences(upward: Upward, demands: Sequence[Demand]) -> tuple[set[int], int]:
    """The variables of which some question demands something else than the pass before wished, and the most wishes
    that any question lets go."""
    wished = {v: (wish == 0).tobytes() for v, wish in upward.unary.items()}
    touched: set[int] = set()
    most = 0
    for demand in demands:
        kept = 0
        for v, wanted in demand.items():
            if (wanted == 0).tobytes() == wished.get(v):
                kept += 1
            else:
                touched.add(v)
        touched |= wished.keys() - demand.keys()
        most = max(most, len(wished) - kept)
    return touched, most


def _is_count(burden: Burden) -> bool:
    return all(((w == 0) | (w == 1)).all() for w in burden.weights.values())
