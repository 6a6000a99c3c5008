"""Watches: set and ended on the page of a build."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp
from webapp.account.kept_build import refused
from webapp.account.opened_build import opened_build
from webapp.account.shown_watches import ShownWatches
from webapp.customers import consent
from webapp.customers.consent import Purpose
from webapp.database import reading, writing
from webapp.languages import language
from webapp.sales import watch


@bp.post("/builds/<key>/watches")
def set_watch(key: str) -> Response:
    opened = opened_build(reading(), key)
    shown = ShownWatches(opened, is_answer=True)
    fresh = shown.wanted()
    if fresh is None:
        return refused(opened, 422, watches=shown)
    with writing() as session:
        opened_build(session, key, for_update=True)  # deleted meanwhile, it could not be watched
        kept = watch.keep(session, fresh)
        if kept is fresh and fresh.by_mail and shown.reader is not None:
            consent.give(
                session,
                shown.reader.customer_id,
                Purpose.BUILD_LETTERS,
                shown.edition or "",
                language=language(),
                at=clock.now(),
            )
    if kept is fresh or kept.token == fresh.token:
        flash(_("We are watching for it. What comes true stands on this page."), "done")
    else:
        flash(_("This is being watched for already."), "note")
    return _to(key)


@bp.post("/builds/<key>/watches/<int:number>/removal")
def end_watch(key: str, number: int) -> Response:
    with writing() as session:
        opened = opened_build(session, key)
        found = watch.find(session, opened.id or 0, number) or abort(404)
        session.delete(found)
    flash(_("The watch has ended."), "done")
    return _to(key)


def _to(key: str) -> Response:
    return redirect(url_for("account.kept_build", key=key, _anchor="watches"), 303)
