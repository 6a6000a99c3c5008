"""What a build's owner does with what others say: takes a proposal or leaves it, removes a comment."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
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


@bp.post("/builds/<key>/proposals/<code>/acceptance")
def accept_proposal(key: str, code: str) -> Response:
    """Makes it the build's next version, if it still comes to what the page said."""
    opened = opened_build(reading(), key)
    found = _proposal(opened, code)
    if not found.is_open:
        return _decided_before(key, found)
    form = AcceptanceForm()
    [shown] = shown_proposals(opened, [found])
    becomes = shown.variation.now if shown.variation else None
    valid = form.validate_on_submit()
    said = (form.shown_number.data, form.shown_version.data, form.shown_total.data)
    if not valid or becomes is None or said != (opened.latest_number, becomes.version, becomes.total):
        return _look_again(key, code)
    assert shown.wanted is not None
    specification, at = shown.wanted.specification(), clock.now()
    with writing() as session:
        build = opened_build(session, key, for_update=True)
        moved = build.latest_number != form.shown_number.data
        accepted = not moved and proposal.accept(session, build, found, specification, at=at)
        if accepted and (who := known_owner()):
            current_build.follow(session, who, build.latest, at=at)
    if moved:
        return _look_again(key, code)
    if not accepted:
        return _decided_before(key, found)
    begin_to_change(build)
    flash(_("Accepted: the build is made like this now. The version before stays in its history."), "done")
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/proposals/<code>/refusal")
def decline_proposal(key: str, code: str) -> Response:
    found = _proposal(opened_build(reading(), key), code)
    with writing() as session:
        opened_build(session, key, for_update=True)
        declined = proposal.decline(session, found, at=clock.now())
    if not declined:
        return _decided_before(key, found)
    flash(_("Declined. The build stays as it is."), "done")
    return redirect(url_for("account.kept_build", key=key, _anchor="opinions"), 303)


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
