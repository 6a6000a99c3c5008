"""Taking down what a provider says, and the letter about money that came in, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from webapp import outbox
from webapp.account import letters
from webapp.database import here
from webapp.outbox import Letter
from webapp.sales import payment_intent, settlement
from webapp.sales.gateways.fact import CheckoutFact, Event, Fact
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.payment_intent import IntentState
from webapp.sales.stripe_event import Handled

TRIES = 5


class Stale(Exception):
    """The letter says something that another payment has made wrong meanwhile: to be written anew."""


class Draft(NamedTuple):
    """A letter about an amount, and what has to have been received in all for it to be true."""

    letter: Letter
    received: int


def take_event(event: Event, facts: Sequence[Fact], *, at: datetime) -> bool:
    """Takes down an event; False where it came before."""
    for _try in range(TRIES):
        drafts = _drafts(facts)
        try:
            with here().writing() as session:
                reception = settlement.receive(session, event, tuple(facts), at=at)
                for made in reception.payments:
                    _post(session, made, drafts, at)
            return reception.is_first
        except Stale:
            continue
    raise Stale


def take(fact: Fact, *, at: datetime) -> None:
    """Takes down what we read ourselves, through the very same code."""
    for _try in range(TRIES):
        drafts = _drafts([fact])
        try:
            with here().writing() as session:
                settled = settlement.settle(session, fact, at=at)
                if settled.handled is Handled.ODD and settled.order_id and isinstance(fact, CheckoutFact):
                    settlement.read_odd(session, fact, settled.order_id, at=at)
                if settled.payment is not None:
                    _post(session, settled.payment, drafts, at)
            return
        except Stale:
            continue
    raise Stale


def drafted(order: Order, amount: int) -> Draft:
    """The letter about an amount that is about to be taken down; to be asked before the transaction."""
    balance = order.balance.with_received(amount)
    return Draft(letters.payment_received(order, amount, balance), balance.received)


def post(session: Session, order: Order, draft: Draft, *, at: datetime) -> None:
    """Puts the letter into the outbox if it is still true. Raises Stale."""
    if order.balance.received != draft.received:
        raise Stale
    outbox.put(session, draft.letter, at=at)


def _drafts(facts: Sequence[Fact]) -> dict[int, Draft]:
    """The letters that may be needed, by order."""
    paid = [one for one in facts if isinstance(one, CheckoutFact) and one.state is IntentState.PAID]
    drafts: dict[int, Draft] = {}
    with here().reading() as session:
        for fact in paid:
            intent = payment_intent.by_code(session, fact.intent or "") or payment_intent.by_session(
                session, fact.session
            )
            if intent is not None and intent.state != IntentState.PAID:
                drafts[intent.order_id] = drafted(session.get_one(Order, intent.order_id), intent.amount)
    return drafts


def _post(session: Session, made: Payment, drafts: dict[int, Draft], at: datetime) -> None:
    draft = drafts.get(made.order_id)
    if draft is None:
        raise Stale
    post(session, session.get_one(Order, made.order_id), draft, at=at)
