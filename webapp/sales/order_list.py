"""The list of all orders, as staff look through it."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from webapp.sales.order import Order
from webapp.sales.order_number import tidy
from webapp.sales.order_state import LATEST_FIRST, STATE_AFTER, State
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason, Refund, RefundState

PAGE = 50


def latest(
    session: Session,
    *,
    state: State | None = None,
    words: str = "",
    among: Collection[int] | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[Order]:
    """Orders, the newest first, from a place in the list on; by state, by number, name or address.

    `among`: of these alone.
    """
    query = select(Order)
    if state is not None:
        query = query.where(in_state(state))
    if words:
        sought = f"%{_literally(words.lower())}%"
        query = query.where(
            or_(
                col(Order.number) == tidy(words),
                func.lower(col(Order.email)).like(sought, escape="\\"),
                col(Order.name).ilike(f"%{_literally(words)}%", escape="\\"),
            )
        )
    if among is not None:
        query = query.where(col(Order.id).in_(among))
    if before is not None:
        query = query.where(col(Order.id) < before)
    return session.exec(query.order_by(col(Order.id).desc()).limit(limit)).all()


def in_state(state: State) -> ColumnElement[bool]:
    """The state as the database sees it; the same as `Order.state`."""
    taken = {
        step: exists().where(col(OrderStep.order_id) == col(Order.id), col(OrderStep.step) == step.value)
        for step in LATEST_FIRST
    }
    if state in (State.CANCELLED, State.REFUNDED):
        cancelled = taken[Step.CANCELLATION]
        return cancelled & (is_refunded() if state is State.REFUNDED else ~is_refunded())
    for place, step in enumerate(LATEST_FIRST):
        if STATE_AFTER[step] is state:
            return and_(taken[step], *(~taken[later] for later in LATEST_FIRST[:place]))
    received = select_rows(func.coalesce(func.sum(Payment.amount), 0)).where(
        col(Payment.order_id) == col(Order.id)
    )
    returned = (
        select_rows(func.coalesce(func.sum(Refund.amount), 0))
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .where(
            col(Payment.order_id) == col(Order.id),
            col(Refund.reason) == Reason.OVERPAID.value,
            col(Refund.state) != RefundState.FAILED.value,
        )
    )
    covered = received.scalar_subquery() - returned.scalar_subquery()
    idle = ~exists().where(
        col(OrderStep.order_id) == col(Order.id)
    )  # one look for each, not one for each step
    deposit_paid = (col(Order.deposit) > 0) & (covered >= col(Order.deposit))
    open_ = idle & (covered < col(Order.total))
    return {
        State.PAID: idle & (covered >= col(Order.total)),
        State.DEPOSIT: open_ & deposit_paid,
        State.PART: open_ & ~deposit_paid & (covered > 0),
        State.PLACED: open_ & ~deposit_paid & (covered <= 0),
    }[state]


def is_refunded() -> ColumnElement[bool]:
    """The same as `Order.is_refunded`, of an order that is cancelled."""
    received = (
        select_rows(func.coalesce(func.sum(Payment.amount), 0))
        .where(col(Payment.order_id) == col(Order.id))
        .scalar_subquery()
    )
    arrived = (
        select_rows(func.coalesce(func.sum(Refund.amount), 0))
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .where(col(Payment.order_id) == col(Order.id), col(Refund.state) == RefundState.SUCCEEDED.value)
        .scalar_subquery()
    )
    fee = (
        select_rows(func.coalesce(func.sum(OrderStep.fee), 0))
        .where(col(OrderStep.order_id) == col(Order.id), col(OrderStep.step) == Step.CANCELLATION.value)
        .scalar_subquery()
    )
    return (received > fee) & (arrived >= received - fee)


def _literally(words: str) -> str:
    """The words as LIKE takes them at their word."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
