"""Sending money back: written down first, asked for with its own key, taken down once it is known."""

import logging
from datetime import datetime

from webapp.account import settling, till
from webapp.database import here
from webapp.sales import refund as refunds
from webapp.sales.gateways.fact import RefundFact
from webapp.sales.gateways.gateway import RefundRequest, Refused, Unanswered
from webapp.sales.order import Order
from webapp.sales.payment import OFFLINE, Payment
from webapp.sales.refund import Refund, RefundState

log = logging.getLogger(__name__)


def send(code: str, *, at: datetime, look_first: bool = False) -> None:
    """Asks the provider for a refund that is on disk already, and notes the answer.

    `look_first`: it may have been made long ago, so look before asking again; keys are forgotten after a day.
    Raises Refused, and then it has failed; Unanswered, and then nobody knows yet.
    """
    with here().reading() as session:
        refund = refunds.by_code(session, code)
        assert refund is not None
        paid = session.get_one(Payment, refund.payment_id)
        order = session.get_one(Order, paid.order_id)
        wanted = _wanted(refund, paid, order)
        provider = paid.provider
    try:
        gateway = till.gateway_of(provider)
        made = [one for one in gateway.refunds(wanted.payment) if one.code == code] if look_first else []
        fact = made[0] if made else gateway.refund(wanted)
    except Refused as refused:
        log.error("refund %s refused: %s", code, refused)
        _note(code, RefundState.FAILED, at=at, trouble=str(refused))
        raise
    _take(provider, fact, at)


def try_to_send(code: str, *, at: datetime) -> RefundState:
    """The same for whoever waits for it: how far it is now."""
    try:
        send(code, at=at)
    except Unanswered as trouble:
        log.warning("refund %s is to be asked for again: %s", code, trouble)
        return RefundState.REQUESTED
    except Refused:
        return RefundState.FAILED
    with here().reading() as session:
        refund = refunds.by_code(session, code)
        return RefundState(refund.state) if refund else RefundState.FAILED


def _take(provider: str, fact: RefundFact, at: datetime) -> None:
    if provider == OFFLINE:
        _note(fact.code or "", fact.state, at=at, reference=fact.reference)
    else:
        settling.take(fact, at=at)


def _note(code: str, state: RefundState, *, at: datetime, reference: str = "", trouble: str = "") -> None:
    with here().writing() as session:
        refund = refunds.by_code(session, code, for_update=True)
        if refund is not None:
            refunds.move(refund, state, at=at, reference=reference, trouble=trouble)


def _wanted(refund: Refund, paid: Payment, order: Order) -> RefundRequest:
    return RefundRequest(
        key=refund.idempotency_key,
        code=refund.code,
        order=order.number,
        payment=paid.reference or "",
        amount=refund.amount,
        currency=refund.currency,
    )
