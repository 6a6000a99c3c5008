"""What comes next for an order, in its shopper's words."""

from flask_babel import gettext as _

from webapp.formats import day_range, money
from webapp.languages import language
from webapp.sales.delivery import METHOD_BY_CODE
from webapp.sales.order import Order
from webapp.sales.order_state import State
from webapp.sales.order_step import Step


def whats_next(order: Order) -> str:
    """One sentence, or two: what is done next, by whom, and when."""
    state = order.state
    days = day_range(*order.delivery.window)
    if state in (State.PLACED, State.PART):
        if order.balance.deposit_due:
            return _("Next: we start as soon as the deposit is there. Expected with you: %(days)s", days=days)
        return _("Next: we start as soon as the payment is there. Expected with you: %(days)s", days=days)
    if state in (State.DEPOSIT, State.PAID):
        return _("Next: it goes into the workshop. Expected with you: %(days)s", days=days)
    if state is State.PRODUCTION:
        return _(
            "It is being made. We write to you as soon as it is finished. Expected with you: %(days)s",
            days=days,
        )
    if state is State.READY:
        return _ready(order, days)
    if state is State.SHIPPED:
        return _("It is on its way to you. Expected with you: %(days)s", days=days)
    if state is State.CANCELLED:
        return _cancelled(order)
    if state is State.REFUNDED:
        return _("Nothing more is to be done: what was to go back to you has gone back.")
    return _("It is with you. If anything needs adjusting, answer any of our letters.")


def _ready(order: Order, days: str) -> str:
    if order.due:
        due = money(order.due, order.currency)
        if order.is_collected:
            return _(
                "It is finished. You can collect it as soon as the rest, %(amount)s, is paid.", amount=due
            )
        return _("It is finished. It leaves as soon as the rest, %(amount)s, is paid.", amount=due)
    if order.is_collected:
        hours = METHOD_BY_CODE[order.delivery.method].hours
        if hours is not None:
            return _("It waits for you at the workshop: %(hours)s.", hours=hours.in_(language()))
        return _("It waits for you at the workshop.")
    return _("It is finished and leaves next. Expected with you: %(days)s", days=days)


def _cancelled(order: Order) -> str:
    if order.refund_due:
        return _("Next: we send %(amount)s back to you.", amount=money(order.refund_due, order.currency))
    if order.balance.received and not order.is_refunded and order.balance.sent_back:
        return _("Your money is on its way back to you. A bank takes a few days.")
    return _("Nothing more is to be done.")


def shipped_with(order: Order) -> tuple[str, str] | None:
    """The carrier's number and the page on which it is followed, where we know any."""
    step = order.step(Step.SHIPPING)
    return (step.tracking, step.tracking_link) if step and (step.tracking or step.tracking_link) else None
