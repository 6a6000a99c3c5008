"""A thread at the desk: anybody answers, notes, writes down a call, gives it to a colleague or closes it."""

from collections.abc import Callable
from datetime import datetime

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import talk_letters
from webapp.account.message_form import LARGEST_BODY, TYPES
from webapp.account.thread_page import shown_picture
from webapp.customers import staff_act, staff_member
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.guards import takes_up_to
from webapp.relations.card import access
from webapp.relations.talk import canned_answer, talk, thread
from webapp.relations.talk.message import By, Channel
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread
from webapp.staff import bp, shown_act
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.talk.blanks import known_in
from webapp.staff.talk.forms import AnswerForm, CallForm, NoteForm, assignment_form
from webapp.staff.talk.shown import StaffThread

THING = "thread"
shown_act.TITLES[THING] = {
    access.OPENED: lazy_gettext("Thread read"),
    "begun": lazy_gettext("Thread begun"),
    "answered": lazy_gettext("Answered"),
    "call": lazy_gettext("Call written down"),
    "noted": lazy_gettext("Noted for colleagues"),
    "assigned": lazy_gettext("Given to somebody"),
    "closed": lazy_gettext("Closed"),
    "reopened": lazy_gettext("Opened again"),
}
shown_act.THINGS[THING] = lazy_gettext("Thread")
shown_act.PLACES[THING] = ("staff.thread_file", "number")
shown_act.FIELDS["who_answers"] = lazy_gettext("Who answers")
shown_act.FIELDS["pictures"] = lazy_gettext("Pictures")


@bp.get("/inbox/threads/<int:number>")
@allowed(Role.RELATIONSHIP)
def thread_file(number: int) -> Response:
    found = _found(number)
    note_reading(found, clock.now())
    return thread_page(found)


@bp.post("/inbox/threads/<int:number>/answers")
@allowed(Role.RELATIONSHIP)
@takes_up_to(LARGEST_BODY)
def answer_thread(number: int) -> Response:
    """An answer, to the thread and by letter; or, by its other button, a canned one put below what was typed."""
    found, form, who, at = _found(number), AnswerForm(), colleague(), clock.now()
    if "insert" in request.form:
        return _with_canned(found, form)
    if not form.validate_on_submit():
        return thread_page(found, 422, answer=form.renewed())
    words = form.text.data or ""
    letter = talk_letters.answered(reading(), found, words, who.name)

    def act(session: Session, opened: Thread) -> bool:
        said = Said(
            By.STAFF, who.name, words, form.token.data or "", pictures=form.taken, staff_member_id=who.id
        )
        if talk.say(session, opened, said, at=at) is None:
            return False
        if opened.assigned_id is None:
            talk.assign(opened, who.id)
        if letter is not None:
            outbox.put(session, letter, at=at)
        return True

    _act(number, "answered", act, at, after={"pictures": len(form.taken)} if form.taken else {})
    flash(
        _("The answer is on its way.") if letter else _("Answered. There is no address for a letter."), "done"
    )
    return redirect(_back_to(found, form.back.data or ""), 303)


@bp.post("/inbox/threads/<int:number>/calls")
@allowed(Role.RELATIONSHIP)
def write_down_call(number: int) -> Response:
    """What was said on the telephone stands in the thread for both sides, and answers it; nothing is sent."""
    found, form, who, at = _found(number), CallForm(), colleague(), clock.now()
    if not form.validate_on_submit():
        return thread_page(found, 422, call=form.renewed())
    said = Said(
        By.STAFF,
        who.name,
        form.words.data or "",
        form.token.data or "",
        Channel.PHONE,
        staff_member_id=who.id,
    )
    _act(number, "call", lambda session, opened: talk.say(session, opened, said, at=at) is not None, at)
    flash(_("Written down."), "done")
    return _to(number)


@bp.post("/inbox/threads/<int:number>/notes")
@allowed(Role.RELATIONSHIP)
def note_on_thread(number: int) -> Response:
    """A note for colleagues; it is shown to nobody else, sent to nobody and stands in no file to take away."""
    found, form, who, at = _found(number), NoteForm(), colleague(), clock.now()
    if not form.validate_on_submit():
        return thread_page(found, 422, note=form.renewed())
    words, token = form.note.data or "", form.token.data or ""

    def act(session: Session, opened: Thread) -> bool:
        left = talk.note(session, opened, words, token=token, staff_member_id=who.id, name=who.name, at=at)
        return left is not None

    _act(number, "noted", act, at)
    flash(_("Noted for colleagues."), "done")
    return _to(number)


