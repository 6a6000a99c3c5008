"""The desk of requests about data: what is due, answers, and the acts that follow from them."""

from datetime import UTC, date, datetime, time
from typing import NamedTuple

from flask import Response as FlaskResponse
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug import Response

from webapp import clock, mail, outbox, settings
from webapp.account.erasures import put_on_list
from webapp.account.my_data import sent
from webapp.customers import customer, person, rights_request, staff_act
from webapp.customers.customer import Customer, normal
from webapp.customers.person import Person
from webapp.customers.rights_request import NotNow, RightsRequest, State
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.outbox import Letter
from webapp.sales import erasing
from webapp.sales.erasing import Concerned
from webapp.staff import bp, shown_act
from webapp.staff.request_form import CHANNELS, KINDS, AnswerForm, ErasureForm, RequestForm
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

THING = "request"
STATES = {
    State.OPEN.value: lazy_gettext("Awaits an answer"),
    State.ANSWERED.value: lazy_gettext("Answered"),
    State.REFUSED.value: lazy_gettext("Refused"),
}
shown_act.TITLES[THING] = {
    "entered": lazy_gettext("Entered"),
    "answered": lazy_gettext("Answered"),
    "taken-out": lazy_gettext("Data taken out"),
    "erased": lazy_gettext("Erased"),
}
shown_act.THINGS[THING] = lazy_gettext("Request about data")
shown_act.PLACES[THING] = ("staff.request_file", "code")
shown_act.FIELDS["refused"] = lazy_gettext("Refused")
shown_act.FIELDS["answer_due"] = lazy_gettext("Answer due")
shown_act.FIELDS["erasure"] = lazy_gettext("Number of the erasure")
shown_act.FIELDS["orders_kept"] = lazy_gettext("Orders that stay")


class ShownRequest(NamedTuple):
    """A request as the desk shows it."""

    request: RightsRequest
    kind: str
    channel: str
    state: str
    overdue: bool
    days_left: int


@bp.get("/requests")
@allowed(Role.RELATIONSHIP)
def requests() -> str:
    """What is due first stands first; filters stand in the address."""
    name, today = request.args.get("state", ""), _today()
    state = State(name) if name in set(State) else None
    found = rights_request.listed(
        reading(),
        state=state,
        overdue_on=today if name == "overdue" else None,
        skip=(number := max(0, min(request.args.get("from", 0, type=int), 10**6))),
        limit=rights_request.PAGE + 1,
    )
    return render_template(
        "staff/requests.html",
        requests=[_shown(each, today) for each in found[: rights_request.PAGE]],
        chosen=name if state or name == "overdue" else "",
        states=[*STATES.items()],
        first=number,
        later=number + rights_request.PAGE if len(found) > rights_request.PAGE else None,
    )


@bp.get("/requests/new")
@allowed(Role.RELATIONSHIP)
def new_request() -> str:
    return render_template("staff/new_request.html", form=RequestForm(formdata=None, received=_today()))


@bp.post("/requests/new")
@allowed(Role.RELATIONSHIP)
def enter_request() -> Response:
    """A request that came by mail, telephone or post."""
    form, at = RequestForm(), clock.now()
    if not form.validate_on_submit():
        return make_response(render_template("staff/new_request.html", form=form), 422)
    day: date = min(form.received.data or _today(), _today())
    email = normal(form.email.data or "")
    with writing() as session:
        known = customer.by_email(session, email) if email else None
        fresh = RightsRequest(
            token=form.token.data or "",
            customer_id=known.id if known else None,
            kind=form.kind.data,
            channel=form.channel.data,
            language=form.language.data,
            email=email,
            name=form.name.data or "",
            words=form.words.data,
            received_at=min(datetime.combine(day, time(12), UTC), at),
            due_on=rights_request.due_on(day, form.language.data),
        )
        kept = rights_request.ask(session, fresh)
        if kept is fresh:
            after = {"answer_due": kept.due_on.isoformat()}
            staff_act.record(
                session, colleague(), "entered", (THING, kept.code), before={}, after=after, at=at
            )
        code = kept.code
    return redirect(url_for("staff.request_file", code=code), 303)


@bp.get("/requests/<code>")
@allowed(Role.RELATIONSHIP)
def request_file(code: str) -> Response:
    return _page(_found(code))


