"""The letters that say how far an order has come, one for each step."""

from typing import Any

from webapp import mail
from webapp.account.shown_order import ShownOrder
from webapp.outbox import Letter
from webapp.sales.cancellation import Conditions
from webapp.sales.order import Order
from webapp.sales.order_change import Change
from webapp.sales.order_step import Step


def order_step(order: Order, step: Step, *, tracking: str = "", tracking_link: str = "") -> Letter:
    """Tells the customer of a step that is about to be taken; to be asked before the transaction."""
    return _rendered(order, step, tracking=tracking, tracking_link=tracking_link)


def order_cancelled(order: Order, conditions: Conditions) -> Letter:
    """Tells the customer that the order is cancelled, and what goes back."""
    return _rendered(order, Step.CANCELLATION, conditions=conditions)


def order_changed(order: Order, change: Change) -> Letter:
    """Tells the customer what the order becomes; to be asked before it does."""
    due = order.balance.of(change.reckoning.total)
    return mail.rendered(
        "order_changed",
        order.email,
        order.language,
        shown=ShownOrder(order),
        change=change,
        due=due.due,
        over=due.over,
        is_paid_for=order.paid > 0,
    )


def _rendered(order: Order, step: Step, **context: Any) -> Letter:
    return mail.rendered(
        f"order_{step.value}", order.email, order.language, shown=ShownOrder(order), **context
    )