@bp.post("/inbox/threads/<int:number>/assignment")
@allowed(Role.RELATIONSHIP)
def assign_thread(number: int) -> Response:
    found, form = _found(number), assignment_form()
    if not form.validate_on_submit():
        return thread_page(found, 422, assignment=form)
    chosen = form.colleague.data or None
    names = {
        each: member.name if each and (member := staff_member.by_id(reading(), each)) else ""
        for each in (found.assigned_id, chosen)
    }
    _act(
        number,
        "assigned",
        lambda _session, opened: talk.assign(opened, chosen),
        clock.now(),
        before={"who_answers": names[found.assigned_id]},
        after={"who_answers": names[chosen]},
    )
    flash(_("Noted."), "done")
    return _to(number)


@bp.post("/inbox/threads/<int:number>/closing")
@allowed(Role.RELATIONSHIP)
def close_thread(number: int) -> Response:
    """Nothing is left to say; whatever they write opens it again."""
    at = clock.now()
    _act(number, "closed", lambda session, opened: talk.close(session, opened, at=at), at)
    flash(_("Closed. Whatever they write opens it again."), "done")
    return redirect(url_for("staff.talk_inbox"), 303)


@bp.post("/inbox/threads/<int:number>/reopening")
@allowed(Role.RELATIONSHIP)
def reopen_thread(number: int) -> Response:
    _act(number, "reopened", lambda _session, opened: talk.reopen(opened), clock.now())
    return _to(number)


@bp.get("/inbox/threads/<int:number>/pictures/<picture>")
@allowed(Role.RELATIONSHIP)
def thread_picture(number: int, picture: str) -> Response:
    return shown_picture(_found(number), picture)


def thread_page(found: Thread, status: int = 200, **forms: FlaskForm) -> Response:
    """The thread with its forms; those that came back stand as they were typed."""
    fresh = {
        "answer": AnswerForm(formdata=None),
        "call": CallForm(formdata=None),
        "note": NoteForm(formdata=None),
        "assignment": assignment_form(found.assigned_id, empty=True),
    }
    page = render_template(
        "staff/talk/thread.html",
        shown=StaffThread(found),
        canned=canned_answer.all_of(reading()),
        acts=staff_act.on(reading(), (THING, str(found.id)), limit=20),
        types=TYPES,
        now=clock.now(),
        **(fresh | forms),
    )
    return make_response(page, status)


def note_reading(found: Thread, at: datetime) -> None:
    """Writes into the record that this colleague has read a thread today, unless that stands there."""
    who, thing = colleague(), (THING, str(found.id))
    since = access.start_of_day(at, settings.current().time_zone)
    if access.is_noted(reading(), who.id, thing, since=since):
        return
    stop_reading()
    with writing() as session:
        staff_act.record(session, who, access.OPENED, thing, before={}, after={}, at=at)


def record(
    session: Session,
    act: str,
    number: int,
    at: datetime,
    before: dict[str, JsonValue] | None = None,
    after: dict[str, JsonValue] | None = None,
) -> None:
    """The words stand in the thread alone, so that they go with it."""
    thing = (THING, str(number))
    staff_act.record(session, colleague(), act, thing, before=before or {}, after=after or {}, at=at)


def _with_canned(found: Thread, form: AnswerForm) -> Response:
    chosen = request.form.get("canned", 0, type=int)
    ready = canned_answer.by_id(reading(), chosen)
    if ready is not None:
        words = StaffThread(found).who.language
        text = canned_answer.filled(ready.in_(words), known_in(found))
        form.text.data = "\n\n".join(filter(None, (form.text.data, text)))
    return thread_page(found, answer=form.renewed())


def _act(
    number: int,
    name: str,
    act: Callable[[Session, Thread], bool],
    at: datetime,
    before: dict[str, JsonValue] | None = None,
    after: dict[str, JsonValue] | None = None,
) -> None:
    """Does something to a thread, and records it if it was done: a form that comes twice acts once."""
    with writing() as session:
        opened = thread.by_id(session, number, for_update=True) or abort(404)
        if act(session, opened):
            record(session, name, number, at, before, after)


def _found(number: int) -> Thread:
    return thread.by_id(reading(), number) or abort(404)


def _back_to(found: Thread, back: str) -> str:
    """The page that an answer was written on."""
    shown = StaffThread(found)
    if back == "customer" and found.customer_id is not None:
        return url_for("staff.customer_card", number=found.customer_id, _anchor="messages")
    if back == "order" and shown.order is not None:
        return url_for("staff.order_file", number=shown.order.number, _anchor="messages")
    return url_for("staff.thread_file", number=found.id, _anchor="latest")


def _to(number: int) -> Response:
    return redirect(url_for("staff.thread_file", number=number), 303)
