"""Among all configurations of the least cost, the one that takes the earliest states in the document's order.

A bucket's cells that equal its message are exactly those that least-cost configurations pass through. On these alone
a second pass minimises the states' ranks, the document's first variable weighing most.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import prod

import numpy as np

from catalog.search import demanded
from catalog.tree import Beliefs, Upward

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
    messages: list = [0] * len(tree.buckets)
    chosen: list = [None] * len(tree.buckets)
    for place, bucket in enumerate(tree.buckets):
        v = bucket.variable
        total = sum(
            messages[child] for child in bucket.children if not isinstance(messages[child], np.ndarray)
        )
        if sizes[v] == 1 and all(sizes[u] == 1 for u in bucket.separator):
            spread = [messages[child] for child in bucket.children if isinstance(messages[child], np.ndarray)]
            messages[place] = total + sum(int(message.item()) for message in spread)
            continue
        axes = (v, *bucket.separator)
        cells = np.ix_(*[best[u] for u in axes])
        passed = (
            upward.tables[place][cells]
            == upward.messages[place][np.ix_(*[best[u] for u in bucket.separator])]
        )
        ranks = np.full([1] * len(axes), total, np.int64)
        if v in weights:
            ranks = ranks + weights[v].reshape(bucket.column)
        for child in bucket.children:
            if isinstance(messages[child], np.ndarray):
                separator = tree.buckets[child].separator
                ranks = ranks + messages[child].reshape([sizes[u] if u in separator else 1 for u in axes])
        ranks = np.where(passed, ranks, OUT)
        chosen[place] = ranks.argmin(axis=0)
        messages[place] = ranks.min(axis=0)
    # Positions among the best states first, since the tables above were cut to those.
    positions = [0] * len(sizes)
    for place in range(len(tree.buckets) - 1, -1, -1):
        if chosen[place] is not None:
            bucket = tree.buckets[place]
            positions[bucket.variable] = int(chosen[place][tuple(positions[u] for u in bucket.separator)])
    return [states[position] for states, position in zip(best, positions, strict=True)]
