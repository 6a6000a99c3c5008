"""Paying an order, and coming back from the page on which it was paid."""

from contextlib import suppress

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as AnyResponse

from webapp import clock, settings
from webapp.account import bp, paying
from webapp.account.shown_order import ShownOrder
from webapp.database import reading, stop_reading, writing
from webapp.fragments import swapping
from webapp.guards import kept_private
from webapp.sales import order, payment_intent
from webapp.sales.gateways.gateway import Refused, Unanswered
from webapp.sales.key import Purpose as KeyPurpose
from webapp.sales.key import read
from webapp.sales.order import Order
from webapp.sales.payment_intent import IntentState, PaymentIntent, Purpose


@bp.post("/orders/<key>/payments")
def pay(key: str) -> AnyResponse:
    """Leads to the page on which the order is paid."""
    found = _order(key)
    name = request.form.get("purpose", "")
    return onwards(found, Purpose(name) if name in set(Purpose) else None)


@bp.get("/orders/<key>/payments/<code>")
def paid(key: str, code: str) -> AnyResponse:
    """Back from paying: says what we know, and asks the provider once if that is nothing yet."""
    found = _order(key)
    intent = payment_intent.by_code(reading(), code)
    if intent is None or intent.order_id != found.id:
        abort(404)
    if intent.is_live and _first_look(intent):
        stop_reading()
        with suppress(Refused, Unanswered):  # its message will come
            paying.ask_again(intent, at=clock.now())
        intent = payment_intent.by_code(reading(), code) or abort(404)
    if intent.is_live:
        template = "account/_confirming.html" if swapping() else "account/confirming.html"
        page = render_template(template, shown=ShownOrder(found), intent=intent)
        return kept_private(make_response(page))
    if intent.state == IntentState.PAID:
        flash(_("Thank you, the payment has arrived."), "done")
    else:
        flash(_("This payment did not go through, and nothing was charged. You can try again."), "warning")
    return _to_order(key)


def onwards(placed: Order, purpose: Purpose | None = None) -> AnyResponse:
    """From an order to the page on which it is paid; to its own page where there is none, or none just now."""
    number, key = placed.number, ShownOrder(placed).key
    if not settings.current().takes_cards:
        return _to_order(key)
    stop_reading()
    try:
        return redirect(paying.page_for(number, purpose, at=clock.now()), 303)
    except paying.NothingDue:
        flash(_("There is nothing to pay now."), "note")
    except Unanswered:
        flash(
            _("The payment page does not answer. Nothing was charged; try again in a minute."),
            "warning",
        )
    except Refused:
        flash(
            _("Payment by card does not work at the moment. Nothing was charged; a bank transfer works."),
            "warning",
        )
    return _to_order(key)


def _first_look(intent: PaymentIntent) -> bool:
    """Whether nobody has asked about it yet; whoever finds that out first asks."""
    with writing() as session:
        found = payment_intent.by_code(session, intent.code, for_update=True)
        if found is None or found.asked_at is not None:
            return False
        found.asked_at = clock.now()
        return True


def _order(key: str) -> Order:
    secret = settings.current().secret_key
    return order.by_lock(reading(), read(KeyPurpose.ORDER, key, secret)) or abort(404)


def _to_order(key: str) -> AnyResponse:
    """With htmx too: it follows no redirect to elsewhere by itself."""
    address = url_for("account.order_page", key=key)
    if swapping():
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)
