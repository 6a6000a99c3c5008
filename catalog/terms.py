"""Whatever sways a price, as one value that is applied after the configuration: the price never sees who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from catalog.configuration import PriceLine
from catalog.model import Texts
from catalog.money import percentage


@dataclass(frozen=True, slots=True)
class Term:
    """A reduction: an amount in minor units, or a percentage (0 to 100) of the total so far."""

    code: str
    label: Texts
    kind: Literal["amount", "percent"]
    value: Decimal

    def reduction(self, total: int) -> int:
        """How much comes off a total; never more than the total itself."""
        wanted = percentage(max(total, 0), self.value) if self.kind == "percent" else int(self.value)
        return min(wanted, max(total, 0))


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms in the order in which they apply. The total after them never falls when the total before rises."""

    terms: tuple[Term, ...] = ()

    def lines(self, total: int) -> list[PriceLine]:
        """A price line for each term."""
        lines: list[PriceLine] = []
        for term in self.terms:
            reduction = term.reduction(total)
            total -= reduction
            lines.append(PriceLine(term.code, term.label, -reduction))
        return lines

    def total(self, total: int) -> int:
        """What remains of a catalogue total."""
        return total + sum(line.amount for line in self.lines(total))


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Price:
    """A price with every step named: the lines sum exactly to the total, of which `tax` is a part."""

    currency: str
    lines: tuple[PriceLine, ...]
    total: int
    tax: int


def lines_total(lines: Sequence[PriceLine]) -> int:
    return sum(line.amount for line in lines)
