"""Ordering what a page has shown: confirmed once, placed exactly once, whatever it is that is ordered."""

import logging
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from werkzeug import Response

from webapp import outbox, settings
from webapp.account import carried_form, letters, limits, offer_code, payments, till
from webapp.account.build_form import new_token
from webapp.account.carried_form import News
from webapp.account.checkout_form import CheckoutForm
from webapp.account.invoice_sheet import seller
from webapp.account.known_details import ADDRESS, known_details
from webapp.account.review import Review, goods_in
from webapp.account.shown_order import ShownOrder
from webapp.account.shown_sooner import Press
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, stop_reading, writing, writing_rows
from webapp.guards import from_our_own_page, kept_private
from webapp.languages import language
from webapp.outbox import Letter
from webapp.sales import billing_address, invoice, offer, order
from webapp.sales.balance import deposit_of
from webapp.sales.billing_address import BillingAddress
from webapp.sales.capacity import WeekFull
from webapp.sales.delivery import Delivery
from webapp.sales.key import new_code
from webapp.sales.offer import NotTaken
from webapp.sales.order import NumberTaken, Order
from webapp.sales.order_number import new_number
from webapp.sales.order_reduction import OrderReduction
from webapp.sales.order_tax import OrderTax
from webapp.sales.terms_of_sale import EDITION
from webapp.shop.visiting import customer, owner, visitor, whose

log = logging.getLogger(__name__)

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
    if from_our_own_page():
        _note_coming(review)
    entries, news = carried_form.carried()
    form = _form(review, **(known_details() | entries))
    return _page(review, form, news=news if news and news.mark == _mark(review) else None)


def _note_coming(review: Review) -> None:
    """That somebody came this far; a note that fails is no reason to fail."""
    try:
        with writing_rows() as connection:
            for line in review.order_lines:
                touchpoint.record(
                    connection,
                    visitor=visitor(),
                    kind=Kind.CHECKOUT,
                    family=line.family,
                    version=line.version,
                    at=review.at,
                    whose=whose(),
                )
    except SQLAlchemyError:
        log.exception("coming to the checkout was not recorded")


def answered(review: Review) -> Response:
    """Orders what the page showed; anything that has changed is shown again first. Raises CartChanged."""
    form = _form(review)
    if "recalculate" in request.form:
        return _page(review, form, fragment="HX-Request" in request.headers)
    valid = form.validate_on_submit()
    if review.differs_from(form) or review.windows.is_gone:
        return _shown_again(review, form, 409 if valid else 422)
    if not valid:
        return _page(review, form, 422)
    try:
        placed = _placed(review, form)
    except NotTaken as refused:  # somebody else's order has used it up a moment ago
        offer_code.refuse(form, refused)
        offer_code.without_code(review)
        return _shown_again(review, form, 409)
    except WeekFull:  # somebody else's order has its place there since
        review.windows.forget()
        return _shown_again(review, form, 409)
    carried_form.let_go()
    return payments.onwards(placed)


def exchanged(review: Review, before: Review, after: str, back: Press) -> Response:
    """Leads to the checkout of other goods with all that was typed, and says what has become of those `before`.

    `after`: the choices that were taken for sooner ones, as a query string. `back`: what takes them back.
    """
    _form(before)  # delivered in the same way, so that it says the same days
    way = next((way for way in before.sooner if way.after == after), None)
    form = _form(review)
    form.confirm.data = False  # what we fill in may be something else now
    if before.windows.is_soonest:
        form.window.data = ""  # the days that were the soonest may still be free, and are not meant any more
        review.windows.choose(review.method, "", form.point.data or "")
    said = (way.line, way.words, way.days, way.delta) if way else None
    news = News(_mark(review), said, back)
    if carried_form.carry(form, news):
        return redirect(review.action, 303)
    return _page(review, form, news=news)


def _mark(review: Review) -> str:
    """Of which goods we speak, and where."""
    return f"{review.action} {review.goods}"


