"""Cancelling an order on its own page: what goes back is shown first, and then it happens once."""

from contextlib import suppress

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import bp, paying, step_letters
from webapp.account.level_at_stake import level_at_stake
from webapp.account.opened_order import opened_order
from webapp.account.shown_order import ShownOrder
from webapp.database import reading, stop_reading, writing
from webapp.guards import kept_private
from webapp.sales import cancellation
from webapp.sales.gateways.gateway import Refused, Unanswered
from webapp.sales.order import NotNow, Order
from webapp.sales.order_step import Step


@bp.get("/orders/<key>/cancellation")
def cancellation_page(key: str) -> Response:
    """What cancelling comes to at this moment."""
    found = opened_order(reading(), key)
    if Step.CANCELLATION not in found.steps_open:
        return _over(found, key)
    return _page(found)


@bp.post("/orders/<key>/cancellation")
def cancel_order(key: str) -> Response:
    found = opened_order(reading(), key)
    if Step.CANCELLATION not in found.steps_open:
        return _over(found, key)
    percent = settings.current().cancellation_fee_percent
    agreed = cancellation.conditions(found, percent)
    if request.form.get("shown") != f"{agreed.paid}-{agreed.fee}":
        return _page(found, 409)
    letter = step_letters.order_cancelled(found, agreed)  # before the transaction: it takes its time
    stop_reading()
    with suppress(Refused, Unanswered):  # it ends by itself in a while; what is paid till then goes back
        paying.close_live(found.number, at=clock.now())
    try:
        with writing() as session:
            placed = opened_order(session, key, for_update=True)
            cancellation.cancel(session, placed, agreed, percent, at=clock.now(), by_shopper=True)
            outbox.put(session, letter, at=clock.now())
    except NotNow:  # it went on between our look and our turn
        found = opened_order(reading(), key)
        return _page(found, 409) if Step.CANCELLATION in found.steps_open else _over(found, key)
    paying.close_settled(found.number, at=clock.now())  # a page that was opened meanwhile
    flash(_("The order is cancelled. A letter about it is on its way to you."), "done")
    return redirect(url_for("account.order_page", key=key), 303)


def _over(found: Order, key: str) -> Response:
    """It is cancelled already, or on its way."""
    if found.is_cancelled:
        flash(_("This order was cancelled already. Nothing was done twice."), "note")
    else:
        flash(
            _("This order cannot be cancelled any more: it has left the workshop. Please write to us."),
            "warning",
        )
    return redirect(url_for("account.order_page", key=key), 303)


def _page(found: Order, status: int = 200) -> Response:
    """With a status other than 200: what a page showed before is over, here is how things stand now."""
    percent = settings.current().cancellation_fee_percent
    page = render_template(
        "account/cancellation.html",
        shown=ShownOrder(found),
        conditions=cancellation.conditions(found, percent),
        percent=percent,
        has_begun=found.step(Step.PRODUCTION) is not None,
        has_changed=status != 200,
        at_stake=level_at_stake(found),
    )
    return kept_private(make_response(page, status))
