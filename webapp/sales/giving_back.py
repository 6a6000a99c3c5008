"""Giving money back: decided and written down under the order's lock, so that it is never more than there is."""

from datetime import datetime

from sqlmodel import Session

from webapp.sales import refund as refunds
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason, Refund


class TooMuch(Exception):
    """More than is left of a payment, or more than was paid too much. `most`: what would go, in minor units."""

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most}")
        self.most = most


def parts(order: Order) -> list[tuple[Payment, int]]:
    """What is to go back of an order (minor units), from its latest payment on."""
    left, found = order.refund_due, []
    for payment in reversed(order.payments):
        part = min(left, payment.refundable)
        if part > 0:
            found.append((payment, part))
            left -= part
    return found


def ask_due(
    session: Session, order: Order, amount: int, reason: Reason, *, key: str, who: str, at: datetime
) -> list[Refund]:
    """Writes down all that is to go back of an order that was read for update; the same key twice does so once.

    Raises TooMuch where that is another amount than was agreed.
    """
    known = [
        one
        for payment in order.payments
        for one in payment.refunds
        if one.idempotency_key.startswith(f"{key}:")
    ]
    if known:
        return known
    if amount != order.refund_due:
        raise TooMuch(order.refund_due)
    return [
        ask(session, order, payment, part, reason, key=f"{key}:{payment.id}", who=who, at=at)
        for payment, part in parts(order)
    ]


def ask(
    session: Session,
    order: Order,
    payment: Payment,
    amount: int,
    reason: Reason,
    *,
    key: str,
    who: str,
    at: datetime,
) -> Refund:
    """Writes down a refund of an order that was read for update; the same key twice is one refund. Raises TooMuch."""
    known = refunds.by_key(session, key)
    if known is not None:
        return known
    most = payment.refundable
    if reason is Reason.OVERPAID:
        most = min(most, order.balance.over)
    if not 0 < amount <= most:
        raise TooMuch(most)
    made = Refund(
        amount=amount,
        currency=payment.currency,
        reason=reason.value,
        idempotency_key=key,
        who=who,
        requested_at=at,
        changed_at=at,
    )
    payment.refunds.append(made)
    session.flush()
    return made
