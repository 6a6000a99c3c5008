"""The best configuration where a resource binds: best-first search over the bucket tree.

The tree knows the least cost, and the least load of each resource, of whatever completes a partial assignment, with a
price on the load that binds (see `relaxation`): nothing is followed that cannot keep every limit or beat the best
configuration found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from catalog.factors import Burden
from catalog.relaxation import relaxation
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
    limits = [burden.limit for burden in burdens]
    start = tuple(load.least for load in loads)
    if upward.least > at_most or any(low > limit for low, limit in zip(start, limits, strict=True)):
        return None
    relaxed = relaxation(upward, loads, burdens)
    found: Found | None = None
    bar = at_most + 1
    if relaxed.known is not None and relaxed.known[0] <= at_most:
        bar, states = relaxed.known
        found = Found(bar, tuple(states))
    bar += relaxed.rebate
    upward, tree = relaxed.upward, upward.tree
    last = len(tree.buckets) - 1
    tick = count()
    heap: list[tuple] = [(upward.least, 0, next(tick), (), start)]
    while heap and heap[0][0] < bar:
        cost, minus_depth, _, chosen, lows = heappop(heap)
        depth = -minus_depth
        if depth > last:
            states = [0] * depth
            for place, state in enumerate(chosen):
                states[tree.buckets[last - place].variable] = state
            true = relaxed.true_cost(cost, states)
            if true + relaxed.rebate < bar:
                found, bar = Found(true, tuple(states)), true + relaxed.rebate
            continue
        nodes -= 1
        if nodes < 0:
            raise Unproven
        place = last - depth
        bucket = tree.buckets[place]
        # chosen[i] belongs to the bucket at place last - i.
        cell = tuple(chosen[last - tree.position[u]] for u in bucket.separator)
        column = (slice(None), *cell)
        costs = (upward.tables[place][column] - (upward.messages[place][cell] - cost)).tolist()
        rises = [
            (load.tables[place][column] - (load.messages[place][cell] - low)).tolist()
            for load, low in zip(loads, lows, strict=True)
        ]
        for state, total in enumerate(costs):
            if total >= bar:
                continue
            reached = tuple(rise[state] for rise in rises)
            if all(low <= limit for low, limit in zip(reached, limits, strict=True)):
                heappush(heap, (total, -depth - 1, next(tick), (*chosen, state), reached))
    return found
