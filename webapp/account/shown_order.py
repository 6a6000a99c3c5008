"""An order as its pages and letters show it."""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import settings
from webapp.account.shown_build import picture
from webapp.account.whats_next import shipped_with, whats_next
from webapp.languages import language
from webapp.mail import link
from webapp.sales.key import Purpose, key_for
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_state import State, way
from webapp.sales.order_step import Step


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
        order, state = self.order, self.order.state
        ahead = self._stages()
        if order.is_cancelled:
            stages = [stage for stage in ahead if order.moment(stage)] + [State.CANCELLED]
            if order.is_refunded or order.refund_due:
                stages.append(State.REFUNDED)
        else:
            # Orders of old were shipped without a word about being ready.
            place = ahead.index(state) if state in ahead else 0
            stages = [stage for each, stage in enumerate(ahead) if each >= place or order.moment(stage)]
        return [Milestone(stage, state_title(stage), order.moment(stage), stage is state) for stage in stages]

    @property
    def may_be_cancelled(self) -> bool:
        return Step.CANCELLATION in self.order.steps_open

    @property
    def whats_next(self) -> str:
        return whats_next(self.order)

    @property
    def shipped_with(self) -> tuple[str, str] | None:
        return shipped_with(self.order)

    def _stages(self) -> list[State]:
        """Its way if all goes well. The rest of a deposit may be paid when the thing is ready."""
        order = self.order
        workshop = list(way(order.is_collected))
        if not order.deposit:
            begun = [State.PART] if order.state is State.PART else []
            return [State.PLACED, *begun, State.PAID, *workshop]
        begun_at, paid_at = order.moment(State.PRODUCTION), order.moment(State.PAID)
        place = 0 if paid_at and not (begun_at and begun_at < paid_at) else workshop.index(State.READY) + 1
        return [State.PLACED, State.DEPOSIT, *workshop[:place], State.PAID, *workshop[place:]]


def state_title(state: State) -> str:
    """A state in the reader's words."""
    return {
        State.PLACED: _("Ordered, awaiting payment"),
        State.PART: _("Paid in part"),
        State.DEPOSIT: _("Deposit paid"),
        State.PAID: _("Paid"),
        State.PRODUCTION: _("In production"),
        State.READY: _("Ready"),
        State.SHIPPED: _("Shipped"),
        State.COLLECTED: _("Collected"),
        State.DELIVERED: _("Delivered"),
        State.CANCELLED: _("Cancelled"),
        State.REFUNDED: _("Refunded"),
    }[state]
