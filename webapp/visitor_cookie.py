"""The cookie that lets a visitor come back to what they were making; set with the first thing worth keeping."""

from flask import Flask, Response, current_app, g, request

from webapp import settings
from webapp.customers import visitor


def install(app: Flask) -> None:
    app.after_request(remembered)


def known_visitor() -> str | None:
    """Whose request this is, if we have seen them before."""
    if "visitor" not in g:
        g.visitor = visitor.read(request.cookies.get(visitor.COOKIE, ""), settings.current().secret_key)
    return g.visitor


def visitor_to_remember() -> str:
    """Whose request this is; a newcomer is given a cookie with the answer."""
    known = known_visitor()
    if known is None:
        known = g.visitor = g.new_visitor = visitor.new_visitor()
    return known


def remembered(response: Response) -> Response:
    if "new_visitor" in g:
        response.set_cookie(
            visitor.COOKIE,
            visitor.signed(g.new_visitor, settings.current().secret_key),
            max_age=visitor.KEPT_FOR,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response
