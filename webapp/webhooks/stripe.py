"""Stripe tells us what has been paid, sent back and disputed; its word is the truth about it."""

import logging

from flask import Response, request

from webapp import clock
from webapp.account import settling, till
from webapp.sales.gateways.gateway import Forged
from webapp.webhooks import bp

log = logging.getLogger(__name__)


@bp.post("/stripe")
def stripe() -> Response:
    """200: it is on disk, now or before. 400: not Stripe's. An error of ours makes Stripe try again."""
    gateway = till.gateway()
    try:
        event = gateway.event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except Forged as forged:
        log.warning("refused a message: %s", forged)
        return Response("refused\n", 400, mimetype="text/plain")
    facts = [*event.facts]
    if event.payment_to_read:
        facts += gateway.refunds(event.payment_to_read)  # before any transaction is open
    is_first = settling.take_event(event, facts, at=clock.now())
    return Response("taken down\n" if is_first else "known\n", 200, mimetype="text/plain")
