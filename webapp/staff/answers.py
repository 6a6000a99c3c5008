"""How well messages are answered: the share in time with the waits behind it, and what the owner promises."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from flask import flash as say
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response as AnyResponse

from webapp import clock, settings
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.relations.levels import service_level
from webapp.relations.talk import answer_promise, answer_share, answer_wait, incoming_mail, office_day
from webapp.relations.talk.answer_share import ENOUGH, PERIODS
from webapp.relations.talk.answer_wait import Outcome
from webapp.relations.talk.incoming_mail import TO_LOOK_AT
from webapp.relations.talk.working_hours import Span
from webapp.shop.office import clock_time
from webapp.staff import bp, shown_act
from webapp.staff.answers_form import OfficeHoursForm, PromiseForm
from webapp.staff.roles import allowed
from webapp.staff.shown_answer import ShownWait, outcome_title
from webapp.staff.shown_calendar import weekday_name
from webapp.staff.sign_in import colleague

THING = ("answers", "office")
MOST_IN_FILE = 50_000
shown_act.THINGS["answers"] = lazy_gettext("Answers")
shown_act.PLACES["answers"] = ("staff.answers", "")
shown_act.TITLES["answers"] = {
    "promised": lazy_gettext("Another promise to answer"),
    "office-hours": lazy_gettext("Other office hours"),
}
shown_act.FIELDS |= {
    "hours": lazy_gettext("Working hours"),
    "week": lazy_gettext("Office hours"),
}


@bp.get("/answers")
@allowed(Role.RELATIONSHIP)
def answers() -> AnyResponse:
    return _page()


@bp.get("/answers.csv")
@allowed(Role.RELATIONSHIP)
def answers_table() -> Response:
    """The same rows for a table program."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        ["since", "promised_by", "hours", "level", "answered_at", "answered_by", "outcome", "thread"]
    )
    for each in _waits(MOST_IN_FILE):
        wait = each.wait
        rows.writerow(
            [
                wait.since.isoformat(timespec="seconds"),
                wait.promised_by.isoformat(timespec="seconds"),
                wait.hours,
                wait.level,
                wait.answered_at.isoformat(timespec="seconds") if wait.answered_at else "",
                wait.answered_by,
                each.outcome.value,
                wait.thread_id or "",
            ]
        )
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="lekalo-answers.csv")
    return response


@bp.post("/answers/promise")
@allowed(Role.OWNER)
def promise_answers() -> AnyResponse:
    """What everybody is promised who writes from now on; who waits already keeps what they were promised."""
    form = PromiseForm()
    if not form.validate_on_submit():
        return _page(422, promise=form)
    hours, at = form.hours.data or 0, clock.now()
    with writing() as session:
        before = answer_promise.to_all(session)
        if answer_promise.promise(session, hours, who=colleague(), at=at):
            _record(session, "promised", {"hours": before}, {"hours": hours})
    say(_("Promised to all who write from now on."), "done")
    return redirect(url_for("staff.answers"), 303)


@bp.post("/answers/hours")
@allowed(Role.OWNER)
def set_office_hours() -> AnyResponse:
    form = OfficeHoursForm()
    if not form.validate_on_submit():
        return _page(422, hours=form)
    with writing() as session:
        before = office_day.week(session)
        if office_day.set_week(session, form.week):
            after = office_day.week(session)
            _record(session, "office-hours", {"week": _said(before)}, {"week": _said(after)})
    say(_("The office hours are set. They count for all who write from now on."), "done")
    return redirect(url_for("staff.answers"), 303)


def _page(
    status: int = 200, *, promise: PromiseForm | None = None, hours: OfficeHoursForm | None = None
) -> AnyResponse:
    session = reading()
    usual = answer_promise.to_all(session)
    days, outcome = _asked()
    page = render_template(
        "staff/answers.html",
        shares=answer_share.shares(session, at=clock.now()),
        enough=ENOUGH,
        days=days,
        outcome=outcome,
        outcomes=[(each, outcome_title(each)) for each in Outcome],
        periods=PERIODS,
        waits=_waits(answer_wait.MOST),
        most=answer_wait.MOST,
        promise=promise or PromiseForm(formdata=None, hours=usual),
        hours=hours or OfficeHoursForm.of(office_day.week(session)),
        levels=[each for each in service_level.ladder(session) if each.answer_hours is not None],
        letters=incoming_mail.latest(session, fates=TO_LOOK_AT),
        mailbox=settings.current().mailbox_address,
        acts=staff_act.on(session, THING, limit=20),
    )
    return make_response(page, status)


def _asked() -> tuple[int, Outcome | None]:
    """The filter in the address."""
    days = request.args.get("days", PERIODS[0], type=int)
    name = request.args.get("outcome", "")
    return days if days in PERIODS else PERIODS[0], Outcome(name) if name in set(Outcome) else None


def _waits(most: int) -> Sequence[ShownWait]:
    days, outcome = _asked()
    session, at = reading(), clock.now()
    hours = office_day.hours(session, settings.current().time_zone)
    found = answer_wait.begun(session, since=at - timedelta(days=days), at=at, outcome=outcome, limit=most)
    return [ShownWait(each, hours, at) for each in found]


def _said(week: Mapping[int, Span]) -> str:
    return ", ".join(
        f"{weekday_name(day)} {clock_time(span.opens)}–{clock_time(span.closes)}"
        for day, span in sorted(week.items())
    )


def _record(session: Session, act: str, before: dict[str, JsonValue], after: dict[str, JsonValue]) -> None:
    staff_act.record(session, colleague(), act, THING, before=before, after=after, at=clock.now())
