"""The best few configurations that differ in given variables, best first.

E. L. Lawler, "A procedure for computing the K best solutions to discrete optimization problems", Management Science 18
(1972): the best one, then the best of each part into which its own assignment splits what remains.
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import count

import numpy as np

from catalog.completion import Completion
from catalog.scale import FORBIDDEN
from catalog.tree import Upward, demanded


def alternatives(
    completion: Completion, upward: Upward, variables: Sequence[int], nodes: int, at_most: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Best configurations under a pass's costs, each with other states of `variables` than those before it.

    None costs more than `at_most`; where that is not given, none goes against a choice.
    Raises Unproven past `nodes` search steps for one of them.
    """
    most = completion.scale.choice // 2 if at_most is None else at_most
    tick = count()
    heap: list[tuple] = []

    def offer(part: Upward, fixed: int) -> None:
        found = completion.best(part, nodes, most)
        if found is not None:
            heappush(heap, (found[0], next(tick), tuple(found[1]), part, fixed))

    offer(upward, 0)
    while heap:
        _, _, states, part, fixed = heappop(heap)
        yield states
        for place in range(fixed, len(variables)):
            v = variables[place]
            another = np.zeros(completion.tree.sizes[v], np.int64)
            another[states[v]] = FORBIDDEN
            offer(part.clamped({v: another}), place)
            part = part.clamped({v: demanded(completion.tree.sizes[v], states[v])})
