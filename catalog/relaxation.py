"""Puts a price on a resource that binds, so that the tree's bound comes close to the true least cost.

G. Y. Handler, I. Zang, "A dual algorithm for the constrained shortest path problem", Networks 10 (1980): the price is
the slope between the cheapest configuration that breaks the limit and the best known one that keeps it, until no
configuration lies below that line. Prices are whole numbers, so that every bound stays exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.factors import Burden, keeps, load_of
from catalog.tree import Upward

MOST_STEPS = 12
# A priced load stays below what 256 forbidden combinations leave of 63 bits.
MOST_PRICED = 1 << 60


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A pass with `price` per unit of a burden's load added: its costs less `rebate` bound the true ones from below.

    `known`: the best configuration met that keeps all burdens, with its true cost.
    """

    upward: Upward
    burden: Burden
    price: int
    known: tuple[int, list[int]] | None

    @property
    def rebate(self) -> int:
        return self.price * self.burden.limit

    def true_cost(self, cost: int, states: Sequence[int]) -> int:
        """What a configuration costs without the price of its load."""
        return cost - self.price * load_of(self.burden, states)


def relaxation(upward: Upward, loads: Sequence[Upward], burdens: Sequence[Burden]) -> Relaxation:
    """The tightest price for the first burden that the pass's best configuration breaks."""
    over = upward.decode()
    place = next((place for place, burden in enumerate(burdens) if load_of(burden, over) > burden.limit), 0)
    burden = burdens[place]
    within = loads[place].decode()
    known = _better(None, upward, within, burdens)
    priced, price = upward, 0
    reach = sum(int(np.abs(weights).max()) for weights in burden.weights.values()) or 1
    for _ in range(MOST_STEPS):
        dearer, lighter = (
            upward.cost(within) - upward.cost(over),
            load_of(burden, over) - load_of(burden, within),
        )
        if lighter <= 0 or dearer <= 0:
            break
        slope = min(dearer // lighter, MOST_PRICED // reach)
        if slope == price:
            break
        price = slope
        priced = upward.clamped({v: weights * price for v, weights in burden.weights.items()})
        states = priced.decode()
        if load_of(burden, states) > burden.limit:
            over = states
        else:
            within = states
            known = _better(known, upward, states, burdens)
    return Relaxation(priced, burden, price, known)


def _better(
    known: tuple[int, list[int]] | None, upward: Upward, states: list[int], burdens: Sequence[Burden]
) -> tuple[int, list[int]] | None:
    if not keeps(burdens, states):
        return known
    cost = upward.cost(states)
    return (cost, states) if known is None or cost < known[0] else known