@bp.post("/requests/<code>/answer")
@allowed(Role.RELATIONSHIP)
def answer_request(code: str) -> Response:
    """Answers by letter where there is an address; without one the answer is kept as it was given."""
    asked, form, at = _found(code), AnswerForm(), clock.now()
    if not form.validate_on_submit():
        return _page(asked, 422, answer=form)
    letter = _letter(asked, form.answer.data) if asked.email else None
    try:
        with writing() as session:
            found = rights_request.by_code(session, code, for_update=True) or abort(404)
            rights_request.answer(found, form.answer.data, refused=form.outcome.data == "refused", at=at)
            staff_act.record(
                session,
                colleague(),
                "answered",
                (THING, code),
                before={},
                after={"refused": found.state == State.REFUSED},
                at=at,
            )
            if letter is not None:
                outbox.put(session, letter, at=at)
    except NotNow:
        flash(_("Nothing was changed: this request was answered before."), "warning")
        stop_reading()
        return _page(_found(code), 409)
    flash(_("Answered; the letter is on its way.") if letter else _("Answered."), "done")
    return redirect(url_for("staff.request_file", code=code), 303)


@bp.post("/requests/<code>/file")
@allowed(Role.RELATIONSHIP)
@stepped_up
def request_data(code: str) -> FlaskResponse:
    """The file that customers can take away themselves, for one who cannot; that it was made is recorded."""
    person = _person(_found(code)) or abort(404)
    with writing() as session:
        staff_act.record(
            session, colleague(), "taken-out", (THING, code), before={}, after={}, at=clock.now()
        )
    return sent(person)


@bp.post("/requests/<code>/erasure")
@allowed(Role.RELATIONSHIP)
@stepped_up
def erase_customer(code: str) -> Response:
    """Erases whoever asked. The request stays, without saying who it was."""
    asked, form, at = _found(code), ErasureForm(), clock.now()
    if not form.validate_on_submit():
        return _page(asked, 422, erasure=form)
    person = _person(asked) or abort(404)
    with writing() as session:
        done = erasing.erase(session, person, channel="desk", at=at)
        found = rights_request.by_code(session, code, for_update=True) or abort(404)
        if found.is_open:
            rights_request.answer(found, "", at=at)
        staff_act.record(
            session,
            colleague(),
            "erased",
            (THING, code),
            before={},
            after={"erasure": done.code, "orders_kept": len(done.kept) + len(done.under_way)},
            at=at,
            note=form.how.data,
        )
    put_on_list(person, done)
    flash(_("Erased. Its number: %(code)s", code=done.code), "done")
    return redirect(url_for("staff.request_file", code=code), 303)


def _found(code: str) -> RightsRequest:
    return rights_request.by_code(reading(), code) or abort(404)


def _person(asked: RightsRequest) -> Person | None:
    """Whom it is about, where it is somebody that the shop knows by account or by orders."""
    session = reading()
    known = session.get(Customer, asked.customer_id) if asked.customer_id else None
    known = known or (customer.by_email(session, asked.email) if asked.email else None)
    if known is not None:
        return person.of(session, known.id or 0)
    return Person((asked.code,), normal(asked.email)) if asked.email else None


def _letter(asked: RightsRequest, words: str) -> Letter:
    return mail.rendered("rights_answer", asked.email, asked.language, words=words, asked=asked)


def _shown(each: RightsRequest, today: date) -> ShownRequest:
    return ShownRequest(
        each,
        str(KINDS[each.kind]),
        str(CHANNELS[each.channel]),
        str(STATES[each.state]),
        each.is_overdue(today),
        (each.due_on - today).days,
    )


def _page(
    asked: RightsRequest,
    status: int = 200,
    *,
    answer: AnswerForm | None = None,
    erasure: ErasureForm | None = None,
) -> Response:
    person = _person(asked)
    met = erasing.concerned(reading(), person) if person else Concerned((), ())
    page = render_template(
        "staff/request.html",
        shown=_shown(asked, _today()),
        person=person,
        is_customer=asked.customer_id is not None,
        met=met,
        answer=answer or AnswerForm(formdata=None),
        erasure=erasure or ErasureForm(formdata=None),
        acts=staff_act.on(reading(), (THING, asked.code)),
    )
    return make_response(page, status)


def _today() -> date:
    return clock.today(settings.current().time_zone)
