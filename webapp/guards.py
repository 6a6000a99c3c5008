"""What stands between the site and ill-formed, forged or framed requests."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, ValidationError

LONGEST_ADDRESS = 8 * 1024
MOST_PARAMETERS = 500
LARGEST_NUMBER = 2**31 - 1  # that a column holds

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Never "no-referrer": behind HTTPS the forgery check asks where a form came from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RowNumber(IntegerConverter):
    """A number in an address, `<int:…>`: where no row can have it, there is no such page."""

    def to_python(self, value: str) -> int:
        if len(value) > len(str(LARGEST_NUMBER)) or int(value) > LARGEST_NUMBER:
            raise ValidationError
        return super().to_python(value)


View = TypeVar("View", bound=Callable[..., Any])
BODY = "largest_body"


def takes_up_to(size: int) -> Callable[[View], View]:
    """Says that a route takes uploads of so many bytes; all others take a form's size."""

    def mark(view: View) -> View:
        setattr(view, BODY, size)
        return view

    return mark


def install(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber  # before any room brings its routes
    app.before_request(refuse_ill_formed)
    csrf.init_app(app)
    app.after_request(with_headers)


def refuse_ill_formed() -> None:
    """Ends requests that no page of ours could have made, before anything looks at them."""
    view = current_app.view_functions.get(request.endpoint or "")
    if (size := getattr(view, BODY, None)) is not None:
        request.max_content_length = size
    query = request.query_string
    if len(query) + len(request.path) > LONGEST_ADDRESS:
        abort(414)
    if query.count(b"&") >= MOST_PARAMETERS:
        abort(400)
    for raw in (unquote_to_bytes(query), request.environ["PATH_INFO"].encode("latin-1")):
        if b"\0" in raw or not _is_utf8(raw):
            abort(400)
    if request.method == "POST" and any(
        "\0" in value for values in request.form.listvalues() for value in values
    ):
        abort(400)  # PostgreSQL keeps no such text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    # Pages carry somebody's choices: kept by nobody, asked for again on Back.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def lets_forms_lead_to(response: Response, origin: str) -> Response:
    """For pages with a form that ends elsewhere: browsers look at redirects too, and stop them without a word."""
    policy = response.headers.get("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", f"form-action 'self' {origin}"
    )
    return response


def kept_private(response: Response) -> Response:
    """For pages of one person or behind an unguessable address: no cache and no index learns of them."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def from_our_own_page() -> bool:
    """Whether the visitor came by a click on one of our pages, not by a link, a bookmark or a program."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    came_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(came_from).netloc == request.host
    except ValueError:  # no browser writes such an address
        return False
