"""Changes that a colleague proposes in a thread: whoever it is with sees what each comes to, and decides."""

from collections.abc import Callable

from flask import abort, flash, redirect
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import settings
from webapp.account import bp
from webapp.account.deciding import Decided, accept, decline
from webapp.account.shown_thread import ShownThread
from webapp.database import reading
from webapp.relations.talk import thread, thread_proposal
from webapp.relations.talk.thread import Thread
from webapp.sales import build as builds
from webapp.sales.build import Build
from webapp.sales.key import Purpose, read
from webapp.sales.proposal import Proposal
from webapp.shop.visiting import known_owner


@bp.post("/account/messages/<code>/proposals/<proposal>/acceptance")
def accept_in_my_thread(code: str, proposal: str) -> Response:
    return _decide(ShownThread(_mine(code)), proposal, accepted=True)


@bp.post("/account/messages/<code>/proposals/<proposal>/refusal")
def decline_in_my_thread(code: str, proposal: str) -> Response:
    return _decide(ShownThread(_mine(code)), proposal, accepted=False)


@bp.post("/talk/<key>/proposals/<proposal>/acceptance")
def accept_in_guest_thread(key: str, proposal: str) -> Response:
    return _decide(ShownThread(_opened(key), key), proposal, accepted=True)


@bp.post("/talk/<key>/proposals/<proposal>/refusal")
def decline_in_guest_thread(key: str, proposal: str) -> Response:
    return _decide(ShownThread(_opened(key), key), proposal, accepted=False)


def _decide(shown: ShownThread, code: str, *, accepted: bool) -> Response:
    found = thread_proposal.find(reading(), shown.thread.id or 0, code) or abort(404)
    build, locked = _build(reading(), shown.thread, found), _locked(shown.thread, found)
    decided = accept(build, found, locked) if accepted else decline(found, locked)
    if decided is Decided.LOOK_AGAIN:
        flash(
            _(
                "The build or the catalogue has changed meanwhile. Look once more at what it comes to, then decide."
            ),
            "note",
        )
    elif decided is Decided.BEFORE:
        flash(_("This was answered before; nothing was done twice."), "note")
    elif accepted:
        flash(_("Accepted: the build is made like this now. You can order it."), "done")
    else:
        flash(_("Declined. The build stays as it is."), "done")
    return redirect(f"{shown.address}#proposal-{code}", 303)


def _mine(code: str) -> Thread:
    who = known_owner()
    return (thread.of(reading(), who, code) if who else None) or abort(404)


def _opened(key: str) -> Thread:
    lock = read(Purpose.THREAD, key, settings.current().secret_key) or abort(404)
    return thread.by_lock(reading(), lock) or abort(404)


def _locked(of: Thread, found: Proposal) -> Callable[[Session], Build]:
    return lambda session: _build(session, of, found, for_update=True)


def _build(session: Session, of: Thread, found: Proposal, *, for_update: bool = False) -> Build:
    """The build that it is about, while it is still of whom the thread is with; else 404."""
    known = session.get(Build, found.build_id)
    if known is None or known.owner != of.owner:
        abort(404)
    return builds.by_code(session, known.code, for_update=for_update) or abort(404)
