"""Ordering what a page has shown: confirmed once, placed exactly once, whatever it is that is ordered."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import outbox, settings
from webapp.account import letters, limits
from webapp.account.build_form import new_token
from webapp.account.checkout_form import CheckoutForm
from webapp.account.review import Review
from webapp.account.shown_order import ShownOrder
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.sales import order
from webapp.sales.delivery import Delivery
from webapp.sales.key import new_code
from webapp.sales.order import NumberTaken, Order
from webapp.sales.order_number import new_number
from webapp.sales.terms_of_sale import EDITION
from webapp.shop.visiting import owner, visitor

TRIES = 5  # to draw an order number that nobody has


def placed_before() -> Response | None:
    """Leads to the order that this very form has placed already, if it has."""
    placed = order.by_token(reading(), request.form.get("token", ""))
    if placed is None:
        return None
    flash(_("This order was placed already; here it is. Nothing was ordered twice."), "note")
    return _to(placed)


def shown(review: Review) -> Response:
    """Everything about the order on one page, before anything is agreed."""
    visitor()  # known before the form is sent, so that the order is found again by whoever placed it
    return _page(review, _form(review))


def answered(review: Review) -> Response:
    """Orders what the page showed; anything that has changed is shown again first."""
    form = _form(review)
    if "recalculate" in request.form:
        return _page(review, form, fragment="HX-Request" in request.headers)
    valid = form.validate_on_submit()
    if review.differs_from(form):
        return _shown_again(review, form, 409 if valid else 422)
    if not valid:
        return _page(review, form, 422)
    return _to(_placed(review, form))


def _form(review: Review) -> CheckoutForm:
    form = CheckoutForm(currency=review.currency, assumes=review.assumes)
    review.method = form.chosen_method or review.method
    return form


def _placed(review: Review, form: CheckoutForm) -> Order:
    """Places the order; its letter leaves if and only if the order is kept."""
    who = owner()
    for _try in range(TRIES):
        drafted = _drafted(review, form, who)
        letter = letters.order_placed(drafted)  # before the transaction: it takes its time
        try:
            with writing() as session:
                placed = order.place(session, drafted)
                if placed is drafted:
                    limits.count_an_order(session, at=review.at)
                    outbox.put(session, letter, at=review.at)
                    touchpoint.record(
                        session.connection(),
                        visitor=visitor(),
                        kind=Kind.ORDER,
                        family=review.line.family,
                        version=review.version,
                        at=review.at,
                    )
        except NumberTaken:
            continue
        return placed
    raise NumberTaken


def _drafted(review: Review, form: CheckoutForm, who: str) -> Order:
    """The order as it will be kept: a copy of everything the page showed."""
    first_day, last_day = review.window
    names = ("street", "extra", "postcode", "city", "country") if review.method.to_address else ()
    address: dict[str, Any] = {name: form[name].data or "" for name in names}
    return Order(
        number=new_number(),
        code=new_code(),
        token=form.token.data or "",
        owner=who,
        language=language(),
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        note=form.note.data or "",
        currency=review.currency,
        total=review.total,
        tax=review.tax,
        tax_percent=review.line.tax_percent,
        terms_of_sale=EDITION,
        placed_at=review.at,
        lines=[review.fresh_line()],
        delivery=Delivery(
            method=review.method.code,
            method_title=dict(review.method.title.root),
            price=review.delivery,
            first_day=first_day,
            last_day=last_day,
            **address,
        ),
    )


def _shown_again(review: Review, form: CheckoutForm, status: int) -> Response:
    """The page with both prices, to be confirmed anew."""
    was_total, was_version = form.shown_total.data, form.shown_version.data
    changes = review.changes_since(was_version)
    if was_version != review.version:
        form.confirm.data = False  # what we filled in may be something else now
    return _page(review, form, status, was_total=was_total, changes=changes, shown_before=True)


def _page(
    review: Review, form: CheckoutForm, status: int = 200, *, fragment: bool = False, **context: Any
) -> Response:
    if form.token.errors:
        form.token.data = new_token()
    template = "account/_checkout_summary.html" if fragment else "account/checkout.html"
    page = render_template(template, review=review, form=form, shop=settings.current(), **context)
    response = make_response(page, status)
    # Back must not bring an old price: the page is asked for anew.
    return kept_private(response)


def _to(placed: Order) -> Response:
    return redirect(url_for("account.order_page", key=ShownOrder(placed).key), 303)
