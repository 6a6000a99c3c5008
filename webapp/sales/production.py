"""Production: what is to be made next, week by week, and of what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from webapp.sales.calendar import monday_of
from webapp.sales.capacity import Booking
from webapp.sales.delivery import Delivery
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_list import in_state
from webapp.sales.order_state import State
from webapp.sales.specification import Part

TO_MAKE = (State.DEPOSIT, State.PAID, State.PRODUCTION)
MOST = 300  # orders that one page shows


class Piece(NamedTuple):
    """A part of a family and how many of it are needed."""

    family: str
    part: Part
    pieces: int


class Week(NamedTuple):
    """The orders that have to be finished in the week of a Monday, the most urgent first."""

    monday: date
    orders: list[Order]

    @property
    def pieces(self) -> int:
        return sum(line.quantity for order in self.orders for line in order.lines)

    @property
    def bill(self) -> list[Piece]:
        """What all of it together takes."""
        return bill_of_materials(line for order in self.orders for line in order.lines)


def bill_of_materials(lines: Iterable[OrderLine]) -> list[Piece]:
    """Each part and its number of pieces, over all lines."""
    pieces: Counter[tuple[str, str]] = Counter()
    parts: dict[tuple[str, str], Part] = {}
    for line in lines:
        for part in line.listed:
            parts.setdefault((line.family, part.code), part)
            pieces[line.family, part.code] += line.quantity
    return [Piece(family, part, pieces[family, code]) for (family, code), part in parts.items()]


def to_make(session: Session, *, limit: int = MOST) -> Sequence[Order]:
    """Orders that can be made and are not finished, by the day they are promised for."""
    query = (
        select(Order)
        .join(Delivery, col(Delivery.order_id) == col(Order.id))
        .where(or_(*(in_state(state) for state in TO_MAKE)))
        .order_by(col(Delivery.last_day), col(Order.id))
    )
    return session.exec(query.limit(limit)).all()


def weeks(session: Session, orders: Sequence[Order]) -> list[Week]:
    """The same by the week in which each has its place; without one, by the week it is promised for."""
    ids = [order.id for order in orders]
    placed: dict[int, date] = {}
    for booking in session.exec(select(Booking).where(col(Booking.order_id).in_(ids))):
        placed[booking.order_id] = max(booking.monday, placed.get(booking.order_id, date.min))
    found: dict[date, list[Order]] = {}
    for order in orders:
        monday = placed.get(order.id or 0) or monday_of(order.delivery.first_day)
        found.setdefault(monday, []).append(order)
    return [Week(monday, found[monday]) for monday in sorted(found)]
