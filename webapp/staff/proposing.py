"""Proposing a change: a colleague works out another way to make the build that a thread is about."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from werkzeug import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from catalog.engine import FIRST_ANSWER, WHATEVER_IT_TAKES, Effort
from webapp import clock, outbox
from webapp.account import talk_letters
from webapp.account.draft_proposal import DraftProposal, Place, differs, draft_of
from webapp.account.entries import paragraph
from webapp.account.opinion_form import TOO_LONG, WorkedOutForm
from webapp.account.shown_build import ShownBuild
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.relations.talk import correspondent, talk, thread
from webapp.relations.talk.message import By
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread
from webapp.relations.talk.thread_proposal import ThreadProposal
from webapp.sales import proposal
from webapp.sales.build import Build
from webapp.sales.key import new_code
from webapp.sales.proposal import LONGEST, Proposal
from webapp.staff import bp, shown_act
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

THING = "thread"
shown_act.TITLES.setdefault(THING, {})["proposed"] = lazy_gettext("Change of the build proposed")


class ChangeForm(WorkedOutForm):
    """A change, with a word about it for whoever decides."""

    message = TextAreaField(
        lazy_gettext("A word about it"),
        [Length(max=LONGEST, message=TOO_LONG)],
        filters=[paragraph],
    )


@bp.get("/inbox/threads/<int:number>/proposals/new")
@allowed(Role.RELATIONSHIP)
def new_change(number: int) -> Response:
    """What could be otherwise; once something is, what that comes to, and the form to send it."""
    found, build = _about(number)
    return _page(found, build, _draft(found, build, FIRST_ANSWER), ChangeForm(formdata=None))


@bp.get("/inbox/threads/<int:number>/proposals/new/<group>")
@allowed(Role.RELATIONSHIP)
def change_options(number: int, group: str) -> Response:
    """The options of one group, each with what it would change of this build."""
    opened, build = _about(number)
    draft = _draft(opened, build, WHATEVER_IT_TAKES)
    if draft is None:
        return _page(opened, build, None, ChangeForm(formdata=None))
    found = draft.family.group_by_code.get(group) or abort(404)
    return make_response(
        render_template(
            "staff/change_options.html", thread=opened, draft=draft, shown=draft.shown, group=found
        )
    )


@bp.post("/inbox/threads/<int:number>/proposals")
@allowed(Role.RELATIONSHIP)
def propose_change(number: int) -> Response:
    """Sends what the page showed, once; anything that has changed is shown again first."""
    form, who, at = ChangeForm(), colleague(), clock.now()
    found, build = _about(number)
    if proposal.was_made(reading(), form.token.data or ""):
        return _sent(number)
    draft, valid = _draft(found, build, FIRST_ANSWER), form.validate_on_submit()
    if draft is None or not draft.can_be_sent or differs(draft, form):
        return _page(found, build, draft, form.renewed(), 409 if valid else 422, again=True)
    if not valid:
        return _page(found, build, draft, form.renewed(), 422)
    token = form.token.data or ""
    made = Proposal(
        code=new_code(),
        build_id=build.id or 0,
        build_number=build.latest_number,
        token=token,
        author=who.name[:60],
        writer="",
        message=form.message.data or "",
        made_at=at,
        **draft.specification,
    )
    with force_locale(correspondent.of(reading(), found).language):
        words = made.message or _(
            "I propose a change of your build. What it would be, and what it costs, stands here."
        )
    letter = talk_letters.answered(reading(), found, words, who.name)
    said = Said(By.STAFF, who.name, words, token, staff_member_id=who.id)
    with writing() as session:
        opened = thread.by_id(session, number, for_update=True) or abort(404)
        if proposal.make(session, made):
            message = talk.say(session, opened, said, at=at)
            assert message is not None
            session.add(
                ThreadProposal(proposal_id=made.id or 0, message_id=message.id or 0, staff_member_id=who.id)
            )
            if opened.assigned_id is None:
                talk.assign(opened, who.id)
            if letter is not None:
                outbox.put(session, letter, at=at)
            staff_act.record(session, who, "proposed", (THING, str(number)), before={}, after={}, at=at)
    return _sent(number)


def _about(number: int) -> tuple[Thread, Build]:
    """A thread and the build that it is about, which is of whom it is with; else 404."""
    found = thread.by_id(reading(), number) or abort(404)
    build = reading().get(Build, found.build_id) if found.build_id is not None else None
    if build is None or build.owner != found.owner:
        abort(404)
    return found, build


def _draft(found: Thread, build: Build, effort: Effort) -> DraftProposal | None:
    page = url_for("staff.new_change", number=found.id)
    return draft_of(build, Place(page, url_for("staff.propose_change", number=found.id)), effort)


def _page(
    found: Thread,
    build: Build,
    draft: DraftProposal | None,
    form: ChangeForm,
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    page = render_template(
        "staff/new_change.html", thread=found, shown=ShownBuild(build), draft=draft, form=form, again=again
    )
    return make_response(page, status)


def _sent(number: int) -> Response:
    flash(_("The change is proposed. It is made once they accept it."), "done")
    return redirect(url_for("staff.thread_file", number=number, _anchor="latest"), 303)
