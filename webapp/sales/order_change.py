"""Changes: until work begins, a line of an order may become something else, beside what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete
from sqlmodel import Session, col

from catalog.terms import Terms
from webapp.sales import capacity, delivery_slot, line_tax, order_revision, tax
from webapp.sales.build import copied
from webapp.sales.capacity import Asking, Booking
from webapp.sales.delivery import METHOD_BY_CODE, Window
from webapp.sales.delivery_slot import Slot, Slots
from webapp.sales.order import NotNow, Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_reduction import OrderReduction
from webapp.sales.order_revision import OrderRevision
from webapp.sales.order_tax import OrderTax
from webapp.sales.reckoning import Reckoning, Sold, reckon


@dataclass(frozen=True)
class Change:
    """The next revision of an order as it would be: its lines, its amounts, its days.

    `slot`: the place in the workshop's weeks that it takes instead; None where the promised days can be kept.
    """

    number: int
    lines: list[OrderLine]
    reckoning: Reckoning
    window: Window
    slot: Slot | None
    asking: Asking

    @property
    def mark(self) -> str:
        """What a page showed of it, written down so that a change of it is noticed."""
        goods = "-".join(str(line.version) for line in self.lines)
        return f"{self.number}|{goods}|{self.reckoning.total}|{self.window.first}_{self.window.last}"


def drafted(
    rows: Connection, order: Order, position: int, specification: Mapping[str, Any], today: date
) -> Change | None:
    """The order with another specification in place of one line; None where it could not be finished in a year.

    What comes off, the delivery and the rates of tax stay as they were agreed.
    """
    last = max(line.position for line in order.lines)
    number = order.revision + 1
    becomes = {line.position: place for place, line in enumerate(order.lines, last + 1)}
    lines = [
        OrderLine(
            revision=number,
            position=becomes[line.position],
            quantity=line.quantity,
            quote_code=None if line.position == position else line.quote_code,
            **(specification if line.position == position else copied(line)),
        )
        for line in order.lines
    ]
    reductions = [each.reduction for each in order.reductions]
    terms = Terms(tuple({each.term.code: each.term for each in reductions}.values()))
    reduced = {becomes[each.position] for each in reductions}
    country, day = order.delivery.country or tax.HOME, order.placed_at.date()
    sold = [
        Sold(
            line.position,
            line.amount,
            line_tax.percent(rows, line, country, day),
            line.position in reduced,
        )
        for line in lines
    ]
    reckoning = reckon(sold, order.delivery.price, terms)
    asking = Asking(today, capacity.comes_first(rows, order.id or 0))
    found = _days(rows, order, lines, asking)
    return Change(number, lines, reckoning, *found, asking) if found else None


def change(session: Session, order: Order, agreed: Change, *, token: str, at: datetime) -> OrderRevision:
    """Makes what was agreed the order's next revision. The order was read for update; a form counts once.

    Raises NotNow where work has begun or the order was changed meanwhile, WeekFull where the days are taken.
    """
    assert order.id is not None
    known = order_revision.by_token(session, order.id, token)
    if known is not None:
        return known
    if not order.may_be_changed or agreed.number != order.revision + 1:
        raise NotNow(order.state)
    delivery = order.delivery
    if order.revision == 1:
        session.add(
            OrderRevision(
                order_id=order.id,
                number=1,
                total=order.total,
                tax=order.tax,
                first_day=delivery.first_day,
                last_day=delivery.last_day,
                made_at=order.placed_at,
            )
        )
    for line in agreed.lines:
        line.order_id = order.id
    reductions = [OrderReduction.of(each, agreed.number) for each in agreed.reckoning.reductions]
    taxed = [OrderTax.of(share, agreed.number) for share in agreed.reckoning.taxed]
    for each in (*reductions, *taxed):
        each.order_id = order.id
    session.add_all([*agreed.lines, *reductions, *taxed])
    order.revision, order.total, order.tax = agreed.number, agreed.reckoning.total, agreed.reckoning.tax
    delivery.first_day, delivery.last_day = agreed.window
    if agreed.slot is not None:
        session.flush()
        session.execute(delete(Booking).where(col(Booking.order_id) == order.id))
        pieces = sum(line.quantity for line in agreed.lines)
        method = METHOD_BY_CODE[delivery.method]
        delivery_slot.take(session, order.id, method, agreed.slot, pieces, agreed.asking)
    made = OrderRevision(
        order_id=order.id,
        number=agreed.number,
        token=token,
        total=order.total,
        tax=order.tax,
        first_day=delivery.first_day,
        last_day=delivery.last_day,
        made_at=at,
    )
    session.add(made)
    session.flush()
    session.expire(order, ["lines", "reductions", "taxed"])
    return made


def _days(
    rows: Connection, order: Order, lines: list[OrderLine], asking: Asking
) -> tuple[Window, Slot | None] | None:
    """The promised days where they can be kept, else the first that are free."""
    promised = order.delivery.window
    method = METHOD_BY_CODE.get(order.delivery.method)
    lead_days = max(line.lead_days for line in lines)
    if method is None or lead_days <= max(line.lead_days for line in order.lines):
        return promised, None
    today, pieces = asking.today, sum(line.quantity for line in lines)
    slots = Slots(rows, today, lead_days, pieces, comes_first=asking.comes_first)
    if method.appointments:
        keeps = slots.ready < promised.first
    else:
        keeps = method.window(today, lead_days, slots.calendar).first <= promised.first
    if keeps:
        return promised, None
    slot = slots.first(method)
    return (slot.window, slot) if slot else None
