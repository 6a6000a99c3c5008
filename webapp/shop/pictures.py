"""The live picture and the small ones: drawings that never change under their address."""

from flask import Response, abort, request

from catalog.choices import read
from catalog.expression import OptionKey
from catalog.picture import card, compose
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows
from webapp.shop import addresses, bp
from webapp.shop.showcase import Showcase

FOR_EVER = "public, max-age=31536000, immutable"
# A drawing opened by itself runs nothing and fetches nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@bp.get("/pictures/<code>/<int:version>.svg")
def picture(code: str, version: int) -> Response:
    """The product as chosen: the address names the options that can be seen."""
    drawn = _version(code, version)
    picked = read(drawn.family, addresses.asked().parameters).choices
    return drawing(compose(drawn.family, picked))


@bp.get("/pictures/<code>/<int:version>/<option>.svg")
def option_picture(code: str, version: int, option: str) -> Response:
    """One option, for its card."""
    drawn = _version(code, version)
    key = OptionKey(*option.split(".", 1)) if "." in option else None
    if key is None or key not in drawn.family.option_by_key:
        abort(404)
    found = card(drawn.family, key)
    return drawing(found) if found else abort(404)


def live_picture(showcase: Showcase, picked: tuple[OptionKey, ...]) -> str:
    """The address of the picture of a configuration."""
    seen = [key for key in picked if key in showcase.drawn]
    return f"{showcase.where.drawings}.svg?{addresses.query(seen)}"


def _version(code: str, version: int) -> Published:
    return published.version(reading_rows(), code, version) or abort(404)


def drawing(svg: str) -> Response:
    """An SVG as an answer."""
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = POLICY
    response.add_etag()
    response.make_conditional(request)
    return response
