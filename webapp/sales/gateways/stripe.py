"""Stripe: hosted Checkout, refunds, signed events. The only module that knows Stripe's own client."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from webapp import clock
from webapp.sales.gateways.fact import CheckoutFact, DisputeFact, Event, Fact, RefundFact
from webapp.sales.gateways.gateway import CheckoutRequest, Forged, RefundRequest, Refused, Unanswered
from webapp.sales.payment_intent import IntentState
from webapp.sales.refund import RefundState

if TYPE_CHECKING:  # it takes a second and many megabytes: only who pays by card has it loaded
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

PROVIDER = "stripe"
PAGES = "https://checkout.stripe.com"
ANSWER = 15  # seconds
TOLERANCE = 300  # seconds between our clock and that of a message

Answer = TypeVar("Answer")


class Stripe:
    """Payment by card and whatever else the account at Stripe is set up for."""

    provider = PROVIDER

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        self.secret_key, self.webhook_secret, self.api_base = secret_key, webhook_secret, api_base
        self.pages: str | None = _origin(api_base) if api_base else PAGES

    @cached_property
    def client(self) -> "StripeClient":
        import stripe

        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base} if self.api_base else {},
            max_network_retries=1,  # with the same key
            http_client=stripe.RequestsClient(timeout=ANSWER),
        )

    def open(self, wanted: CheckoutRequest) -> CheckoutFact:
        ours = {"order": wanted.order, "intent": wanted.intent}
        params: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": wanted.order,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": wanted.title},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": wanted.currency.lower(),
                        "unit_amount": wanted.amount,
                        "product_data": {"name": wanted.title},
                    },
                }
            ],
            "customer_email": wanted.email,
            "locale": "ru" if wanted.language == "ru" else "en",
            "success_url": wanted.return_to,
            "cancel_url": wanted.back_to,
            "expires_at": int(wanted.expires_at.timestamp()),
        }
        sessions = self.client.v1.checkout.sessions
        made = _asked(lambda: sessions.create(params=params, options={"idempotency_key": wanted.key}))
        return _checkout(made.to_dict())

    def read(self, session: str) -> CheckoutFact:
        sessions = self.client.v1.checkout.sessions
        return _checkout(
            _asked(lambda: sessions.retrieve(session, params={"expand": ["payment_intent"]})).to_dict()
        )

    def close(self, session: str) -> CheckoutFact:
        sessions = self.client.v1.checkout.sessions
        try:
            return _checkout(_asked(lambda: sessions.expire(session)).to_dict())
        except Refused:  # it is not open any more: paid, most likely
            return self.read(session)

    def refund(self, wanted: RefundRequest) -> RefundFact:
        made = _asked(
            lambda: self.client.v1.refunds.create(
                params={
                    "payment_intent": wanted.payment,
                    "amount": wanted.amount,
                    "metadata": {"order": wanted.order, "refund": wanted.code},
                },
                options={"idempotency_key": wanted.key},
            )
        )
        return _refund(made.to_dict())

    def refunds(self, payment: str) -> Sequence[RefundFact]:
        refunds = self.client.v1.refunds
        listed = _asked(
            lambda: list(refunds.list(params={"payment_intent": payment, "limit": 100}).auto_paging_iter())
        )
        return [_refund(each.to_dict()) for each in listed]

    def event(self, body: bytes, signature: str) -> Event:
        import stripe

        try:
            stripe.WebhookSignature.verify_header(body, signature, self.webhook_secret, TOLERANCE)
            told = json.loads(body)
            if _signed_at(signature) > clock.now().timestamp() + TOLERANCE:
                raise Forged("signed in the future")
            return self._event(told)
        except stripe.SignatureVerificationError as error:
            raise Forged(error.user_message or "no genuine signature") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # signed, but no event
            raise Forged(f"not an event: {type(error).__name__}") from error

    def _event(self, told: dict[str, Any]) -> Event:
        if told["object"] != "event":
            raise Forged("not an event")
        if told.get("account"):
            raise Forged("of another account")
        if bool(told["livemode"]) is not ("_live_" in self.secret_key):
            raise Forged("of the other mode")
        thing, kind = told["data"]["object"], str(told["type"])
        facts, to_read = _told(kind, thing)
        return Event(
            id=str(told["id"]),
            type=kind,
            created_at=_moment(told["created"]),
            about=_about(thing),
            facts=facts,
            payment_to_read=to_read,
        )


CHECKOUTS = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": None,
    "checkout.session.async_payment_failed": IntentState.FAILED,
    "checkout.session.expired": IntentState.EXPIRED,
}
REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
DISPUTES = ("charge.dispute.created", "charge.dispute.closed")
KEPT = ("object", "id", "amount", "amount_total", "amount_refunded", "currency", "status", "payment_status")


def _told(kind: str, thing: dict[str, Any]) -> tuple[tuple[Fact, ...], str | None]:
    """What an event says, and whose refunds have to be read to know the rest."""
    if kind in CHECKOUTS:
        return (_checkout(thing, CHECKOUTS[kind]),), None
    if kind in REFUNDS and thing.get("payment_intent"):
        return (_refund(thing),), None
    if kind in DISPUTES and thing.get("payment_intent"):
        return (_dispute(thing, kind),), None
    if kind == "charge.refunded":  # says how much, not which
        return (), _id(thing.get("payment_intent"))
    return (), None


def _checkout(thing: dict[str, Any], state: IntentState | None = None) -> CheckoutFact:
    metadata = thing.get("metadata") or {}
    return CheckoutFact(
        session=thing["id"],
        intent=metadata.get("intent"),
        state=state or _state(thing),
        amount=thing.get("amount_total"),
        currency=str(thing.get("currency") or "").upper(),
        payment=_id(thing.get("payment_intent")),
        url=thing.get("url"),
    )


def _state(thing: dict[str, Any]) -> IntentState:
    """Completed is not paid: some banks take days, and may say no."""
    if thing.get("payment_status") == "paid":
        return IntentState.PAID
    if thing.get("status") == "complete":
        payment = thing.get("payment_intent")
        refused = isinstance(payment, dict) and payment.get("status") in (
            "requires_payment_method",
            "canceled",
        )
        return IntentState.FAILED if refused else IntentState.PENDING
    return IntentState.EXPIRED if thing.get("status") == "expired" else IntentState.OPEN


def _refund(thing: dict[str, Any]) -> RefundFact:
    states = {
        "succeeded": RefundState.SUCCEEDED,
        "failed": RefundState.FAILED,
        "canceled": RefundState.FAILED,
    }
    return RefundFact(
        reference=thing["id"],
        payment=_id(thing["payment_intent"]) or "",
        code=(thing.get("metadata") or {}).get("refund"),
        amount=thing["amount"],
        currency=str(thing["currency"]).upper(),
        state=states.get(str(thing.get("status")), RefundState.REQUESTED),
        trouble=str(thing.get("failure_reason") or ""),
    )


def _dispute(thing: dict[str, Any], kind: str) -> DisputeFact:
    answer_by = (thing.get("evidence_details") or {}).get("due_by")
    return DisputeFact(
        reference=thing["id"],
        payment=_id(thing["payment_intent"]) or "",
        amount=thing["amount"],
        currency=str(thing["currency"]).upper(),
        reason=str(thing.get("reason") or ""),
        status=str(thing["status"]),
        opened_at=_moment(thing["created"]),
        answer_by=_moment(answer_by) if answer_by else None,
        is_closed=kind.endswith(".closed"),
    )


def _about(thing: dict[str, Any]) -> dict[str, Any]:
    """The little of a message that we keep: nothing about people."""
    kept = {name: thing[name] for name in KEPT if thing.get(name) is not None}
    return kept | {"payment": _id(thing.get("payment_intent")), "metadata": thing.get("metadata") or {}}


def _asked(ask: Callable[[], Answer]) -> Answer:
    """The answer of Stripe, or which of our two troubles it is not to have one."""
    import stripe

    try:
        return ask()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unanswered(type(error).__name__) from error
    except stripe.StripeError as error:
        words = f"{type(error).__name__}: {error.user_message or error}"
        status = error.http_status or 500
        # 409: our first try with this key is still under way.
        raise (Unanswered if status >= 500 or status == 409 else Refused)(words) from error


def _signed_at(signature: str) -> int:
    return int(next(part[2:] for part in signature.split(",") if part.startswith("t=")))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id(thing: Any) -> str | None:
    """Stripe writes things as their id or in full."""
    return thing["id"] if isinstance(thing, dict) else thing


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
