"""An order as the desk shows it."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import settings
from webapp.languages import language
from webapp.sales import cancellation
from webapp.sales.cancellation import Conditions
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_state import State
from webapp.sales.order_step import Step
from webapp.shop import addresses


class StaffOrder:
    """One order with its picture, its price and what may be done with it."""

    def __init__(self, order: Order) -> None:
        self.order = order

    @property
    def line(self) -> OrderLine:
        """The first one; what an order is about in short."""
        return self.order.lines[0]

    @property
    def title(self) -> str:
        """What was ordered, in a few words."""
        more = len(self.order.lines) - 1
        first = self.line.label if more or self.line.quantity > 1 else self.line.title
        title = first.in_(language())
        if not more:
            return title
        return ngettext("%(title)s and %(num)d more", "%(title)s and %(num)d more", more, title=title)

    @property
    def state(self) -> str:
        return state_title(self.order.state)

    @property
    def picture(self) -> str:
        place = url_for("shop.picture", code=self.line.family, version=self.line.version)
        return f"{place}?{addresses.query(self.line.picked)}"

    @property
    def steps(self) -> list[tuple[Step, str]]:
        """What may be done next, as buttons say it; cancelling is kept apart."""
        return [(step, button_title(step)) for step in self.order.steps_open if step is not Step.CANCELLATION]

    @property
    def conditions(self) -> Conditions:
        """What cancelling it would come to."""
        return cancellation.conditions(self.order, settings.current().cancellation_fee_percent)

    @property
    def may_be_cancelled(self) -> bool:
        return Step.CANCELLATION in self.order.steps_open


def state_title(state: State) -> str:
    return {
        State.PLACED: _("Awaiting payment"),
        State.PART: _("Paid in part"),
        State.DEPOSIT: _("Deposit paid"),
        State.PAID: _("Paid"),
        State.PRODUCTION: _("In production"),
        State.READY: _("Ready"),
        State.SHIPPED: _("Shipped"),
        State.COLLECTED: _("Collected"),
        State.DELIVERED: _("Delivered"),
        State.CANCELLED: _("Cancelled"),
        State.REFUNDED: _("Cancelled and refunded"),
    }[state]


def button_title(step: Step) -> str:
    """What a button does to an order."""
    return {
        Step.PRODUCTION: _("Take into production"),
        Step.READY: _("Mark as ready"),
        Step.SHIPPING: _("Mark as shipped"),
        Step.COLLECTION: _("Mark as collected"),
        Step.DELIVERY: _("Mark as delivered"),
        Step.CANCELLATION: _("Cancel for good"),
    }[step]


def act_title(name: str) -> str:
    """What was done, as the record and the buttons say it."""
    return {
        "payment": _("Payment taken down"),
        "refund": _("Money given back"),
        Step.PRODUCTION.value: _("Taken into production"),
        Step.READY.value: _("Ready"),
        Step.SHIPPING.value: _("Shipped"),
        Step.COLLECTION.value: _("Collected"),
        Step.DELIVERY.value: _("Delivered"),
        Step.CANCELLATION.value: _("Cancelled"),
    }[str(name)]