def _form(review: Review, **known: Any) -> CheckoutForm:
    """The form, and the review as the form wants it."""
    form = CheckoutForm(currency=review.currency, assumes=review.assumes, **known)
    review.deliver(form.chosen_method or review.method, form.country.data)
    review.windows.choose(review.method, form.window.data or "", form.point.data or "")
    offer_code.agree(review, form)
    form.bills = billing_address.is_needed(review.method, review.total, review.currency)
    return form


def _placed(review: Review, form: CheckoutForm) -> Order:
    """Places the order; its letter leaves if and only if the order is kept. Raises NotTaken, WeekFull, CartChanged."""
    who = owner()
    for _try in range(TRIES):
        drafted = _drafted(review, form, who)
        letter = letters.order_placed(drafted)  # before the transaction: it takes its time
        stop_reading()  # who waits for their turn to write holds nothing that others wait for
        try:
            with writing() as session:
                placed = order.place(session, drafted)
                if placed is drafted:
                    _settle(session, review, placed, letter)
        except NumberTaken:
            continue
        return placed
    raise NumberTaken


def _settle(session: Session, review: Review, placed: Order, letter: Letter) -> None:
    """All that belongs to an order and is kept with it or not at all."""
    session.flush()
    review.settle(session)
    review.windows.take(session, placed)
    if review.agreed.offer_id is not None:
        who = customer()
        offer.use(
            session,
            review.agreed.offer_id,
            placed.id or 0,
            customer=who.owner if who else None,
            email=placed.email,
            at=review.at,
        )
    limits.count_an_order(session, at=review.at)
    outbox.put(session, letter, at=review.at)
    for line in review.order_lines:
        touchpoint.record(
            session.connection(),
            visitor=visitor(),
            kind=Kind.ORDER,
            family=line.family,
            version=line.version,
            at=review.at,
            whose=whose(placed.number, choices=line.choices, total=line.total),
        )
    # Last: whoever orders at the same moment waits for the next number.
    invoice.issue(session, placed, seller(), at=review.at, on=review.today)


def _drafted(review: Review, form: CheckoutForm, who: str) -> Order:
    """The order as it will be kept: a copy of everything the page showed."""
    assert review.window is not None
    first_day, last_day = review.window
    names = ADDRESS if review.method.to_address else ()
    told: dict[str, Any] = {name: form[name].data or "" for name in ADDRESS}
    address: dict[str, Any] = review.windows.address | {name: told[name] for name in names}
    reckoning = review.reckoning
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
        total=reckoning.total,
        deposit=deposit_of(reckoning.total, settings.current().deposit_percent),
        tax=reckoning.tax,
        tax_percent=str(reckoning.taxed[0].percent),
        terms_of_sale=EDITION,
        placed_at=review.at,
        lines=review.fresh_lines(),
        reductions=[OrderReduction.of(each) for each in reckoning.reductions],
        taxed=[OrderTax.of(share) for share in reckoning.taxed],
        billing=BillingAddress(**told) if form.bills else None,
        delivery=Delivery(
            method=review.method.code,
            method_title=dict(review.method_title.root),
            price=review.delivery,
            first_day=first_day,
            last_day=last_day,
            **address,
        ),
    )


def _shown_again(review: Review, form: CheckoutForm, status: int) -> Response:
    """The page with both prices, to be confirmed anew."""
    was_total, was_goods = form.shown_total.data, goods_in(form.shown_version.data)
    is_other = was_goods != review.goods
    if is_other:
        form.confirm.data = False  # what we filled in may be something else now
    return _page(
        review,
        form,
        status,
        was_total=was_total,
        changes=review.changes_since(was_goods),
        is_other=is_other,
        shown_before=True,
    )


def _page(
    review: Review, form: CheckoutForm, status: int = 200, *, fragment: bool = False, **context: Any
) -> Response:
    if form.token.errors:
        form.token.data = new_token()
    template = "account/_recalculated.html" if fragment else "account/checkout.html"
    page = render_template(template, review=review, form=form, shop=settings.current(), **context)
    response = make_response(page, status)
    # Back must not bring an old price: the page is asked for anew.
    return till.lets_pay(kept_private(response))


def _to(placed: Order) -> Response:
    return redirect(url_for("account.order_page", key=ShownOrder(placed).key), 303)
