"""Promises of a price: asked for on the page of a build, and ordered by."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp, ordering
from webapp.account.kept_build import refused
from webapp.account.opened_build import opened_build
from webapp.account.promise_form import PromiseForm
from webapp.account.promised_review import Ended, PromisedReview
from webapp.account.shown_build import ShownBuild
from webapp.account.shown_promise import ShownPromise
from webapp.database import reading, writing
from webapp.formats import day
from webapp.guards import kept_private
from webapp.sales import as_it_was, build_version, quote
from webapp.sales.build import Build
from webapp.sales.quote import Quote


@bp.post("/builds/<key>/promises")
def promise_price(key: str) -> Response:
    """Promises what the page showed; a price that has changed is shown again first."""
    opened = opened_build(reading(), key)
    form = PromiseForm()
    given = quote.by_token(reading(), opened.id or 0, form.token.data or "")
    if given is not None:
        return _to(key)
    valid = form.validate_on_submit()
    promise = ShownPromise(opened, form)
    if not valid:
        return refused(opened, 422, promise=promise)
    if promise.differs or promise.on_sale is None:
        return refused(opened, 409, promise=promise)
    specification = as_it_was.specification(opened.latest, promise.on_sale)
    if specification is None:
        return refused(opened, 409, promise=promise)
    with writing() as session:
        still = opened_build(session, key, for_update=True)
        version = build_version.find(session, still.id or 0, opened.latest_number)
        assert version is not None
        given = quote.promise(
            session,
            version,
            specification,
            token=form.token.data or "",
            until=promise.until,
            at=clock.now(),
        )
    flash(_("This price is yours until %(day)s.", day=day(given.until)), "done")
    return _to(key)


@bp.get("/builds/<key>/promises/<code>/checkout")
def promised_checkout(key: str, code: str) -> Response:
    opened = opened_build(reading(), key)
    promised = _promise(opened, code)
    try:
        return ordering.shown(PromisedReview(promised, key, clock.now()))
    except Ended:
        return _over(opened, promised)


@bp.post("/builds/<key>/promises/<code>/checkout")
def order_as_promised(key: str, code: str) -> Response:
    if done := ordering.placed_before():
        return done
    opened = opened_build(reading(), key)
    promised = _promise(opened, code)
    try:
        return ordering.answered(PromisedReview(promised, key, clock.now()))
    except Ended:
        return _over(opened, promised)


def _promise(opened: Build, code: str) -> Quote:
    return quote.find(reading(), opened.id or 0, code) or abort(404)


def _over(opened: Build, promised: Quote) -> Response:
    """The promise has ended, and the catalogue has nothing like it to ask a price for."""
    page = render_template("account/promise_over.html", shown=ShownBuild(opened), promise=promised)
    return kept_private(make_response(page, 409))


def _to(key: str) -> Response:
    return redirect(url_for("account.kept_build", key=key, _anchor="promise"), 303)
