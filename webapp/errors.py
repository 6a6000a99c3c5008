"""What a visitor is told when something cannot be done; the only place that turns errors into answers."""

import errno
import logging
import math

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, TooManyRequests

from webapp.database import is_unavailable
from webapp.fragments import swapping, wants_json
from webapp.guards import kept_private
from webapp.logs import request_number

log = logging.getLogger(__name__)

AGAIN_AFTER = 5  # seconds
DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, told)
    app.extensions["lekalo.told"] = told  # for a room that has more to say of some errors, and not of all
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(DBAPIError, unreachable)
    app.register_error_handler(TimeoutError, unreachable)
    app.register_error_handler(OSError, unwritable)


def told(error: HTTPException) -> Response:
    """The error as a page, a fragment or JSON, whichever was asked for."""
    if error.response is not None:  # a redirect that was raised
        return make_response(error.response)
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        log.error("request %s failed", request_number(), exc_info=error.original_exception)
    title, advice = _words(error.code or 500)
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        minutes = math.ceil(error.retry_after / 60)
        advice = ngettext(
            "You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes
        )
    return _answer(error.code or 500, title, advice, error)


def expired(error: CSRFError) -> Response:
    log.warning("refused a form: %s", error.description)
    title = _("This page has grown old")
    return _answer(
        400, title, _("Reload the page and send the form once more; nothing has been lost."), error
    )


def unreachable(error: DBAPIError | TimeoutError) -> Response:
    """The database is gone, full, locked or read-only. Any other error of it is ours and stays one."""
    if not is_unavailable(error):
        raise error
    return _later(error)


def unwritable(error: OSError) -> Response:
    """The disk is full, read-only or broken."""
    if error.errno not in DISK_TROUBLE:
        raise error
    return _later(error)


def _later(error: Exception) -> Response:
    log.error("request %s: the database or the disk does not do as told", request_number(), exc_info=error)
    words = _words(503)
    if request.method == "POST":
        words = (
            _("We cannot take this down at the moment"),
            _(
                "Nothing you wrote is lost. Send it once more in a moment: it is done once, however often it arrives."
            ),
        )
    return _answer(503, *words, ServiceUnavailable(retry_after=AGAIN_AFTER))


def _words(code: int) -> tuple[str, str]:
    sentences = {
        400: (
            _("We could not read this request"),
            _("The address or the form is damaged. Start again from home."),
        ),
        401: (_("Please sign in"), _("This page is for people we know.")),
        403: (_("This is not open to you"), _("You are signed in, but this page belongs to somebody else.")),
        404: (
            _("There is no such page"),
            _("The link may be mistyped, or the page is gone. Everything we make is on the home page."),
        ),
        405: (_("This cannot be done here"), _("Go back and use the buttons of the page.")),
        409: (_("This has changed meanwhile"), _("Open the page anew to see how things stand now.")),
        410: (_("This link has been used up"), _("Ask for a new one.")),
        413: (_("This is too much at once"), _("What was sent is larger than we accept.")),
        414: (
            _("This address is too long"),
            _("No configuration needs so many characters. Start again from home."),
        ),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
        500: (
            _("Something broke on our side"),
            _("We have written it down. Your saved builds and orders are safe; try again in a minute."),
        ),
        503: (_("We will be back in a moment"), _("Nothing has been lost. Please try again shortly.")),
    }
    if code in sentences:
        return sentences[code]
    return sentences[400] if code < 500 else sentences[500]


def _answer(code: int, title: str, advice: str, error: HTTPException) -> Response:
    if wants_json():
        response = jsonify(error={"status": code, "title": title, "advice": advice})
    elif swapping():
        response = make_response(render_template("errors/_problem.html", title=title, advice=advice))
        # The page that was there stays; the sentence goes where it keeps room for one.
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "outerHTML"
        response.headers["HX-Push-Url"] = "false"
    else:
        again = _again(code)
        page = render_template("errors/page.html", code=code, title=title, advice=advice, again=again)
        response = kept_private(make_response(page)) if again else make_response(page)
    response.status_code = code
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    response.vary.update(["HX-Request", "HX-Request-Type", "Accept"])
    return response


def _again(code: int) -> list[tuple[str, str]] | None:
    """What was sent, to be sent again from the page about it; None where that is no use, or no business of a page."""
    if code != 503 or request.method != "POST" or request.files:
        return None
    sent = list(request.form.items(multi=True))
    return None if any("password" in name for name, _value in sent) else sent
