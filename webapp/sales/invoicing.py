"""What has to be said by another document since an invoice was made: found from facts, said once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, select

from catalog.model import Texts
from webapp.sales import invoice
from webapp.sales.invoice import Invoice, Kind
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason, Refund, RefundState

LOOKS_BACK = timedelta(days=60)
BATCH = 50
# What was paid too much was never in an invoice; what goes back since an order is cancelled is said with that.
LOWERS_THE_PRICE = (Reason.GOODWILL, Reason.RETURNED, Reason.ELSEWHERE)
REFUNDED = {
    Reason.RETURNED: Texts({"en": "Returned goods", "ru": "Возврат товара"}),
    Reason.GOODWILL: Texts({"en": "Reduction of the price", "ru": "Снижение цены"}),
    Reason.ELSEWHERE: Texts({"en": "Reduction of the price", "ru": "Снижение цены"}),
}


class Open(NamedTuple):
    """An invoice that something has happened to: a refund, or the order's cancellation."""

    invoice_id: int
    refund_id: int | None = None


def open_(session: Session, *, at: datetime) -> Sequence[Open]:
    """What has happened lately and no document says yet."""
    other, step = aliased(Invoice), aliased(OrderStep)
    said = exists().where(
        col(other.order_id) == col(Invoice.order_id),
        col(other.revision) == col(Invoice.revision),
        col(other.kind) == Kind.CANCELLATION.value,
    )
    cancelled = (
        select(Invoice.id)
        .join(OrderStep, col(OrderStep.order_id) == col(Invoice.order_id))
        .where(
            OrderStep.step == Step.CANCELLATION.value,
            col(OrderStep.at) >= at - LOOKS_BACK,
            Invoice.kind == Kind.INVOICE.value,
            Invoice.total > 0,
            ~said,
        )
    )
    is_cancelled = exists().where(
        col(step.order_id) == col(Payment.order_id), col(step.step) == Step.CANCELLATION.value
    )
    refunded = (
        select(Invoice.id, Refund.id)
        .join(
            Payment,
            and_(col(Payment.order_id) == col(Invoice.order_id), Invoice.kind == Kind.INVOICE.value),
        )
        .join(Refund, col(Refund.payment_id) == col(Payment.id))
        .where(
            Refund.state == RefundState.SUCCEEDED.value,
            col(Refund.reason).in_([reason.value for reason in LOWERS_THE_PRICE]),
            col(Refund.changed_at) >= at - LOOKS_BACK,
            ~exists().where(col(other.refund_id) == col(Refund.id)),
            ~is_cancelled,
            ~said,
        )
    )
    found = [Open(one or 0) for one in session.exec(cancelled.limit(BATCH))]
    return found + [Open(one or 0, refund) for one, refund in session.exec(refunded.limit(BATCH))]


def say(session: Session, what: Open, *, at: datetime, on: date) -> Invoice | None:
    """Makes the document; where another worker has made it meanwhile, that one."""
    made = session.exec(select(Invoice).where(Invoice.id == what.invoice_id).with_for_update()).one()
    if what.refund_id is None:
        return invoice.cancel(session, made, fee=_fee(session, made.order_id), at=at, on=on)
    back = session.get_one(Refund, what.refund_id)
    label = REFUNDED[Reason(back.reason)]
    return invoice.reduce(session, made, back.amount, label, what.refund_id, at=at, on=on)


def _fee(session: Session, order_id: int) -> int:
    """What is kept of a cancelled order."""
    query = select(OrderStep.fee).where(
        OrderStep.order_id == order_id, OrderStep.step == Step.CANCELLATION.value
    )
    return session.exec(query).first() or 0
