"""The checkout of an address: its choices at today's price."""

from flask import make_response, render_template
from werkzeug import Response

from webapp import clock
from webapp.account import bp, ordering
from webapp.account.review import WantedReview
from webapp.account.wanted import Wanted, by_address


@bp.get("/checkout/<code>")
def checkout(code: str) -> Response:
    wanted = by_address(code)
    if wanted.configuration is None:
        return impossible(wanted)
    return ordering.shown(WantedReview(wanted, clock.now()))


@bp.post("/checkout/<code>")
def order_now(code: str) -> Response:
    if done := ordering.placed_before():
        return done
    wanted = by_address(code)
    if wanted.configuration is None or wanted.reading.unknown:
        return impossible(wanted)
    return ordering.answered(WantedReview(wanted, clock.now()))


def impossible(wanted: Wanted) -> Response:
    """What was asked for cannot be made: says so and leads to where it can be mended."""
    return make_response(render_template("account/impossible.html", wanted=wanted), 409)
