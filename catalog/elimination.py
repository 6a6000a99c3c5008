"""In which order a bucket tree eliminates its variables: the cheapest of a few greedy orders, by table cells."""

from collections.abc import Callable, Iterable, Sequence
from math import prod

from catalog.factors import Factors

Neighbours = list[set[int]]


class Plan:
    """The order for one family's variables, and how many table cells it makes."""

    def __init__(self, factors: Factors) -> None:
        self.factors = factors
        self.sizes = [len(variable) for variable in factors.variables]
        scopes = [factor.scope for factor in factors.factors]
        # Variables with states that give to a resource rather than take.
        suppliers = frozenset(
            v for burden in factors.burdens for v, w in burden.weights.items() if w.min() < 0
        )
        self.order = order(self.sizes, scopes, suppliers)
        self.cells = cells(self.sizes, scopes, self.order)

    @property
    def rules(self) -> list[str]:
        """The codes of all that makes tables over several variables, in the document's order."""
        return list(dict.fromkeys(factor.rule for factor in self.factors.factors if len(factor.scope) > 1))

    def cells_without(self, rule: str) -> int:
        """How many table cells the same order would make without the tables of one rule."""
        return cells(
            self.sizes, [factor.scope for factor in self.factors.factors if factor.rule != rule], self.order
        )


def order(sizes: Sequence[int], scopes: Iterable[Sequence[int]], last: frozenset[int]) -> list[int]:
    """An elimination order with few cells; variables in `last` come after all others where that is affordable.

    Candidates: least table first, least fill first, each with and without `last`, and the document's order from the
    end. Ties go to the later variable, so that equal families always get equal orders.
    """
    scopes = [tuple(scope) for scope in scopes]
    candidates: list[list[int]] = [list(range(len(sizes)))[::-1]]
    for held in {last, frozenset()}:
        candidates += [_greedy(sizes, scopes, held, weigh) for weigh in (_table, _fill)]
    costs = [cells(sizes, scopes, candidate) for candidate in candidates]
    cheapest = min(costs)
    # A search that meets the suppliers of a resource first is worth a table half as large again.
    good = [place for place, cost in enumerate(costs) if cost <= cheapest * 3 // 2 + 256]
    return candidates[
        max(good, key=lambda place: (_lateness(candidates[place], last), -costs[place], -place))
    ]


def cells(sizes: Sequence[int], scopes: Iterable[Sequence[int]], candidate: Sequence[int]) -> int:
    """How many table cells an order makes."""
    neighbours = _neighbours(len(sizes), scopes)
    total = 0
    for v in candidate:
        total += _table(sizes, neighbours, v)
        _eliminate(neighbours, v)
    return total


def _lateness(candidate: Sequence[int], last: frozenset[int]) -> bool:
    return set(candidate[len(candidate) - len(last) :]) == last


def _greedy(
    sizes: Sequence[int], scopes: Iterable[Sequence[int]], last: frozenset[int], weigh: Callable[..., int]
) -> list[int]:
    neighbours = _neighbours(len(sizes), scopes)
    remaining = set(range(len(sizes)))
    weights = {v: weigh(sizes, neighbours, v) for v in remaining}
    result: list[int] = []
    while remaining:
        open_ = remaining - last or remaining
        v = min(open_, key=lambda v: (weights[v], -v))
        touched = _eliminate(neighbours, v)
        remaining.discard(v)
        result.append(v)
        # Fill changes two steps away, a table only next door.
        again = touched | {n for t in touched for n in neighbours[t]} if weigh is _fill else touched
        for other in again & remaining:
            weights[other] = weigh(sizes, neighbours, other)
    return result


def _neighbours(count: int, scopes: Iterable[Sequence[int]]) -> Neighbours:
    neighbours: Neighbours = [set() for _ in range(count)]
    for scope in scopes:
        for v in scope:
            neighbours[v].update(scope)
    for v in range(count):
        neighbours[v].discard(v)
    return neighbours


def _eliminate(neighbours: Neighbours, v: int) -> set[int]:
    around = neighbours[v]
    for other in around:
        neighbours[other] |= around
        neighbours[other] -= {v, other}
    neighbours[v] = set()
    return around


def _table(sizes: Sequence[int], neighbours: Neighbours, v: int) -> int:
    return sizes[v] * prod(sizes[n] for n in neighbours[v])


def _fill(sizes: Sequence[int], neighbours: Neighbours, v: int) -> int:
    around = neighbours[v]
    missing = sum(len(around - neighbours[n]) - 1 for n in around)
    return missing * 1_000_000 + min(_table(sizes, neighbours, v), 999_999)
