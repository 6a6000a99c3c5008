"""The letters that go with an order."""

from webapp import mail, settings
from webapp.account.shown_order import ShownOrder
from webapp.outbox import Letter
from webapp.sales.order import Order


def order_placed(order: Order) -> Letter:
    """Confirms an order with all that it says, in its shopper's language."""
    return mail.rendered(
        "order_placed", order.email, order.language, shown=ShownOrder(order), shop=settings.current()
    )
