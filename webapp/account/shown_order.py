"""An order as its pages and letters show it."""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import settings
from webapp.account.shown_build import picture
from webapp.languages import language
from webapp.mail import link
from webapp.sales.key import Purpose, key_for
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_state import State


class Milestone(NamedTuple):
    """A stage of an order's life, reached or not yet."""

    state: State
    title: str
    at: datetime | None
    is_current: bool


class ShownOrder:
    """One order with its key, its picture and how far it has come."""

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

    @cached_property
    def key(self) -> str:
        return key_for(Purpose.ORDER, self.order.lock, settings.current().secret_key)

    @property
    def link(self) -> str:
        """The order's page as it stands in a letter."""
        return link("account.order_page", key=self.key)

    @property
    def picture(self) -> str:
        return picture(self.line)

    @property
    def is_single(self) -> bool:
        """Whether it is about one piece of one thing, so that its price can be told by steps."""
        return [line.quantity for line in self.order.lines] == [1]

    @staticmethod
    def picture_of(line: OrderLine) -> str:
        return picture(line)

    @property
    def state(self) -> str:
        return state_title(self.order.state)

    @property
    def milestones(self) -> list[Milestone]:
        """The stages of its way; a cancelled order ends where it was cancelled."""
        state = self.order.state
        begun = [state] if state in (State.PART, State.DEPOSIT) else []
        stages = [State.PLACED, *begun, State.PAID, State.PRODUCTION, State.SHIPPED]
        if state is State.CANCELLED:
            stages = [stage for stage in stages if self.order.moment(stage)] + [State.CANCELLED]
        return [
            Milestone(stage, state_title(stage), self.order.moment(stage), stage is state) for stage in stages
        ]


def state_title(state: State) -> str:
    """A state in the reader's words."""
    return {
        State.PLACED: _("Ordered, awaiting payment"),
        State.PART: _("Paid in part"),
        State.DEPOSIT: _("Deposit paid"),
        State.PAID: _("Paid"),
        State.PRODUCTION: _("In production"),
        State.SHIPPED: _("Shipped"),
        State.CANCELLED: _("Cancelled"),
    }[state]
