"""The letters that go with an order or a build."""

from webapp import mail, settings
from webapp.account.shown_build import ShownBuild
from webapp.account.shown_order import ShownOrder
from webapp.outbox import Letter
from webapp.sales.balance import Balance
from webapp.sales.order import Order


def order_placed(order: Order) -> Letter:
    """Confirms an order with all that it says, in its shopper's language."""
    return mail.rendered(
        "order_placed", order.email, order.language, shown=ShownOrder(order), shop=settings.current()
    )


def payment_received(order: Order, amount: int, balance: Balance) -> Letter:
    """Says that money has come in, and what is still to be paid after it."""
    return mail.rendered(
        "payment_received",
        order.email,
        order.language,
        shown=ShownOrder(order),
        amount=amount,
        balance=balance,
        shop=settings.current(),
    )


def build_link(shown: ShownBuild, to: str, language: str) -> Letter:
    """The private link of a build, for whoever wants it on another device.

    It names what is made, never the name that the build was given: anybody may have a letter sent to anybody.
    """
    return mail.rendered("build_link", to, language, secret=True, shown=shown)
