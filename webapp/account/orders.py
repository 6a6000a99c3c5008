"""A guest's order, opened by its unguessable key."""

from flask import Response, abort, make_response, render_template

from webapp import settings
from webapp.account import bp, till
from webapp.account.shown_order import ShownOrder
from webapp.account.shown_payment import ShownPayment
from webapp.database import reading
from webapp.guards import kept_private
from webapp.sales import invoice, order
from webapp.sales.key import Purpose, read


@bp.get("/orders/<key>")
def order_page(key: str) -> Response:
    found = order.by_lock(reading(), read(Purpose.ORDER, key, settings.current().secret_key)) or abort(404)
    page = render_template(
        "account/order.html",
        shown=ShownOrder(found),
        payment=ShownPayment(found),
        shop=settings.current(),
        invoices=invoice.of(reading(), found.id or 0),
    )
    return till.lets_pay(kept_private(make_response(page)))
