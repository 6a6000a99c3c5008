"""Settlement: what a provider tells us, taken down once, whatever order it comes in."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, select

from webapp.sales import payment, payment_intent, refund, stripe_event
from webapp.sales.dispute import Dispute
from webapp.sales.gateways.fact import CheckoutFact, DisputeFact, Event, Fact, RefundFact
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.payment_intent import IntentState, PaymentIntent
from webapp.sales.refund import Reason, Refund, RefundState
from webapp.sales.stripe_event import Handled, StripeEvent

STRIPE = "stripe"


class Settled(NamedTuple):
    """What became of a fact; `payment`, where money has come in by it."""

    handled: Handled
    order_id: int | None = None
    payment: Payment | None = None


class Reception(NamedTuple):
    """What became of an event: whether it was its first time, and the money that came in by it."""

    is_first: bool
    payments: list[Payment]


# A message may say several things; the one that matters most is kept with it.
WEIGHT = [Handled.IGNORED, Handled.KNOWN, Handled.APPLIED, Handled.WAITING, Handled.ODD]


def receive(session: Session, event: Event, facts: tuple[Fact, ...], *, at: datetime) -> Reception:
    """Takes down an event with all that it says; one that came before changes nothing."""
    kept = StripeEvent(
        id=event.id, type=event.type, created_at=event.created_at, received_at=at, about=event.about
    )
    if not stripe_event.first(session, kept):
        return Reception(False, [])
    results = [settle(session, fact, at=at) for fact in facts]
    if results:
        kept.handled = max((each.handled for each in results), key=WEIGHT.index).value
        kept.order_id = next((each.order_id for each in results if each.order_id), None)
        kept.payment_reference = next((fact.payment for fact in facts if fact.payment), None)
    if kept.handled == Handled.WAITING:
        kept.about = event.about | {"facts": [_written(fact) for fact in facts]}
    session.flush()
    return Reception(True, [each.payment for each in results if each.payment is not None])


def settle(session: Session, fact: Fact, *, at: datetime) -> Settled:
    """Takes down one fact, with its order locked. Twice, late or early, it leads to the same state."""
    if isinstance(fact, CheckoutFact):
        return _checkout(session, fact, at)
    found = payment.by_reference(session, STRIPE, fact.payment)
    if found is None:
        return Settled(Handled.WAITING)
    _locked(session, found.order_id)
    session.refresh(found)
    changed = (
        _refund(session, found, fact, at)
        if isinstance(fact, RefundFact)
        else _dispute(session, found, fact, at)
    )
    return Settled(changed, found.order_id)


def read_odd(session: Session, fact: CheckoutFact, order_id: int, *, at: datetime) -> None:
    """Keeps what we read ourselves and what does not fit, as if it had come as an event."""
    stripe_event.first(
        session,
        StripeEvent(
            id=f"read:{fact.session}",
            type="checkout.session.read",
            created_at=at,
            received_at=at,
            handled=Handled.ODD.value,
            order_id=order_id,
            payment_reference=fact.payment,
            about={"id": fact.session, "amount_total": fact.amount, "currency": fact.currency.lower()},
        ),
    )


def _checkout(session: Session, fact: CheckoutFact, at: datetime) -> Settled:
    found = payment_intent.by_code(session, fact.intent or "") or payment_intent.by_session(
        session, fact.session
    )
    if found is None:
        return Settled(Handled.IGNORED)
    order = _locked(session, found.order_id)
    session.refresh(found, with_for_update=True)
    if found.session_id not in (None, fact.session):
        # Another page of ours for the same intent. Nobody was sent there, so nobody should have paid.
        odd = fact.state in (IntentState.PAID, IntentState.PENDING)
        return Settled(Handled.ODD if odd else Handled.KNOWN, order.id)
    payment_intent.opened(found, fact.session, fact.url, at=at)
    if fact.state is not IntentState.PAID:
        return Settled(
            Handled.APPLIED if payment_intent.move(found, fact.state, at=at) else Handled.KNOWN, order.id
        )
    if (fact.amount, fact.currency) != (found.amount, found.currency) or fact.payment is None:
        payment_intent.move(found, IntentState.FAILED, at=at)
        return Settled(Handled.ODD, order.id)
    if not payment_intent.move(found, IntentState.PAID, at=at):
        return Settled(Handled.KNOWN, order.id)
    made = _received(session, order, found, fact.payment, at)
    return Settled(Handled.APPLIED, order.id, made)


def _received(session: Session, order: Order, intent: PaymentIntent, reference: str, at: datetime) -> Payment:
    """Takes down the money, and whatever was said about it before it came."""
    made = Payment(
        method="card",
        provider=STRIPE,
        reference=reference,
        amount=intent.amount,
        currency=intent.currency,
        received_at=at,
    )
    order.payments.append(made)
    session.flush()
    intent.payment_id = made.id
    for early in stripe_event.waiting(session, reference):
        for written in early.about.get("facts", []):
            settle(session, _read(written), at=at)
        early.handled, early.order_id = Handled.APPLIED.value, order.id
    session.flush()
    return made


def _refund(session: Session, paid: Payment, fact: RefundFact, at: datetime) -> Handled:
    found = refund.by_reference(session, fact.reference) or refund.by_code(session, fact.code or "")
    if found is None:
        found = Refund(
            amount=fact.amount,
            currency=fact.currency,
            reason=Reason.ELSEWHERE.value,
            idempotency_key=f"stripe-{fact.reference}",
            reference=fact.reference,
            who="Stripe",
            requested_at=at,
            changed_at=at,
        )
        paid.refunds.append(found)
        session.flush()
        refund.move(found, fact.state, at=at, trouble=fact.trouble)
        return Handled.APPLIED
    if (found.payment_id, found.amount, found.currency) != (paid.id, fact.amount, fact.currency):
        return Handled.ODD
    news = refund.move(found, fact.state, at=at, reference=fact.reference, trouble=fact.trouble)
    session.flush()
    return Handled.APPLIED if news else Handled.KNOWN


def _dispute(session: Session, paid: Payment, fact: DisputeFact, at: datetime) -> Handled:
    found = session.get(Dispute, fact.reference)
    if found is None:
        found = Dispute(
            id=fact.reference,
            payment_id=paid.id or 0,
            amount=fact.amount,
            currency=fact.currency,
            reason=fact.reason[:60],
            status=fact.status[:40],
            opened_at=fact.opened_at,
            answer_by=fact.answer_by,
            closed_at=at if fact.is_closed else None,
        )
        session.add(found)
    elif found.is_open and fact.is_closed:
        found.status, found.closed_at = fact.status[:40], at
    else:
        return Handled.KNOWN
    session.flush()
    return Handled.APPLIED


def _locked(session: Session, order_id: int) -> Order:
    """The order, for us alone until the transaction ends, as it stands now."""
    query = select(Order).where(Order.id == order_id).with_for_update(of=Order)
    return session.exec(query.execution_options(populate_existing=True)).one()


def _written(fact: Fact) -> dict[str, Any]:
    kind = {CheckoutFact: "checkout", RefundFact: "refund", DisputeFact: "dispute"}[type(fact)]
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(fact).items()
    }
    return {"kind": kind, **values}


def _read(written: dict[str, Any]) -> Fact:
    values = dict(written)
    if values.pop("kind") == "refund":
        return RefundFact(**values | {"state": RefundState(values["state"])})
    moments = {
        name: datetime.fromisoformat(values[name]) if values[name] else None
        for name in ("opened_at", "answer_by")
    }
    return DisputeFact(**values | moments)
