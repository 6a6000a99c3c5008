"""When an order came to each of its states, told from its payments, refunds and steps."""

from datetime import datetime
from typing import TYPE_CHECKING

from webapp.sales.order_state import STATE_AFTER, State
from webapp.sales.order_step import Step

if TYPE_CHECKING:
    from webapp.sales.order import Order


def of(order: "Order", state: State) -> datetime | None:
    """When it came to a state, if it did."""
    if state is State.PLACED:
        return order.placed_at
    if state is State.PART:
        return order.payments[0].received_at if order.state is state else None
    if state is State.DEPOSIT:
        return _of_deposit(order)
    if state is State.PAID:
        return order.payments[-1].received_at if order.payments and not order.due else None
    if state is State.REFUNDED:
        return max(
            (refund.changed_at for payment in order.payments for refund in payment.refunds if refund.counts),
            default=None,
        )
    return next((step.at for step in order.steps if STATE_AFTER[Step(step.step)] is state), None)


def _of_deposit(order: "Order") -> datetime | None:
    """When the payments first came to what is paid before work begins."""
    received = 0
    for payment in order.payments:
        received += payment.amount
        if order.deposit and received >= order.deposit:
            return payment.received_at
    return None
