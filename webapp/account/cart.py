"""The cart: what is meant to be ordered together."""

import hashlib
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, cart_exchange, limits, ordering
from webapp.account.build_form import TokenForm, new_token
from webapp.account.cart_form import QuantityForm
from webapp.account.cart_review import EXCHANGE, TAKE_BACK, CartReview
from webapp.account.checkout import impossible
from webapp.account.opened_build import opened_build
from webapp.account.shown_cart import ShownCart
from webapp.account.wanted import by_address, today
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, reading_rows, stop_reading, writing
from webapp.fragments import page_or_fragment, swapping
from webapp.guards import kept_private
from webapp.sales import as_it_was, cart_line, quote
from webapp.sales.build import copied
from webapp.sales.cart_line import CartChanged, CartFull
from webapp.shop.visiting import known_owner, owner, visitor, whose

TRIES = 3  # to order a cart that changes meanwhile


@bp.get("/cart")
def cart() -> Response:
    return _page(_cart())


@bp.post("/cart/lines/<code>")
def put_into_cart(code: str) -> Response:
    """Puts the choices of the address there, one piece."""
    form, wanted = TokenForm(), by_address(code)
    if not form.validate_on_submit():
        abort(422)
    if wanted.configuration is None or wanted.reading.unknown:
        return impossible(wanted)
    # The configurator is loaded once, while its address changes: the form alone tells no two things apart.
    token = _token(form.token.data or "", code, wanted.address)
    return _put(token, wanted.specification())


@bp.post("/builds/<key>/cart-lines")
def put_build_into_cart(key: str) -> Response:
    """Puts the build there as it is now, at the promised price where one holds."""
    opened, form = opened_build(reading(), key), TokenForm()
    if not form.validate_on_submit():
        abort(422)
    version = opened.latest
    standing = quote.standing(reading(), [opened.id or 0], clock.today(settings.current().time_zone)).get(
        opened.id or 0
    )
    on_sale = today(version.family)
    specification = as_it_was.specification(version, on_sale) if on_sale else None
    if specification is None:
        if standing is None:
            flash(_("The build cannot be had like this today, so it is not in the cart."), "warning")
            return redirect(url_for("account.kept_build", key=key), 303)
        specification = copied(standing)
    return _put(
        _token(form.token.data or "", opened.code, str(version.number)),
        specification,
        name=opened.name,
        build=(opened.id or 0, version.number),
        quote_code=standing.code if standing else None,
    )


@bp.post("/cart/lines/<int:number>/quantity")
def change_quantity(number: int) -> Response:
    form, who = QuantityForm(), _owner()
    if not form.validate_on_submit():
        cart_line.find(reading(), who, number) or abort(404)
        return _page(ShownCart(who, clock.now(), (number, form)), 422)
    with writing() as session:
        line = cart_line.find(session, who, number, for_update=True) or abort(404)
        line.quantity = form.quantity.data or 1
    return _changed()


@bp.post("/cart/lines/<int:number>/removal")
def remove_from_cart(number: int) -> Response:
    who = _owner()
    with writing() as session:
        line = cart_line.find(session, who, number, for_update=True) or abort(404)
        cart_line.remove(line, at=clock.now())
    return _changed()


@bp.post("/cart/lines/<int:number>/return")
def put_back(number: int) -> Response:
    """Undoes a removal."""
    who = _owner()
    try:
        with writing() as session:
            cart_line.put_back(session, cart_line.find(session, who, number, for_update=True) or abort(404))
    except CartFull:
        _say_full()
    return _changed()


@bp.get("/cart/checkout")
def cart_checkout() -> Response:
    shown = _cart()
    return ordering.shown(CartReview(shown)) if shown.ready else _to_cart()


@bp.post("/cart/checkout")
def order_cart() -> Response:
    if EXCHANGE in request.form:
        return cart_exchange.exchanged(request.form[EXCHANGE])
    if TAKE_BACK in request.form:
        return cart_exchange.taken_back(request.form[TAKE_BACK])
    for _try in range(TRIES):
        if done := ordering.placed_before():
            return done
        shown = _cart()
        if not shown.ready:
            flash(_("There is nothing in the cart that can be ordered. Nothing has been ordered."), "warning")
            return _to_cart()
        try:
            return ordering.answered(CartReview(shown))
        except CartChanged:  # in another tab, a moment ago: look again
            stop_reading()
    abort(409)


@bp.app_template_global()
def lines_in_cart() -> int:
    """How many lines are in my cart, for the head of every page; a page about a broken database does without."""
    try:
        who = known_owner()
        return cart_line.count(reading_rows(), who) if who else 0
    except SQLAlchemyError:
        return 0


@bp.app_template_global()
def form_token() -> str:
    """The mark of a form that a page of another room carries."""
    return new_token()


def _put(token: str, specification: dict[str, Any], **belonging: Any) -> Response:
    who, at = owner(), clock.now()
    try:
        with writing() as session:
            limits.count_a_save(session, at=at)
            line, is_new = cart_line.put(session, who, token, specification, at=at, **belonging)
            if is_new:
                touchpoint.record(
                    session.connection(),
                    visitor=visitor(),
                    kind=Kind.CART,
                    family=line.family,
                    version=line.version,
                    at=at,
                    whose=whose(choices=specification["choices"], total=specification["total"]),
                )
    except CartFull:
        _say_full()
        return _to_cart()
    if is_new:
        flash(_("It is in your cart."), "done")
    elif line.removed_at is None:
        flash(_("It was in your cart already. If you want more of it, change the number of pieces."), "note")
    else:
        flash(_("You have taken it out of the cart; “Put back” brings it in again."), "note")
    return _to_cart()


def _say_full() -> None:
    flash(
        _(
            "There is room for %(most)d lines. Order these first, or take some out.",
            most=cart_line.MOST_LINES,
        ),
        "warning",
    )


def _token(form: str, *what: str) -> str:
    return hashlib.sha256("\n".join((form, *what)).encode()).hexdigest()[:48]


def _cart() -> ShownCart:
    return ShownCart(known_owner(), clock.now())


def _owner() -> str:
    return known_owner() or abort(404)


def _changed() -> Response:
    """The cart as it stands now: its part of the page where that is asked for, else the way to the page."""
    if not swapping():
        return _to_cart()
    stop_reading()
    return _page(_cart())


def _page(shown: ShownCart, status: int = 200) -> Response:
    page = page_or_fragment(
        "account/cart.html", "account/_cart.html", status, cart=shown, most_pieces=cart_line.MOST_PIECES
    )
    return kept_private(page)


def _to_cart() -> Response:
    return redirect(url_for("account.cart"), 303)
