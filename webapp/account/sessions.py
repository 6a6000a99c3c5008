"""Signing out: here, on one other device, everywhere."""

from flask import abort, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account import bp, claims
from webapp.customers import customer_session
from webapp.customers.customer_session import SignedIn
from webapp.database import writing
from webapp.sales import claim
from webapp.shop import visiting


@bp.post("/sign-out")
def sign_out() -> Response:
    """Ends this device's session. What comes next on this device is a new guest's."""
    who = visiting.customer()
    if who is not None:
        with writing() as session:
            _end_here(session, who)
            customer_session.end(session, who.customer_id, who.session_id, at=clock.now())
    return _goodbye(_("You are signed out. Your builds wait for you; sign in to see them again."))


@bp.post("/account/devices/<int:number>/removal")
def end_session(number: int) -> Response:
    """Signs out one device of mine."""
    who = visiting.customer() or abort(401)
    with writing() as session:
        if number == who.session_id:
            _end_here(session, who)
        if not customer_session.end(session, who.customer_id, number, at=clock.now()):
            abort(404)
    if number == who.session_id:
        return _goodbye(_("You are signed out. Your builds wait for you; sign in to see them again."))
    flash(_("That device is signed out."), "done")
    return redirect(url_for("account.settings_page", _anchor="devices"), 303)


@bp.post("/account/devices/removal")
def end_all_sessions() -> Response:
    """Signs me out everywhere, here too."""
    who = visiting.customer() or abort(401)
    with writing() as session:
        _end_here(session, who)
        customer_session.end_all(session, who.customer_id, at=clock.now())
    return _goodbye(_("You are signed out on all devices."))


def _end_here(session: Session, who: SignedIn) -> None:
    """What a page that was still open kept under the device's own name is the customer's too."""
    claim.claim(session, visiting.known_visitor(), who.owner)


def _goodbye(words: str) -> Response:
    response = make_response(redirect(url_for("account.sign_in"), 303))
    visiting.sign_out(response)
    claims.forget_opened()
    flash(words, "done")
    return response
