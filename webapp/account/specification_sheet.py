"""A build on paper: its specification as a PDF, in the reader's language."""

import base64
import hashlib
import logging
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as AnyResponse

from webapp import press, settings
from webapp.account import bp
from webapp.account.opened_build import opened_build
from webapp.account.shared_build import shared
from webapp.account.shared_picture import SHEET_WIDTH, drawing_of
from webapp.account.sharing import Sharing
from webapp.account.shown_build import ShownBuild
from webapp.database import reading, stop_reading
from webapp.press import Busy, PressError, Unavailable
from webapp.sales.build import Build

PLACE = 'src="picture-of-the-build"'  # no name of a build reads like this: its quotes would be escaped

log = logging.getLogger(__name__)


@bp.get("/builds/<key>/specification.pdf")
def specification_sheet(key: str) -> AnyResponse:
    return _sheet(opened_build(reading(), key), url_for("account.kept_build", key=key))


@bp.get("/shared/<key>/specification.pdf")
def shared_specification_sheet(key: str) -> AnyResponse:
    return _sheet(shared(reading(), key), url_for("account.shared_build", key=key))


def _sheet(build: Build, page: str) -> AnyResponse:
    """The PDF. Where none can be made, the page itself, which prints as well."""
    shown = ShownBuild(build)
    _, drawing = drawing_of(shown.kept)
    html = render_template(
        "account/specification_sheet.html", shown=shown, sharing=Sharing(shown), shop=settings.current()
    )
    stop_reading()
    response = Response(mimetype="application/pdf")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Disposition"] = (
        f"inline; filename*=UTF-8''{quote(f'Lekalo {build.name}.pdf', safe='')}"
    )
    response.set_etag(hashlib.sha256(f"{html}\n{drawing}".encode()).hexdigest()[:32])
    if not request.if_none_match.contains(response.get_etag()[0] or ""):
        try:
            picture = base64.b64encode(press.png(drawing, SHEET_WIDTH)).decode()
            response.set_data(press.pdf(html.replace(PLACE, f'src="data:image/png;base64,{picture}"')))
        except PressError as error:
            return _instead(error, page)
    response.make_conditional(request)
    return response


def _instead(error: PressError, page: str) -> AnyResponse:
    if isinstance(error, Busy):
        flash(_("Many PDFs are being made at the moment. Try again in a minute, or print this page."), "note")
    else:
        log.log(logging.WARNING if isinstance(error, Unavailable) else logging.ERROR, "no PDF: %s", error)
        flash(
            _("A PDF cannot be made at the moment. This page can be printed: it comes out as one sheet."),
            "note",
        )
    return redirect(page, 303)
