"""The terms of an order: everything that sways its price, gathered at one door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from catalog.terms import NO_TERMS, Terms
from webapp.sales import offer
from webapp.sales.offer import NotTaken, Reason
from webapp.sales.order_line import OrderLine
from webapp.sales.reckoning import Sold, reckon


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """Terms, the lines (by their place in the order) that they apply to, and the offer that is used up by them."""

    terms: Terms = NO_TERMS
    lines: frozenset[int] = frozenset()
    offer_id: int | None = None


NOTHING_OFF = OrderTerms()


def gather(
    session: Session,
    lines: Sequence[OrderLine],
    *,
    code: str,
    customer: str | None,
    email: str,
    today: date,
    level: Terms = NO_TERMS,
) -> OrderTerms:
    """What is agreed with somebody about an order of these lines today. Never two reductions on one line.

    `code`: of an offer, if they have one. `customer`: the owner of their things, where they are signed in. `level`:
    what their service level takes off; of it and the code the one that takes off more counts for the order.
    Raises NotTaken where the code takes nothing off, or not more than the level.
    """
    mine = of_level(lines, level)
    if not code:
        return mine
    found = offer.open_to(session, code, customer=customer, email=email, today=today)
    meant = offer.families([(line.family, line.currency, bool(line.terms)) for line in lines], found)
    positions = frozenset(line.position for line, is_meant in zip(lines, meant, strict=True) if is_meant)
    coded = OrderTerms(Terms((found.term,)), positions, found.id)
    if _off(lines, coded) <= _off(lines, mine):
        raise NotTaken(Reason.LESS)
    return coded


def of_level(lines: Sequence[OrderLine], level: Terms) -> OrderTerms:
    """What a service level takes off: of every line that is not reduced already."""
    positions = frozenset(line.position for line in lines if not line.terms)
    return OrderTerms(level, positions) if level.terms and positions else NOTHING_OFF


def _off(lines: Sequence[OrderLine], terms: OrderTerms) -> int:
    """How much comes off in all."""
    sold = [Sold(line.position, line.amount, Decimal(0), line.position in terms.lines) for line in lines]
    return sum(each.amount for each in reckon(sold, 0, terms.terms).reductions)
