"""Bank transfers: people take them down and send them; there is nobody to ask."""

from collections.abc import Sequence

from webapp.sales.gateways.fact import CheckoutFact, Event, RefundFact
from webapp.sales.gateways.gateway import CheckoutRequest, Forged, RefundRequest, Refused
from webapp.sales.payment import OFFLINE
from webapp.sales.refund import RefundState


class Offline:
    """The way without any keys."""

    provider = OFFLINE
    pages: str | None = None

    def open(self, wanted: CheckoutRequest) -> CheckoutFact:
        raise Refused("a transfer is made at one's own bank")

    def read(self, session: str) -> CheckoutFact:
        raise Refused("transfers have no pages")

    def close(self, session: str) -> CheckoutFact:
        raise Refused("transfers have no pages")

    def refund(self, wanted: RefundRequest) -> RefundFact:
        """Staff write down what they have transferred: it is done."""
        return RefundFact(
            reference=f"transfer-{wanted.code}",
            payment=wanted.payment,
            code=wanted.code,
            amount=wanted.amount,
            currency=wanted.currency,
            state=RefundState.SUCCEEDED,
        )

    def refunds(self, payment: str) -> Sequence[RefundFact]:
        return []

    def event(self, body: bytes, signature: str) -> Event:
        raise Forged("banks send us no messages")
