"""The money of an order as the desk shows it."""

from collections.abc import Sequence
from functools import cached_property

from flask_babel import gettext as _

from webapp.account.build_form import TokenForm
from webapp.database import reading
from webapp.sales import dispute, giving_back, payment_intent, stripe_event
from webapp.sales.balance import Balance
from webapp.sales.order import Order
from webapp.sales.payment import OFFLINE, Payment
from webapp.sales.payment_intent import PaymentIntent
from webapp.sales.refund import Reason, Refund, RefundState
from webapp.sales.stripe_event import StripeEvent
from webapp.staff.payment_forms import PaymentForm, RefundForm
from webapp.staff.shown_dispute import ShownDispute


class ShownMoney:
    """What has come in, gone back, is asked for and is in dispute; with the forms to act on it.

    `refused`: a form that was sent and has something wrong in it, by the payment it was about; 0 for a new payment.
    """

    def __init__(self, order: Order, refused: dict[int, PaymentForm | RefundForm] | None = None) -> None:
        self.order = order
        self.refused = refused or {}

    @cached_property
    def balance(self) -> Balance:
        return self.order.balance

    @cached_property
    def live(self) -> PaymentIntent | None:
        return payment_intent.live(reading(), self.order.id or 0)

    @cached_property
    def odd(self) -> Sequence[StripeEvent]:
        return stripe_event.odd(reading(), self.order.id or 0)

    @cached_property
    def disputes(self) -> list[ShownDispute]:
        return [ShownDispute(each) for each in dispute.of(reading(), self.order.id or 0)]

    @cached_property
    def payment_form(self) -> PaymentForm | RefundForm:
        return self.refused.get(0) or PaymentForm.for_order(self.order, formdata=None)

    @property
    def parts(self) -> list[tuple[Payment, int]]:
        """What is to go back, and of which payments."""
        return giving_back.parts(self.order)

    @property
    def is_sent_by_hand(self) -> bool:
        """Whether any of it has to be transferred by us."""
        return any(payment.provider == OFFLINE for payment, _part in self.parts)

    @property
    def due_form(self) -> TokenForm:
        return TokenForm(formdata=None)

    def refund_form(self, payment: Payment) -> PaymentForm | RefundForm:
        return self.refused.get(payment.id or 0) or RefundForm.for_payment(self.order, payment, formdata=None)

    def is_open(self, payment: Payment) -> bool:
        """Whether its form is shown at once: it was refused."""
        return (payment.id or 0) in self.refused

    def method(self, payment: Payment) -> str:
        return _("Bank transfer") if payment.provider == OFFLINE else _("Card, by Stripe")

    def state(self, refund: Refund) -> str:
        return {
            RefundState.REQUESTED: _("asked for"),
            RefundState.SUCCEEDED: _("sent back"),
            RefundState.FAILED: _("failed"),
        }[RefundState(refund.state)]

    def reason(self, refund: Refund) -> str:
        return {
            Reason.OVERPAID: _("Too much was paid"),
            Reason.GOODWILL: _("As a courtesy"),
            Reason.RETURNED: _("Something came back"),
            Reason.CANCELLED: _("The order is cancelled"),
            Reason.ELSEWHERE: _("Made at Stripe"),
        }[Reason(refund.reason)]
