"""Leading a shopper to the page on which an order is paid: written down first, asked for once."""

import logging
from datetime import datetime

from webapp import mail
from webapp.account import settling, till
from webapp.account.shown_order import ShownOrder
from webapp.database import here
from webapp.sales import order as orders
from webapp.sales import payment_intent, receiving
from webapp.sales.gateways.fact import CheckoutFact
from webapp.sales.gateways.gateway import CheckoutRequest, Refused, Unanswered
from webapp.sales.order import Order
from webapp.sales.payment_intent import IntentState, PaymentIntent, Purpose

log = logging.getLogger(__name__)

TRIES = 3


class NothingDue(Exception):
    """There is nothing to be paid, or its payment is under way."""


def page_for(number: str, purpose: Purpose | None, *, at: datetime) -> str:
    """The address of the page on which an order is paid, the same one however often it is asked for.

    Raises NothingDue; Refused and Unanswered where the provider has no page for us.
    """
    for _try in range(TRIES):
        intent, order, is_right = _intent(number, purpose, at)
        if not is_right:
            close(intent, at=at)  # it asks for something else, or is about to end: nobody shall pay both
            continue
        if intent.session_url is None:
            intent = open_page(intent, order, at=at)
        if intent.session_url is not None and intent.state == IntentState.OPEN:
            return intent.session_url
    raise NothingDue


def open_page(intent: PaymentIntent, order: Order, *, at: datetime) -> PaymentIntent:
    """Asks the provider for the page of an intent that is on disk already. Lost answers are asked for again.

    Raises Refused, and then the intent has failed; Unanswered, and then it stays as it is.
    """
    try:
        fact = till.gateway_of(intent.provider).open(_wanted(intent, order))
    except Refused as refused:
        log.error("no page to pay %s on: %s", intent.code, refused)
        with here().writing() as session:
            found = payment_intent.by_code(session, intent.code, for_update=True)
            if found is not None and found.session_id is None:
                payment_intent.move(found, IntentState.FAILED, at=at)
        raise
    settling.take(fact, at=at)
    with here().reading() as session:
        return session.get_one(PaymentIntent, intent.id)


def close(intent: PaymentIntent, *, at: datetime) -> None:
    """Sees to it that an intent cannot be paid any more; whoever has paid, has paid.

    Raises Refused and Unanswered.
    """
    if intent.session_id is None:
        return _abandon(intent, at)
    settling.take(till.gateway_of(intent.provider).close(intent.session_id), at=at)
    return None


def close_live(number: str, *, at: datetime) -> None:
    """The same for whatever an order asks for now: it is about to become another one, or none.

    What a bank has been ordered to pay already is not held up. Raises Refused and Unanswered.
    """
    with here().reading() as session:
        order = orders.by_number(session, number)
        intent = payment_intent.live(session, order.id or 0) if order else None
    if intent is not None and intent.state != IntentState.PENDING:
        close(intent, at=at)


def close_settled(number: str, *, at: datetime) -> None:
    """The same for what asks for more than is still due, as far as the provider can be reached."""
    with here().reading() as session:
        order = orders.by_number(session, number)
        intent = payment_intent.live(session, order.id or 0) if order else None
        if order is None or intent is None or intent.state == IntentState.PENDING:
            return
        if intent.amount in receiving.asked_for(order).values():
            return
    try:
        close(intent, at=at)
    except (Refused, Unanswered) as trouble:  # it ends by itself in a while; what is paid till then is shown
        log.warning("the page to pay %s on stays open: %s", intent.code, trouble)


def ask_again(intent: PaymentIntent, *, at: datetime) -> CheckoutFact | None:
    """Reads how far a page is and takes it down; None where there is none."""
    if intent.session_id is None:
        return None
    fact = till.gateway_of(intent.provider).read(intent.session_id)
    settling.take(fact, at=at)
    return fact


def _intent(number: str, purpose: Purpose | None, at: datetime) -> tuple[PaymentIntent, Order, bool]:
    """The order's live intent, made if there is none; and whether it asks for what is wanted now."""
    with here().writing() as session:
        order = orders.by_number(session, number, for_update=True)
        if order is None or not receiving.asked_for(order):
            raise NothingDue
        asked = receiving.asked_for(order)
        wanted = purpose if purpose in asked else next(iter(asked))
        live = payment_intent.live(session, order.id or 0)
        if live is not None:
            if live.state == IntentState.PENDING:
                raise NothingDue
            is_right = live.amount == asked[wanted] and live.can_be_paid(at)
            return live, order, is_right
        made = payment_intent.ask(
            session,
            order.id or 0,
            order.number,
            wanted,
            asked[wanted],
            order.currency,
            till.gateway().provider,
            at=at,
        )
        return made, order, True


def _abandon(intent: PaymentIntent, at: datetime) -> None:
    """Ends an intent whose page nobody ever saw."""
    with here().writing() as session:
        found = payment_intent.by_code(session, intent.code, for_update=True)
        if found is not None and found.session_id is None:
            payment_intent.move(found, IntentState.EXPIRED, at=at)


def _wanted(intent: PaymentIntent, order: Order) -> CheckoutRequest:
    """The same words for the same intent, whenever it is asked for."""
    key = ShownOrder(order).key
    return CheckoutRequest(
        key=intent.idempotency_key,
        intent=intent.code,
        order=order.number,
        title=f"{'Заказ' if order.language == 'ru' else 'Order'} {order.number}",
        amount=intent.amount,
        currency=intent.currency,
        email=order.email,
        language=order.language,
        return_to=mail.link("account.paid", key=key, code=intent.code),
        back_to=mail.link("account.order_page", key=key),
        expires_at=intent.expires_at,
    )
