"""What a build's owner does with what others say: takes a proposal or leaves it, removes a comment."""

from collections.abc import Callable
from enum import Enum

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account import bp
from webapp.account.opened_build import begin_to_change, opened_build
from webapp.account.opinion_form import AcceptanceForm
from webapp.account.opinions import shown_proposals
from webapp.database import reading, writing
from webapp.sales import comment, current_build, proposal
from webapp.sales.build import Build
from webapp.sales.proposal import Proposal
from webapp.shop.visiting import known_owner


class Decided(Enum):
    """What became of a press on accept or decline."""

    DONE = "done"
    BEFORE = "before"  # it was decided already
    LOOK_AGAIN = "look-again"  # it comes to something else than the page said


@bp.post("/builds/<key>/proposals/<code>/acceptance")
def accept_proposal(key: str, code: str) -> Response:
    """Makes it the build's next version, if it still comes to what the page said."""
    opened = opened_build(reading(), key)
    found = _proposal(opened, code)
    match accept(opened, found, lambda session: opened_build(session, key, for_update=True)):
        case Decided.LOOK_AGAIN:
            return _look_again(key, code)
        case Decided.BEFORE:
            return _decided_before(key, found)
    flash(_("Accepted: the build is made like this now. The version before stays in its history."), "done")
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/proposals/<code>/refusal")
def decline_proposal(key: str, code: str) -> Response:
    found = _proposal(opened_build(reading(), key), code)
    if decline(found, lambda session: opened_build(session, key, for_update=True)) is Decided.BEFORE:
        return _decided_before(key, found)
    flash(_("Declined. The build stays as it is."), "done")
    return redirect(url_for("account.kept_build", key=key, _anchor="opinions"), 303)


def accept(opened: Build, found: Proposal, locked: Callable[[Session], Build]) -> Decided:
    """Makes a proposal the build's next version, once. `locked`: the build, read for update.

    Neither side overwrites the other: where the build has become another one than the page showed, the page shows
    the proposal beside that first.
    """
    if not found.is_open:
        return Decided.BEFORE
    form = AcceptanceForm()
    [shown] = shown_proposals(opened, [found])
    becomes = shown.variation.now if shown.variation else None
    valid = form.validate_on_submit()
    said = (form.shown_number.data, form.shown_version.data, form.shown_total.data)
    if not valid or becomes is None or said != (opened.latest_number, becomes.version, becomes.total):
        return Decided.LOOK_AGAIN
    assert shown.wanted is not None
    specification, at = shown.wanted.specification(), clock.now()
    with writing() as session:
        build = locked(session)
        moved = build.latest_number != form.shown_number.data
        accepted = not moved and proposal.accept(session, build, found, specification, at=at)
        if accepted and (who := known_owner()):
            current_build.follow(session, who, build.latest, at=at)
    if moved:
        return Decided.LOOK_AGAIN
    if not accepted:
        return Decided.BEFORE
    begin_to_change(build)
    return Decided.DONE


def decline(found: Proposal, locked: Callable[[Session], Build]) -> Decided:
    """Leaves the build as it is, once."""
    with writing() as session:
        locked(session)
        declined = proposal.decline(session, found, at=clock.now())
    return Decided.DONE if declined else Decided.BEFORE


@bp.post("/builds/<key>/comments/<int:number>/removal")
def remove_comment(key: str, number: int) -> Response:
    with writing() as session:
        opened = opened_build(session, key)
        comment.remove(session, opened.id or 0, number)
    flash(_("The comment is removed."), "done")
    return redirect(url_for("account.kept_build", key=key, _anchor="opinions"), 303)


def _proposal(opened: Build, code: str) -> Proposal:
    return proposal.find(reading(), opened.id or 0, code) or abort(404)


def _decided_before(key: str, found: Proposal) -> Response:
    flash(
        _("%(author)s's proposal was answered before; nothing was done twice.", author=found.author), "note"
    )
    return redirect(url_for("account.kept_build", key=key, _anchor="opinions"), 303)


def _look_again(key: str, code: str) -> Response:
    """The page works it out anew."""
    flash(
        _(
            "The build or the catalogue has changed meanwhile. Look once more at what it comes to, then decide."
        ),
        "note",
    )
    return redirect(url_for("account.kept_build", key=key, _anchor=f"proposal-{code}"), 303)
