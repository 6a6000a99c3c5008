"""The money of an order as its page shows it: what is due, how to pay it, what has come in and gone back."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from flask_babel import gettext as _

from webapp.database import reading
from webapp.formats import money
from webapp.sales import order_revision, payment_intent, receiving, stripe_event
from webapp.sales.balance import Balance
from webapp.sales.order import Order
from webapp.sales.order_step import Step
from webapp.sales.payment_intent import IntentState, PaymentIntent, Purpose
from webapp.sales.refund import RefundState

SENT_BACK_WITHIN = timedelta(days=14)


class Movement(NamedTuple):
    """Money that came in (positive) or went back; `is_under_way`: it has left us and not arrived."""

    at: datetime
    words: str
    amount: int
    is_under_way: bool = False


class ShownPayment:
    """What a shopper sees of the money of an order."""

    def __init__(self, order: Order) -> None:
        self.order = order

    @cached_property
    def balance(self) -> Balance:
        return self.order.balance

    @cached_property
    def live(self) -> PaymentIntent | None:
        return payment_intent.live(reading(), self.order.id or 0)

    @property
    def is_pending(self) -> bool:
        """The shopper has paid, their bank has not yet."""
        return self.live is not None and self.live.state == IntentState.PENDING

    @property
    def is_odd(self) -> bool:
        """Something was paid that is not what we asked for; until somebody has looked, nothing more shall be."""
        return bool(self.order.due and stripe_event.odd(reading(), self.order.id or 0))

    @property
    def asked(self) -> dict[Purpose, int]:
        return receiving.asked_for(self.order)

    def button(self, purpose: Purpose) -> str:
        amount = money(self.asked[purpose], self.order.currency)
        if purpose is Purpose.DEPOSIT:
            return _("Pay the deposit: %(amount)s", amount=amount)
        if purpose is Purpose.REST:
            return _("Pay the rest: %(amount)s", amount=amount)
        if purpose is Purpose.TOP_UP:
            return _("Pay the difference: %(amount)s", amount=amount)
        if Purpose.DEPOSIT in self.asked:
            return _("Pay all of it: %(amount)s", amount=amount)
        return _("Pay by card: %(amount)s", amount=amount)

    @property
    def goes_back(self) -> int:
        """What is to go back and is not on its way yet."""
        return self.order.refund_due

    @property
    def goes_back_by(self) -> date:
        """The last day on which we send it: as long as the law leaves us where somebody withdraws (§ 357 (1) BGB)."""
        taken = self.order.step(Step.CANCELLATION)
        since = [taken.at] if taken else [payment.received_at for payment in self.order.payments]
        if not taken and self.order.revision > 1:
            since += [each.made_at for each in order_revision.of(reading(), self.order.id or 0)]
        return (max(since) + SENT_BACK_WITHIN).date()

    @property
    def movements(self) -> list[Movement]:
        """Everything that came in and went back, in its order."""
        found = []
        for payment in self.order.payments:
            by = _("Paid by card") if payment.method == "card" else _("Paid by bank transfer")
            found.append(Movement(payment.received_at, by, payment.amount))
            for refund in payment.refunds:
                if refund.counts:
                    under_way = refund.state == RefundState.REQUESTED
                    found.append(Movement(refund.requested_at, _("Given back"), -refund.amount, under_way))
        return sorted(found, key=lambda one: one.at)
