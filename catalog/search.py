"""The best configuration where a resource binds: best-first search over the bucket tree.

The tree knows the least cost, and the least load of each resource, of whatever completes a partial assignment; so no
partial assignment is followed that cannot keep every limit, and the first complete one is proven best.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

import numpy as np

from catalog.factors import Burden
from catalog.scale import FORBIDDEN
from catalog.tree import Upward


class Unproven(Exception):
    """The search was given up before its answer was certain."""


@dataclass(frozen=True, slots=True)
class Found:
    """A best configuration: its cost, and a state per variable."""

    cost: int
    states: tuple[int, ...]


def best(
    upward: Upward,
    loads: Sequence[Upward],
    burdens: Sequence[Burden],
    nodes: int,
    at_most: int = FORBIDDEN // 2,
) -> Found | None:
    """The least-cost configuration that keeps every burden's limit, None where none does (or none costs `at_most`).

    `loads[i]` is a pass over the same tree with burden i's weights as costs. Raises Unproven after `nodes` steps.
    """
    tree = upward.tree
    limits = [burden.limit for burden in burdens]
    start = tuple(load.least for load in loads)
    if upward.least > at_most or any(low > limit for low, limit in zip(start, limits, strict=True)):
        return None
    tick = count()
    depth_to_place = range(len(tree.buckets) - 1, -1, -1)
    heap: list[tuple] = [(upward.least, 0, next(tick), (), start)]
    while heap:
        cost, minus_depth, _, chosen, lows = heappop(heap)
        depth = -minus_depth
        if depth == len(tree.buckets):
            states = [0] * depth
            for place, state in zip(depth_to_place, chosen, strict=True):
                states[tree.buckets[place].variable] = state
            return Found(cost, tuple(states))
        nodes -= 1
        if nodes < 0:
            raise Unproven
        place = depth_to_place[depth]
        bucket = tree.buckets[place]
        # chosen[i] belongs to the bucket at place last - i.
        cell = tuple(chosen[len(tree.buckets) - 1 - tree.position[u]] for u in bucket.separator)
        column = (slice(None), *cell)
        costs = (upward.tables[place][column] - (upward.messages[place][cell] - cost)).tolist()
        rises = [
            (load.tables[place][column] - (load.messages[place][cell] - low)).tolist()
            for load, low in zip(loads, lows, strict=True)
        ]
        for state, total in enumerate(costs):
            if total > at_most:
                continue
            reached = tuple(rise[state] for rise in rises)
            if all(low <= limit for low, limit in zip(reached, limits, strict=True)):
                heappush(heap, (total, -depth - 1, next(tick), (*chosen, state), reached))
    return None


def load_of(burden: Burden, states: Sequence[int]) -> int:
    """What a configuration puts on a burden."""
    return sum(int(weights[states[v]]) for v, weights in burden.weights.items())


def keeps(burdens: Sequence[Burden], states: Sequence[int]) -> bool:
    """Whether a configuration keeps every limit."""
    return all(load_of(burden, states) <= burden.limit for burden in burdens)


def demanded(states: int, state: int) -> np.ndarray:
    """The extra cost that leaves a variable no state but one."""
    cost = np.full(states, FORBIDDEN, np.int64)
    cost[state] = 0
    return cost
