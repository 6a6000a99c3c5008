"""Service levels: the ladder for everybody to read, and where a customer stands on it."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, level_words
from webapp.account.shown_level import ShownLevel
from webapp.database import reading
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.levels import levelling, service_level
from webapp.sales.capacity import RELEASED
from webapp.shop.visiting import customer


@bp.get("/levels")
def levels() -> str:
    """Public: every rule as it holds today, with all that it gives."""
    session, shop = reading(), settings.current()
    currency = levelling.currency_of(session)
    ladder = service_level.ladder(session)
    steps = [
        (
            each,
            each.texts.in_(language()),
            level_words.ways(each, currency),
            level_words.gifts(each, shop.promise_days),
        )
        for each in ladder
    ]
    notice, released = levelling.NOTICE.days, RELEASED.days
    return render_template(
        "account/levels.html", steps=steps, notice=notice, released=released, me=customer()
    )


@bp.get("/account/level")
def my_level() -> Response:
    who = customer()
    if who is None:
        return redirect(url_for("account.sign_in", next=request.path), 303)
    shown = ShownLevel(reading(), who.customer_id, clock.now())
    return kept_private(make_response(render_template("account/level.html", shown=shown)))
