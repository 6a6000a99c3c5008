"""The checkout of an address: its choices at today's price."""

from flask import make_response, render_template, request
from werkzeug import Response

from webapp import clock
from webapp.account import bp, ordering
from webapp.account.wanted import Wanted, by_address, wanted_by
from webapp.account.wanted_review import INSTEAD_OF, WantedReview
from webapp.shop import addresses


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
    review = WantedReview(wanted, clock.now())
    if INSTEAD_OF in request.form:
        before = wanted_by(wanted.published, addresses.parsed(request.form[INSTEAD_OF]).parameters)
        if before.configuration is not None:
            was = WantedReview(before, review.at)
            return ordering.exchanged(review, was, wanted.address, review.instead(before.address))
    return ordering.answered(review)


def impossible(wanted: Wanted) -> Response:
    """What was asked for cannot be made: says so and leads to where it can be mended."""
    return make_response(render_template("account/impossible.html", wanted=wanted), 409)
