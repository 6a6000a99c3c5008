"""Among all configurations of the least cost, the one that takes the earliest states in the document's order.

A bucket's cells that equal its message are exactly those that least-cost configurations pass through. On these alone
a second pass minimises the states' ranks, the document's first variable weighing most.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import prod

import numpy as np

from catalog.tree import Beliefs, Upward, demanded

MOST_RANKS = 1 << 61
OUT = np.int64(1 << 62)


def first_of_equals(upward: Upward, beliefs: Beliefs) -> list[int]:
    """The states, one per variable, of the first least-cost configuration in the document's order."""
    tree = upward.tree
    optimum = upward.least
    while True:
        best: list[list[int]] = [[] for _ in tree.sizes]
        for column in np.flatnonzero(beliefs.flat == optimum).tolist():
            v = bisect_right(tree.offsets, column) - 1
            best[v].append(column - tree.offsets[v])
        tied = [
            v
            for v, states in enumerate(best)
            if len(states) > 1 and tree.factors.variables[v].group is not None
        ]
        fitting = tied
        while prod(len(best[v]) for v in fitting) > MOST_RANKS:
            fitting = fitting[: len(fitting) - 1]
        states = _least_ranks(upward, best, fitting)
        if fitting == tied:
            return states
        upward = upward.clamped({v: demanded(tree.sizes[v], states[v]) for v in fitting})
        beliefs = upward.beliefs()


def _least_ranks(upward: Upward, best: list[list[int]], ranked: Sequence[int]) -> list[int]:
    tree = upward.tree
    weight = 1
    weights: dict[int, np.ndarray] = {}
    for v in reversed(ranked):
        weights[v] = np.arange(len(best[v]), dtype=np.int64) * weight
        weight *= len(best[v])
    sizes = [len(states) for states in best]
    # Where nothing above a bucket is tied, its first best state is the one, and whatever lies below adds a constant.
    messages: dict[int, np.ndarray] = {}
    chosen: dict[int, np.ndarray] = {}
    for place, bucket in enumerate(tree.buckets):
        below = [child for child in bucket.children if child in messages]
        is_open_above = any(sizes[u] > 1 for u in bucket.separator)
        if not below and not is_open_above:
            continue
        axes = (bucket.variable, *bucket.separator)
        cells = np.ix_(*[best[u] for u in axes])
        passed = upward.tables[place][cells] == upward.messages[place][cells[1:]]
        ranks = np.zeros([1] * len(axes), np.int64)
        if bucket.variable in weights:
            ranks = ranks + weights[bucket.variable].reshape(bucket.column)
        for child in below:
            separator = tree.buckets[child].separator
            ranks = ranks + messages[child].reshape([sizes[u] if u in separator else 1 for u in axes])
        ranks = np.where(passed, ranks, OUT)
        chosen[place] = ranks.argmin(axis=0)
        if is_open_above:
            messages[place] = ranks.min(axis=0)
    # Positions among the best states first, since the tables above were cut to those.
    positions = [0] * len(sizes)
    for place in range(len(tree.buckets) - 1, -1, -1):
        if place in chosen:
            bucket = tree.buckets[place]
            positions[bucket.variable] = int(chosen[place][tuple(positions[u] for u in bucket.separator)])
    return [states[position] for states, position in zip(best, positions, strict=True)]
