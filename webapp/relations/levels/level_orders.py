"""The orders of customers as levels count them, for many at once."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from webapp.relations.levels.level_standing import Counted
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason, Refund, RefundState


def of(
    session: Session, owners: Collection[str], *, since: datetime, day_of: Callable[[datetime], date]
) -> Mapping[str, list[Counted]]:
    """The orders that were placed since a moment, by whose they are; four statements, however many those are."""
    found: dict[str, list[Counted]] = {owner: [] for owner in owners}
    placed = (col(Order.owner).in_(owners), col(Order.placed_at) >= since)
    columns: tuple[Any, ...] = (
        Order.id,
        Order.owner,
        Order.number,
        Order.placed_at,
        Order.currency,
        Order.total,
    )
    orders = session.execute(select(*columns).where(*placed).order_by(col(Order.id))).all()
    if not orders:
        return found
    cancelled: dict[int, datetime] = dict(
        session.execute(
            select(OrderStep.order_id, OrderStep.at)  # type: ignore[call-overload]
            .join(Order, col(Order.id) == col(OrderStep.order_id))
            .where(*placed, col(OrderStep.step) == Step.CANCELLATION.value)
        ).all()
    )
    received: dict[int, int] = {}
    for number, amount in session.execute(
        select(Payment.order_id, Payment.amount)  # type: ignore[call-overload]
        .join(Order, col(Order.id) == col(Payment.order_id))
        .where(*placed)
    ):
        received[number] = received.get(number, 0) + amount
    back: dict[int, list[tuple[datetime, int]]] = {}
    returned: dict[int, int] = {}
    for number, at, amount, reason in session.execute(
        select(Payment.order_id, Refund.requested_at, Refund.amount, Refund.reason)  # type: ignore[call-overload]
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .join(Order, col(Order.id) == col(Payment.order_id))
        .where(*placed, col(Refund.state) != RefundState.FAILED.value)
    ):
        back.setdefault(number, []).append((at, amount))
        if reason == Reason.OVERPAID.value:
            returned[number] = returned.get(number, 0) + amount
    for number, owner, name, placed_at, currency, total in orders:
        found[owner].append(
            Counted(
                name,
                day_of(placed_at),
                currency,
                total,
                received.get(number, 0),
                returned.get(number, 0),
                tuple(back.get(number, ())),
                cancelled.get(number),
            )
        )
    return found
