"""Who is visiting: the device by the name in its own signed cookie, the customer by their session."""

from datetime import datetime, timedelta
from typing import Any

from flask import Response, after_this_request, current_app, g, request
from sqlmodel import Session

from webapp import clock, settings
from webapp.afterwards import is_noted
from webapp.customers import customer_session, touchpoint
from webapp.customers.customer_session import SignedIn
from webapp.customers.touchpoint import Kind, Whose
from webapp.customers.visitor import COOKIE, KEPT_FOR, new_visitor, read, signed
from webapp.database import reading_rows
from webapp.languages import language

NOTED_EVERY = timedelta(days=1)  # that a browser is still in use


def customer() -> SignedIn | None:
    """Who is signed in on this device. Guests cost no statement, customers one."""
    if "customer" not in g:
        token = request.cookies.get(customer_session.COOKIE)
        at = clock.now()
        g.customer = customer_session.signed_in(reading_rows(), token, at=at) if token else None
        if g.customer is not None and at - g.customer.seen_at > NOTED_EVERY:
            g.customer_token = token
            after_this_request(_noted)
    return g.customer


def known_visitor() -> str | None:
    """The device, where somebody has clicked here before."""
    if "visitor" not in g:
        cookie = request.cookies.get(COOKIE)
        known = read(cookie, settings.current().secret_key) if cookie else None
        g.visitor, g.visitor_since = known or (None, None)
    return g.visitor


def visitor() -> str:
    """The device; one that has no name yet is given one with this answer.

    The first act of a day starts the cookie's year anew: whoever keeps coming back never loses their builds.
    """
    if "keeps_cookie" not in g:
        g.keeps_cookie = True
        g.visitor = known_visitor() or new_visitor()
        if g.visitor_since is None or clock.now() - g.visitor_since > NOTED_EVERY:
            after_this_request(_with_visitor)
    return g.visitor


def known_owner() -> str | None:
    """Under whose name builds and orders are kept, where there may be any."""
    who = customer()
    return who.owner if who else known_visitor()


def owner() -> str:
    """Under whose name builds and orders are kept from now on: the customer's, else the device's."""
    who = customer()
    return who.owner if who else visitor()


def whose(ref: str | None = None, **detail: Any) -> Whose | None:
    """For an act that may go into a profile: whose it is, where they allow one; else nobody's in particular.

    `ref`: the build or order it is about; `detail`: what only a profile needs of it.
    """
    who = customer()
    return Whose(who.customer_id, ref, detail or None) if who and who.personalised else None


def sign_in(response: Response, token: str) -> None:
    """Lets this device be a customer's from its next request on."""
    g.is_signing = True
    _keep(response, customer_session.COOKIE, token, customer_session.KEPT_FOR)


def sign_out(response: Response) -> None:
    """Lets this device be nobody's, under a name that nothing was ever kept under."""
    g.is_signing = True
    response.delete_cookie(customer_session.COOKIE, httponly=True, samesite="Lax", secure=_is_secure())
    rename(response)


def rename(response: Response) -> None:
    """Gives the device a new name: it has changed hands, or may have."""
    g.visitor, g.visitor_since = new_visitor(), clock.now()
    _with_visitor(response)


def _with_visitor(response: Response) -> Response:
    _keep(response, COOKIE, signed(g.visitor, settings.current().secret_key), KEPT_FOR)
    return response


def _noted(response: Response) -> Response:
    """Notes that the browser is in use, and lets its cookie live on."""
    who, said, at = g.customer, language(), clock.now()
    is_kept = is_noted(lambda session: _note(session, who, language=said, at=at), "a visit was not noted")
    if is_kept and "is_signing" not in g:  # else this very answer signs in or out
        sign_in(response, g.customer_token)
    return response


def _note(session: Session, who: SignedIn, *, language: str, at: datetime) -> None:
    customer_session.touch(session, who, language=language, at=at)
    if who.personalised:
        theirs = Whose(who.customer_id)
        touchpoint.record(
            session.connection(), visitor=None, kind=Kind.VISIT, family="", version=0, at=at, whose=theirs
        )


def _keep(response: Response, name: str, value: str, how_long: timedelta) -> None:
    response.set_cookie(name, value, max_age=how_long, httponly=True, samesite="Lax", secure=_is_secure())


def _is_secure() -> bool:
    return current_app.config["SESSION_COOKIE_SECURE"]
