"""What an order comes to: its lines, what comes off, delivery, and the tax within; shown, placed and checked by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.configuration import PriceLine
from catalog.money import apportioned
from catalog.terms import NO_TERMS, Term, Terms
from webapp.sales import tax
from webapp.sales.tax import TaxedShare, TaxSum


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of an order: its amount for all pieces, the rate it is taxed at, whether terms apply to it."""

    position: int
    amount: int
    percent: Decimal
    takes_terms: bool = True


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a term takes off one line; `amount` is not below 0."""

    position: int
    term: Term
    amount: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The amounts of an order in minor units, tax included everywhere."""

    goods: int
    reductions: tuple[Reduction, ...]
    delivery: int
    taxed: tuple[TaxedShare, ...]

    @property
    def total(self) -> int:
        return self.goods - sum(each.amount for each in self.reductions) + self.delivery

    @property
    def tax(self) -> int:
        return sum(share.tax for share in self.taxed)

    @property
    def taxes(self) -> list[TaxSum]:
        """The tax by rate."""
        return tax.sums(self.taxed)

    @property
    def reduction_lines(self) -> list[PriceLine]:
        return reduction_lines(self.reductions)


def reckon(lines: Sequence[Sold], delivery: int, terms: Terms = NO_TERMS) -> Reckoning:
    """Applies terms to the lines that take them, then reckons the tax of each line and of the delivery."""
    reductions = _reductions([line for line in lines if line.takes_terms], terms)
    off: dict[int, int] = {}
    for each in reductions:
        off[each.position] = off.get(each.position, 0) + each.amount
    left = [(line.position, line.amount - off.get(line.position, 0), line.percent) for line in lines]
    return Reckoning(
        sum(line.amount for line in lines), tuple(reductions), delivery, tuple(tax.shares(left, delivery))
    )


def reduction_lines(reductions: Sequence[Reduction]) -> list[PriceLine]:
    """A price line for each term: what it takes off all lines together."""
    lines: dict[str, PriceLine] = {}
    for each in reductions:
        code = each.term.code
        before = lines.get(code, PriceLine(code, each.term.label, 0))
        lines[code] = PriceLine(code, before.label, before.amount - each.amount)
    return list(lines.values())


def _reductions(lines: Sequence[Sold], terms: Terms) -> list[Reduction]:
    """A percentage is taken of each line, an amount once from all together and split among them by what they cost."""
    left = [line.amount for line in lines]
    found: list[Reduction] = []
    for term in terms.terms:
        if term.kind == "percent":
            parts = [term.reduction(amount) for amount in left]
        else:
            parts = apportioned(term.reduction(sum(left)), left)
        found += [Reduction(line.position, term, part) for line, part in zip(lines, parts, strict=True)]
        left = [amount - part for amount, part in zip(left, parts, strict=True)]
    return found
