"""The checkout of a cart: all its lines that can be ordered, each at today's price or the promised one."""

from flask import url_for
from sqlmodel import Session

from webapp.account.review import Review, ReviewedLine
from webapp.account.shown_cart import ShownCart
from webapp.account.shown_sooner import Press, ShownSooner, shown_sooner
from webapp.account.wanted import today, wanted_by
from webapp.languages import language
from webapp.sales import cart_line
from webapp.sales.price_change import PriceChange

EXCHANGE = "exchange"  # a line's number, a question mark and other choices
TAKE_BACK = "take_back"  # the number that it had before, a dot and its number now


class CartReview(Review):
    """The lines of a cart that can be ordered; there is at least one."""

    is_cart = True

    def __init__(self, cart: ShownCart) -> None:
        self.cart, ready = cart, cart.ready
        shown = [
            ReviewedLine(each.ordered(position), name=each.line.name)
            for position, each in enumerate(ready, start=1)
        ]
        super().__init__(shown, cart.at)
        self.numbers = [each.line.id or 0 for each in ready]
        self.staying = len(cart.lines) - len(ready)

    @property
    def action(self) -> str:
        return url_for("account.cart_checkout")

    @property
    def origin(self) -> str:
        return url_for("account.cart")

    @property
    def goods(self) -> str:
        """Each line: which, of which version, how many, at what price."""
        return " ".join(
            f"{number}.{line.version}.{line.quantity}.{line.total}"
            for number, line in zip(self.numbers, self.order_lines, strict=True)
        )

    def changes_since(self, goods: str) -> list[PriceChange]:
        """The lines that do not cost what they did; one that is gone is named no more."""
        was: dict[int, int] = {}
        for written in goods.split()[: cart_line.MOST_LINES]:
            numbers = written.split(".")
            if len(numbers) == 4 and all(each.isascii() and each.isdecimal() for each in numbers):
                was[int(numbers[0])] = int(numbers[2]) * int(numbers[3])
        found = [
            PriceChange(line.label, was.get(number, 0), line.amount)
            for number, line in zip(self.numbers, self.order_lines, strict=True)
        ]
        return [change for change in found if was and change.difference]

    @property
    def sooner(self) -> list[ShownSooner]:
        """What would bring all of it forward: a change of the one line that takes longest.

        Where two lines take as long no single change does. A line that was put there with a promise, or at another
        price than it would be built anew for today (an older choice of ours), is left alone.
        """
        slowest = max(self.order_lines, key=lambda line: line.lead_days)
        others = max((line.lead_days for line in self.order_lines if line is not slowest), default=0)
        on_sale = today(slowest.family)
        if others == slowest.lead_days or on_sale is None or slowest.quote_code:
            return []
        found = wanted_by(on_sale, slowest.said.parameters()).configuration
        if found is None or (found.total, found.lead_days) != (slowest.total, slowest.lead_days):
            return []
        shown = self.shown[self.order_lines.index(slowest)]
        what = ", ".join(each.in_(language()) for each in (slowest.title, shown.parts[0].title))
        name = "" if len(self.shown) == 1 else shown.name or what
        number = self.numbers[self.order_lines.index(slowest)]
        ways = shown_sooner(
            found,
            lambda lead_days: self.windows.sooner_by(max(lead_days, others)),
            lambda after: Press(self.action, EXCHANGE, f"{number}?{after}"),
        )
        return [way._replace(line=name, delta=way.delta * slowest.quantity) for way in ways]

    def settle(self, session: Session) -> None:
        """What is ordered is in the cart no more. Raises CartChanged."""
        assert self.cart.owner is not None
        pieces = [line.quantity for line in self.order_lines]
        cart_line.order(session, self.cart.owner, zip(self.numbers, pieces, strict=True))
