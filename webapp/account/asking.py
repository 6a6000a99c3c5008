"""What friends say about a build they were shown: a comment, or another option in its place."""

from datetime import datetime, timedelta

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from catalog.engine import FIRST_ANSWER, WHATEVER_IT_TAKES, Effort
from webapp import clock
from webapp.account import bp, limits, opinion_letter, opinion_limits
from webapp.account.draft_proposal import DraftProposal, Place, differs, draft_of
from webapp.account.opinion_form import CommentForm, ProposalForm
from webapp.account.shared_build import shared, shared_page
from webapp.account.shown_build import ShownBuild
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.sales import comment, proposal
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.key import new_code
from webapp.sales.proposal import Proposal
from webapp.shop.visiting import owner, visitor, whose


@bp.post("/shared/<key>/comments")
def comment_on_shared_build(key: str) -> Response:
    form, pause = CommentForm(), None
    opened = shared(reading(), key)
    if not form.validate_on_submit():
        return shared_page(opened, key, form.renewed(), 422)
    left = Comment(
        build_id=opened.id or 0,
        token=form.token.data or "",
        author=form.author.data or "",
        writer=owner(),
        text=form.text.data or "",
        at=clock.now(),
    )
    letter = opinion_letter.written(opened, proposes=False)
    with writing() as session:
        opened = shared(session, key)  # it may have been withdrawn meanwhile
        if not comment.was_left(session, left.token):
            pause = opinion_limits.count(session, opened, at=left.at)
            if pause is None and comment.leave(session, left):
                opinion_letter.put(session, opened, letter, at=left.at)
                _note_message(session, opened, at=left.at)
    if pause is not None:
        form.text.errors = [opinion_limits.sentence(pause)]
        return _later(shared_page(opened, key, form, 429), pause)
    flash(_("Thank you. Your comment waits on the page of the build."), "done")
    return redirect(url_for("account.shared_build", key=key, _anchor="said"), 303)


@bp.get("/shared/<key>/proposals/new")
def new_proposal(key: str) -> Response:
    """What could be otherwise; once something is, what that comes to, and the form to send it."""
    owner()  # known before the form is sent, so that sent twice it is still one person's
    opened = shared(reading(), key)
    return _page(opened, key, _draft(opened, key, FIRST_ANSWER), ProposalForm(formdata=None))


@bp.get("/shared/<key>/proposals/new/<group>")
def proposal_options(key: str, group: str) -> Response:
    """The options of one group, each with what it would change of this build."""
    opened = shared(reading(), key)
    draft = _draft(opened, key, WHATEVER_IT_TAKES)
    if draft is None:
        return _page(opened, key, None, ProposalForm(formdata=None))
    found = draft.family.group_by_code.get(group) or abort(404)
    page = render_template(
        "account/proposal_options.html", draft=draft, shown=draft.shown, group=found, key=key
    )
    return kept_private(make_response(page))


@bp.post("/shared/<key>/proposals")
def propose(key: str) -> Response:
    """Sends what the page showed, once; anything that has changed is shown again first."""
    form, pause = ProposalForm(), None
    opened = shared(reading(), key)
    if proposal.was_made(reading(), form.token.data or ""):
        return _thanks(key)
    draft, valid = _draft(opened, key, FIRST_ANSWER), form.validate_on_submit()
    if draft is None or not draft.can_be_sent or differs(draft, form):
        return _page(opened, key, draft, form.renewed(), 409 if valid else 422, again=True)
    if not valid:
        return _page(opened, key, draft, form.renewed(), 422)
    made = Proposal(
        code=new_code(),
        build_id=opened.id or 0,
        build_number=opened.latest_number,
        token=form.token.data or "",
        author=form.author.data or "",
        writer=owner(),
        message=form.message.data or "",
        made_at=clock.now(),
        **draft.specification,
    )
    letter = opinion_letter.written(opened, proposes=True)
    with writing() as session:
        opened = shared(session, key)
        if not proposal.was_made(session, made.token):
            pause = opinion_limits.count(session, opened, at=made.made_at)
            if pause is None and proposal.make(session, made):
                opinion_letter.put(session, opened, letter, at=made.made_at)
                _note_message(session, opened, at=made.made_at)
    if pause is not None:
        form.message.errors = [opinion_limits.sentence(pause)]
        return _later(_page(opened, key, draft, form, 429), pause)
    return _thanks(key)


def _note_message(session: Session, opened: Build, *, at: datetime) -> None:
    """That something was said about a build; of whose build it is nothing."""
    touchpoint.record(
        session.connection(),
        visitor=visitor(),
        kind=Kind.MESSAGE,
        family=opened.latest.family,
        version=opened.latest.version,
        at=at,
        whose=whose(),
    )


def _draft(opened: Build, key: str, effort: Effort) -> DraftProposal | None:
    """What the address proposes; None where the family is no longer made."""
    page, sent_to = url_for("account.new_proposal", key=key), url_for("account.propose", key=key)
    return draft_of(opened, Place(page, sent_to), effort)


def _page(
    opened: Build,
    key: str,
    draft: DraftProposal | None,
    form: ProposalForm,
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    page = render_template(
        "account/new_proposal.html", shown=ShownBuild(opened), draft=draft, form=form, key=key, again=again
    )
    return kept_private(make_response(page, status))


def _later(response: Response, pause: timedelta) -> Response:
    response.headers["Retry-After"] = limits.seconds(pause)
    return response


def _thanks(key: str) -> Response:
    flash(_("Thank you. Your proposal waits for an answer; it will be shown here."), "done")
    return redirect(url_for("account.shared_build", key=key, _anchor="said"), 303)
