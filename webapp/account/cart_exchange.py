"""At the checkout of a cart: one line in another's place, such as what comes sooner, and back again."""

import hashlib

from flask import abort, redirect, url_for
from werkzeug import Response

from webapp import clock
from webapp.account import ordering
from webapp.account.cart_review import EXCHANGE, TAKE_BACK, CartReview
from webapp.account.shown_cart import ShownCart
from webapp.account.shown_sooner import Press
from webapp.account.wanted import today, wanted_by
from webapp.database import reading, stop_reading, writing
from webapp.sales import cart_line
from webapp.sales.cart_line import CartChanged, CartFull
from webapp.shop import addresses
from webapp.shop.visiting import known_owner


def exchanged(pressed: str) -> Response:
    """Puts other choices in the place of a line, as many pieces of them; pressed twice, done once."""
    number, _sep, address = pressed.partition("?")
    who, old = _owner(), _number(number)
    known = cart_line.find(reading(), who, old) or abort(404)
    wanted = wanted_by(today(known.family) or abort(404), addresses.parsed(address).parameters)
    shown = ShownCart(who, clock.now())
    if not shown.ready or wanted.configuration is None or wanted.reading.unknown:
        return _to_cart()
    before, specification = CartReview(shown), wanted.specification()
    token = hashlib.sha256(f"instead\n{old}\n{wanted.address}".encode()).hexdigest()[:48]
    stop_reading()
    try:
        with writing() as session:
            line = cart_line.find(session, who, old, for_update=True) or abort(404)
            new = cart_line.exchange(session, line, token, specification, at=clock.now())
    except (CartChanged, CartFull):
        return _to_cart()
    return _checkout(who, before, wanted.address, Press(before.action, TAKE_BACK, f"{old}.{new.id}"))


def taken_back(pressed: str) -> Response:
    """Puts the line there again that another one has taken the place of."""
    former, _sep, number = pressed.partition(".")
    who, shown = _owner(), ShownCart(_owner(), clock.now())
    if not shown.ready:
        return _to_cart()
    before = CartReview(shown)
    stop_reading()
    try:
        with writing() as session:
            new = cart_line.find(session, who, _number(number), for_update=True) or abort(404)
            old = cart_line.find(session, who, _number(former), for_update=True) or abort(404)
            cart_line.remove(new, at=clock.now())
            cart_line.put_back(session, old)
            again = f"{old.id}?{new.address}"
    except CartFull:
        return _to_cart()
    return _checkout(who, before, "", Press(before.action, EXCHANGE, again))


def _checkout(who: str, before: CartReview, after: str, back: Press) -> Response:
    shown = ShownCart(who, clock.now())
    return ordering.exchanged(CartReview(shown), before, after, back) if shown.ready else _to_cart()


def _owner() -> str:
    return known_owner() or abort(404)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else abort(404)


def _to_cart() -> Response:
    return redirect(url_for("account.cart"), 303)
