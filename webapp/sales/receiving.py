"""Receiving money for an order: what is asked for, and what people take down."""

from datetime import datetime

from sqlmodel import Session

from webapp.sales.order import NotNow, Order
from webapp.sales.payment import OFFLINE, Payment
from webapp.sales.payment_intent import Purpose


def asked_for(order: Order) -> dict[Purpose, int]:
    """What may be paid now, the amount that is asked for first."""
    balance = order.balance
    if not order.awaits_payment:
        return {}
    if balance.covered <= 0:
        deposit = {Purpose.DEPOSIT: balance.deposit_due} if balance.deposit_due else {}
        return deposit | {Purpose.FULL: balance.due}
    # A card pays what is asked for: a deposit and its rest, or all at once. What is due after that was added later.
    cards = sum(payment.method == "card" for payment in order.payments)
    return {Purpose.TOP_UP if cards > bool(order.deposit) else Purpose.REST: balance.due}


def receive(
    session: Session, order: Order, *, at: datetime, amount: int | None = None, reference: str | None = None
) -> Payment:
    """Takes note of money that has come in by transfer: an amount, or all that was due.

    The same reference twice is one payment. Raises NotNow where nothing is due and no amount is named: an amount may
    come in too late or twice, and is written down all the same.
    """
    for payment in order.payments:
        if reference is not None and (payment.provider, payment.reference) == (OFFLINE, reference):
            return payment
    if amount is None and not order.awaits_payment:
        raise NotNow(order.state)
    payment = Payment(
        amount=amount or order.due, currency=order.currency, reference=reference, received_at=at
    )
    order.payments.append(payment)
    session.flush()
    return payment
