"""Canned answers: kept and changed by those who use them."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account.build_form import TokenForm
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.relations.talk import canned_answer
from webapp.relations.talk.canned_answer import CannedAnswer
from webapp.staff import bp, shown_act
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.talk.blanks import BLANKS
from webapp.staff.talk.forms import CannedForm, canned_form

THING = "canned-answer"
shown_act.TITLES[THING] = {
    "written": lazy_gettext("Written"),
    "changed": lazy_gettext("Changed"),
    "removed": lazy_gettext("Removed"),
}
shown_act.THINGS[THING] = lazy_gettext("Canned answer")
shown_act.PLACES[THING] = ("staff.canned_answers", "")
shown_act.FIELDS |= {
    "words_ru": lazy_gettext("In Russian"),
    "words_en": lazy_gettext("In English"),
}


@bp.get("/inbox/answers")
@allowed(Role.RELATIONSHIP)
def canned_answers() -> str:
    return render_template("staff/talk/canned_answers.html", answers=canned_answer.all_of(reading()))


@bp.get("/inbox/answers/new")
@allowed(Role.RELATIONSHIP)
def new_canned_answer() -> Response:
    return _page(None, canned_form())


@bp.post("/inbox/answers/new")
@allowed(Role.RELATIONSHIP)
def keep_canned_answer() -> Response:
    form, at = CannedForm(), clock.now()
    if not form.validate_on_submit():
        return _page(None, form, 422)
    with writing() as session:
        fresh = CannedAnswer(
            token=form.token.data or "", title=form.title.data or "", words=form.words, changed_at=at
        )
        if canned_answer.keep(session, fresh) is fresh:
            _record(session, "written", fresh, before={}, after=_facts(fresh))
    flash(_("Kept."), "done")
    return redirect(url_for("staff.canned_answers"), 303)


@bp.get("/inbox/answers/<int:number>")
@allowed(Role.RELATIONSHIP)
def canned_answer_file(number: int) -> Response:
    found = canned_answer.by_id(reading(), number) or abort(404)
    return _page(found, canned_form(found))


@bp.post("/inbox/answers/<int:number>/change")
@allowed(Role.RELATIONSHIP)
def change_canned_answer(number: int) -> Response:
    """Keeps a change; where a colleague changed it meanwhile, both are shown."""
    shown, form = canned_answer.by_id(reading(), number) or abort(404), CannedForm()
    if not form.validate_on_submit():
        return _page(shown, form, 422)
    with writing() as session:
        found = canned_answer.by_id(session, number, for_update=True) or abort(404)
        before, is_latest = _facts(found), str(found.revision) == form.seen.data
        if is_latest:
            canned_answer.change(found, form.title.data or "", form.words, at=clock.now())
            if _facts(found) != before:
                _record(session, "changed", found, before=before, after=_facts(found))
    if not is_latest:
        current = canned_answer.by_id(reading(), number) or abort(404)
        form.seen.data = str(current.revision)
        return _page(current, form, 409)
    flash(_("Kept."), "done")
    return redirect(url_for("staff.canned_answers"), 303)


@bp.post("/inbox/answers/<int:number>/removal")
@allowed(Role.RELATIONSHIP)
def remove_canned_answer(number: int) -> Response:
    with writing() as session:
        found = canned_answer.by_id(session, number, for_update=True) or abort(404)
        _record(session, "removed", found, before=_facts(found), after={})
        session.delete(found)
    flash(_("Removed."), "done")
    return redirect(url_for("staff.canned_answers"), 303)


def _page(found: CannedAnswer | None, form: CannedForm, status: int = 200) -> Response:
    page = render_template(
        "staff/talk/canned_answer.html",
        found=found,
        form=form.renewed(),
        blanks=BLANKS,
        theirs=found if status == 409 else None,
        removal=TokenForm(formdata=None),
    )
    return make_response(page, status)


def _facts(answer: CannedAnswer) -> dict[str, JsonValue]:
    return {"title": answer.title, **{f"words_{code}": text for code, text in answer.words.items()}}


def _record(
    session: Session,
    act: str,
    answer: CannedAnswer,
    *,
    before: dict[str, JsonValue],
    after: dict[str, JsonValue],
) -> None:
    thing = (THING, str(answer.id))
    staff_act.record(session, colleague(), act, thing, before=before, after=after, at=clock.now())
