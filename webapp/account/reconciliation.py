"""Reconciliation: what we have missed is read from the provider, what was not answered is asked again."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from webapp.account import paying, refunding, till
from webapp.database import here
from webapp.sales import payment_intent, refund
from webapp.sales.gateways.gateway import Refused, Unanswered
from webapp.sales.order import Order
from webapp.sales.payment_intent import PaymentIntent

log = logging.getLogger(__name__)

SOON = timedelta(minutes=2)  # what is younger is most likely being dealt with
BATCH = 100


class Report(NamedTuple):
    """What one reconciliation has looked at, and how much of it nobody could tell."""

    intents: int
    refunds: int
    unknown: int


def reconcile(*, at: datetime, older_than: timedelta = SOON) -> Report:
    """Looks at everything that is neither settled nor brand-new. Needs the application's context."""
    provider = till.gateway().provider
    intents = refunds = unknown = 0
    while True:
        due = _due(provider, at, older_than)
        for intent in due:
            unknown += not _is_known(intent, at)
        intents += len(due)
        if len(due) < BATCH:
            break
    with here().reading() as session:
        waiting = [one.code for one in refund.waiting(session, before=at - older_than, limit=BATCH)]
    for code in waiting:
        unknown += not _is_sent(code, at)
        refunds += 1
    return Report(intents, refunds, unknown)


def _due(provider: str, at: datetime, older_than: timedelta) -> Sequence[PaymentIntent]:
    """The next intents to be asked about; no other reconciliation takes them for now."""
    with here().reading() as session:
        if not payment_intent.to_be_asked(session, provider, before=at - older_than, limit=1):
            return []
    with here().writing() as session:
        due = payment_intent.to_be_asked(
            session, provider, before=at - older_than, limit=BATCH, for_update=True
        )
        for intent in due:
            intent.asked_at = at
    return due


def _is_known(intent: PaymentIntent, at: datetime) -> bool:
    """Whether the provider could tell how far an intent is."""
    try:
        if intent.session_id is not None:
            paying.ask_again(intent, at=at)
            with here().reading() as session:
                number = session.get_one(Order, intent.order_id).number
            paying.close_settled(number, at=at)
        elif intent.expires_at <= at:
            paying.close(intent, at=at)  # its page was never seen by anybody, and is no more
        else:
            with here().reading() as session:
                order = session.get_one(Order, intent.order_id)
                paying.open_page(intent, order, at=at)
    except Unanswered as trouble:
        log.warning("payment %s stays unknown: %s", intent.code, trouble)
        return False
    except Refused as refused:
        log.error("payment %s: %s", intent.code, refused)
    return True


def _is_sent(code: str, at: datetime) -> bool:
    try:
        refunding.send(code, at=at, look_first=True)
    except Unanswered as trouble:
        log.warning("refund %s stays unknown: %s", code, trouble)
        return False
    except Refused as refused:
        log.error("refund %s: %s", code, refused)
    return True
