"""The addresses of a kept build: mailed to oneself, and changed so that the old ones open nothing any more."""

from datetime import datetime, timedelta

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session
from werkzeug import Response

from webapp import attempts, clock, outbox, settings
from webapp.account import bp, kept_build, limits
from webapp.account.letters import build_link
from webapp.account.limits import Limit, from_here
from webapp.account.link_form import LetterForm, RenewalForm
from webapp.account.opened_build import opened_build
from webapp.account.shown_build import ShownBuild
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, writing
from webapp.languages import language
from webapp.sales import build, current_build
from webapp.sales.build import Build
from webapp.sales.key import Purpose, read
from webapp.shop.visiting import known_owner, visitor, whose

WITHIN = timedelta(hours=1)
LETTERS_FROM_A_PLACE = 10
LETTERS_TO_AN_ADDRESS = 5


@bp.post("/builds/<key>/letters")
def mail_build_link(key: str) -> Response:
    opened = opened_build(reading(), key)
    form = LetterForm()
    if not form.validate_on_submit():
        return kept_build.refused(opened, 422, letter_form=form)
    address = form.email.data or ""
    letter, at = build_link(ShownBuild(opened), address, language()), clock.now()
    asked = [
        from_here("build letters", LETTERS_FROM_A_PLACE, WITHIN),
        Limit(f"build letters to {address.lower()}", LETTERS_TO_AN_ADDRESS, WITHIN),
    ]
    with writing() as session:
        pause = limits.pause(session, asked, at=at)
        if pause is None and _is_first(session, form.token.data or "", at):
            outbox.put(session, letter, at=at)
            touchpoint.record(
                session.connection(),
                visitor=visitor(),
                kind=Kind.SHARE,
                family=opened.latest.family,
                version=opened.latest.version,
                at=at,
                whose=whose(opened.code),
            )
        elif pause is None:
            limits.take_back(session, asked)
    if pause is not None:
        form.email.errors = [_later(pause)]
        answer = kept_build.refused(opened, 429, letter_form=form)
        answer.headers["Retry-After"] = limits.seconds(pause)
        return answer
    flash(_("The private link is on its way to %(address)s.", address=address), "done")
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/private-link")
def renew_private_link(key: str) -> Response:
    """Gives the build a new private link: whoever has an old one has nothing any more."""
    form = RenewalForm()
    with writing() as session:
        opened = _mine(session, key)
        if not form.validate_on_submit():
            abort(422)
        build.renew_edit_link(opened, seen=form.seen.data or 0)
        current_build.let_go(session, opened.id or 0, but=opened.owner)
    flash(_("This is the new private link. The one before it opens nothing any more."), "done")
    return redirect(url_for("account.kept_build", key=ShownBuild(opened).edit_key, _anchor="links"), 303)


@bp.post("/builds/<key>/share-link")
def renew_share_link(key: str) -> Response:
    """Gives the build a new link to share: what was shared so far can be seen no more."""
    form = RenewalForm()
    with writing() as session:
        opened = opened_build(session, key, for_update=True)
        if not form.validate_on_submit():
            abort(422)
        build.renew_look_link(opened, seen=form.seen.data or 0)
    flash(_("The link to share is a new one. The one before it shows nothing any more."), "done")
    return redirect(url_for("account.kept_build", key=key, _anchor="links"), 303)


def _mine(session: Session, key: str) -> Build:
    """The build that a private link opens; for its owner one that has just ended still leads on to the new one."""
    lock = read(Purpose.EDIT, key, settings.current().secret_key) or abort(404)
    found = build.by_code(session, lock.code, for_update=True) or abort(404)
    just_ended = found.edit_counter == lock.counter + 1 and found.owner == known_owner()
    return found if lock == found.edit_lock or just_ended else abort(404)


def _is_first(session: Session, token: str, at: datetime) -> bool:
    """Whether this form is sent for the first time: a double click mails once."""
    return attempts.allowed(session, f"build letter {token}", limit=1, within=timedelta(days=1), at=at)


def _later(pause: timedelta) -> str:
    minutes = limits.minutes(pause)
    return ngettext(
        "That was a lot of letters. You can send the next one in %(num)s minute.",
        "That was a lot of letters. You can send the next one in %(num)s minutes.",
        minutes,
    )
