"""The terms of an order: everything that sways its price, gathered at one door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from catalog.terms import NO_TERMS, Terms
from webapp.sales import offer
from webapp.sales.order_line import OrderLine


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
) -> OrderTerms:
    """What is agreed with somebody about an order of these lines today. Never two reductions on one line.

    `code`: of an offer, if they have one. `customer`: the owner of their things, where they are signed in.
    Raises NotTaken where the code takes nothing off.
    """
    if not code:
        return NOTHING_OFF
    found = offer.open_to(session, code, customer=customer, email=email, today=today)
    meant = offer.families([(line.family, line.currency, bool(line.terms)) for line in lines], found)
    positions = frozenset(line.position for line, is_meant in zip(lines, meant, strict=True) if is_meant)
    return OrderTerms(Terms((found.term,)), positions, found.id)
