"""Builds that this device opened by their private links, and how they become its customer's."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask import session as browser
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from webapp.account import bp
from webapp.account.opened_build import opened_build
from webapp.account.wanted import today
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.sales import claim
from webapp.sales.build import Build
from webapp.sales.claim import Claimed, Outcome
from webapp.sales.key import Lock
from webapp.shop.visiting import customer, known_visitor

OPENED = "opened"
MOST = 20  # of them: the cookie has little room


def opened() -> list[Lock]:
    """What the private links fitted that were opened here, and not by their owner."""
    return [Lock(code, counter) for code, counter in browser.get(OPENED, [])]


def note(build: Build) -> None:
    """Remembers a build that a guest has opened by its private link: at sign-in it may come along."""
    if customer() is None and build.owner != known_visitor() and build.edit_lock not in opened():
        others = [lock for lock in opened() if lock.code != build.code]
        browser[OPENED] = [*others, build.edit_lock][-MOST:]


def forget_opened() -> None:
    browser.pop(OPENED, None)


@bp.app_template_global()
def can_be_claimed(build: Build) -> bool:
    """Whether whoever reads this page is signed in, and the build is a guest's."""
    who = customer()
    return who is not None and build.owner != who.owner and claim.claimable(reading(), build)


@bp.post("/builds/<key>/ownership")
def claim_build(key: str) -> Response:
    """Adds a guest's build, opened by its private link, to my own."""
    wanted = opened_build(reading(), key)
    who = customer() or abort(401)
    done = Claimed()
    with writing() as session:
        outcome, name = claim.claim_one(session, wanted.edit_lock, who.owner, done)
    if outcome is Outcome.GONE:
        abort(404)
    if outcome is Outcome.REFUSED:
        page = render_template("account/claim_refused.html", name=name, key=key)
        return kept_private(make_response(page, 409))
    flash(_("“%(name)s” is among your builds now, on all your devices.", name=name), "done")
    tell(done)
    return redirect(url_for("account.kept_build", key=key), 303)


def tell(done: Claimed) -> None:
    """Says what a sign-in or a claim has brought along, and what it has not."""
    if done.builds or done.orders:
        parts = [
            ngettext("%(num)s build", "%(num)s builds", done.builds) if done.builds else "",
            ngettext("%(num)s order", "%(num)s orders", done.orders) if done.orders else "",
        ]
        what = _(" and ").join(filter(None, parts))
        flash(_("Now on all your devices: %(what)s.", what=what), "done")
    for code in dict.fromkeys(done.beside):
        sold = today(code)
        family = sold.family.title.in_(language()) if sold else code
        flash(
            _(
                "%(family)s: you were making one here and another elsewhere. The later one goes on; "
                "“Undo” in the configurator leads to the other.",
                family=family,
            ),
            "note",
        )
    for name in done.refused:
        flash(_("“%(name)s” belongs to somebody else's account already and stays there.", name=name), "note")
