"""The picture of a shared build that messengers show beside its link."""

from flask import Response, abort, request

from catalog.model import Family
from catalog.picture import compose
from webapp import press
from webapp.account import bp
from webapp.account.shared_build import shared
from webapp.account.sharing import PICTURE_SIZE, picture_mark
from webapp.catalogues import published
from webapp.database import reading, reading_rows, stop_reading
from webapp.press import PressError
from webapp.sales.specification import Specification

# Kept by whoever was shown it, but by no cache between: a link that is withdrawn shows nothing.
FOR_EVER = "private, max-age=31536000, immutable"
GROUND, THREAD = "#f6f2ea", "#ece5d6"
SHEET_WIDTH = 1400  # pixels, for paper


@bp.get("/shared/<key>/picture.png")
def shared_picture(key: str) -> Response:
    kept = shared(reading(), key).latest
    mark = picture_mark(kept)
    response = Response(mimetype="image/png")
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == mark else "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.set_etag(mark)
    if not request.if_none_match.contains(mark):
        drawing = on_calm_ground(drawing_of(kept))
        stop_reading()
        try:
            response.set_data(press.png(drawing, PICTURE_SIZE[0]))
        except PressError:
            abort(503)
    response.make_conditional(request)
    return response


def drawing_of(specification: Specification) -> tuple[Family, str]:
    """Its picture from the version it was made under, with the family that knows its size."""
    version = published.version(reading_rows(), specification.family, specification.version) or abort(404)
    return version.family, compose(version.family, specification.picked)


def on_calm_ground(drawn: tuple[Family, str]) -> str:
    """A drawing in the middle of paper ruled for a pattern, in the shape that messengers ask for."""
    family, svg = drawn
    width, height = PICTURE_SIZE
    scale = min(width * 0.94 / family.picture.width, height * 0.94 / family.picture.height)
    wide, high = family.picture.width * scale, family.picture.height * scale
    frame = f'<svg x="{(width - wide) / 2:.1f}" y="{(height - high) / 2:.1f}" '
    box = f'viewBox="0 0 {family.picture.width} {family.picture.height}" width="{wide:.1f}" height="{high:.1f}">'
    inner = frame + box + svg.split(">", 1)[1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<defs><pattern id="lekalo-rule" width="30" height="30" patternUnits="userSpaceOnUse">'
        f'<path d="M0 .5h30M.5 0v30" fill="none" stroke="{THREAD}"/></pattern></defs>'
        f'<rect width="100%" height="100%" fill="{GROUND}"/>'
        f'<rect width="100%" height="100%" fill="url(#lekalo-rule)"/>{inner}</svg>'
    )
