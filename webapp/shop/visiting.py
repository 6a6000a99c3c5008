"""Who is visiting, by the name in their own signed cookie, and who owns what is kept for them."""

from flask import Response, after_this_request, current_app, g, request

from webapp import settings
from webapp.customers.visitor import COOKIE, KEPT_FOR, new_visitor, read, signed


def known_visitor() -> str | None:
    """The visitor, where they have clicked here before."""
    if "visitor" not in g:
        cookie = request.cookies.get(COOKIE)
        g.visitor = read(cookie, settings.current().secret_key) if cookie else None
    return g.visitor


def visitor() -> str:
    """The visitor; whoever has no name yet is given one with this answer.

    Each act starts the cookie's year anew: whoever keeps coming back never loses their builds.
    """
    if "keeps_cookie" not in g:
        g.keeps_cookie = True
        g.visitor = known_visitor() or new_visitor()
        after_this_request(_with_cookie)
    return g.visitor


def known_owner() -> str | None:
    """Under whose name builds and orders are kept, where there may be any."""
    return known_visitor()


def owner() -> str:
    """Under whose name builds and orders are kept from now on."""
    return visitor()


def _with_cookie(response: Response) -> Response:
    response.set_cookie(
        COOKIE,
        signed(g.visitor, settings.current().secret_key),
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
