"""The workshop's calendar: its weeks with what is booked, closed days, how much a week holds."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.sales import calendar, capacity
from webapp.sales.calendar import A_WEEK, monday_of
from webapp.sales.holidays import german
from webapp.staff import bp
from webapp.staff.calendar_form import CapacityForm, ClosedDaysForm, PatternForm
from webapp.staff.roles import allowed
from webapp.staff.shown_calendar import ShownCalendar
from webapp.staff.shown_order import StaffOrder
from webapp.staff.sign_in import colleague

WEEKS = 12
THING = ("calendar", "workshop")


@bp.get("/calendar")
@allowed(Role.PRODUCTION)
def workshop_calendar() -> Response:
    return _page()


@bp.get("/calendar/weeks/<monday>")
@allowed(Role.PRODUCTION)
def week_file(monday: str) -> str:
    """The orders that have their place in a week."""
    begin = _monday(monday)
    orders = [(StaffOrder(each), pieces) for each, pieces in capacity.in_week(reading(), begin)]
    shown = ShownCalendar(reading(), begin, 1, _today())
    return render_template(
        "staff/week.html", week=shown.weeks[0], orders=orders, before=begin - A_WEEK, after=begin + A_WEEK
    )


@bp.post("/calendar/closed-days")
@allowed(Role.PRODUCTION)
def close_days() -> Response:
    form = ClosedDaysForm()
    if not form.validate_on_submit():
        return _page(422, closing=form)
    with writing() as session:
        news = calendar.close(session, form.days, form.reason.data, is_public=form.is_public.data)
        _record(session, "closed", {}, _closed(news, form.reason.data))
    _say_closed(len(news))
    return redirect(_back(form.days[0]), 303)


@bp.post("/calendar/closed-days/<day>/removal")
@allowed(Role.PRODUCTION)
def open_day(day: str) -> Response:
    when = _day(day)
    with writing() as session:
        gone = calendar.open_again(session, when)
        if gone is not None:
            _record(session, "opened", _closed([when], gone.reason), {})
    if gone is not None:
        flash(_("%(day)s is a working day again.", day=format_date(when, "long")), "done")
    return redirect(_back(when), 303)


@bp.post("/calendar/weeks/<monday>")
@allowed(Role.PRODUCTION)
def limit_week(monday: str) -> Response:
    """How much one week holds; left empty, what its pattern says."""
    begin, form = _monday(monday), CapacityForm()
    if not form.validate_on_submit():
        return _page(422, limiting=(begin, form))
    with writing() as session:
        was = capacity.limit(session, begin, form.pieces.data)
        if was != form.pieces.data:
            week = begin.isoformat()
            before: dict[str, JsonValue] = {"week": week, "pieces": was}
            _record(session, "capacity", before, {"week": week, "pieces": form.pieces.data})
    flash(_("Recorded: the week of %(day)s.", day=format_date(begin, "long")), "done")
    return redirect(f"{_back(begin)}#week-{begin}", 303)


@bp.post("/calendar/patterns")
@allowed(Role.PRODUCTION)
def set_pattern() -> Response:
    """How the workshop works from a week on."""
    form = PatternForm()
    if not form.validate_on_submit():
        return _page(422, pattern=form)
    since, weekdays = monday_of(form.since.data), [int(day) for day in form.weekdays.data]
    with writing() as session:
        held = form.held.data or 0
        was = calendar.work(session, since, weekdays, form.pieces.data, held)
        before: dict[str, JsonValue] = (
            {"weekdays": was.weekdays, "pieces": was.pieces, "held": was.held} if was else {}
        )
        after: dict[str, JsonValue] = {
            "since": since.isoformat(),
            "weekdays": "".join(str(day + 1) for day in sorted(weekdays)),
            "pieces": form.pieces.data,
            "held": held,
        }
        _record(session, "pattern", before, after)
    flash(_("From %(day)s on the workshop works like this.", day=format_date(since, "long")), "done")
    return redirect(_back(since), 303)


@bp.get("/calendar/holidays")
@allowed(Role.PRODUCTION)
def holidays() -> str:
    """A year's public holidays, to be chosen from; nothing is closed until staff close it."""
    year = max(2000, min(2100, request.args.get("year", _today().year + 1, type=int)))
    found = german(year)
    closed = calendar.closed_between(reading(), date(year, 1, 1), date(year, 12, 31))
    known = {each.day for each in closed}
    return render_template("staff/holidays.html", year=year, holidays=found, known=known)


@bp.post("/calendar/holidays")
@allowed(Role.PRODUCTION)
def close_holidays() -> Response:
    chosen = {_day(text) for text in request.form.getlist("day")[:100]}
    named = {
        each.day: each.name
        for year in {day.year for day in chosen}
        for each in german(year)
        if each.day in chosen
    }
    count = 0
    if named:
        with writing() as session:
            for day, name in sorted(named.items()):
                news = calendar.close(session, [day], name, is_public=True)
                if news:
                    _record(session, "closed", {}, _closed(news, name))
                count += len(news)
    _say_closed(count)
    return redirect(url_for("staff.workshop_calendar"), 303)


def _page(status: int = 200, **forms: Any) -> Response:
    begin = monday_of(_day(request.args["from"]) if request.args.get("from") else _today())
    page = render_template(
        "staff/calendar.html",
        shown=ShownCalendar(reading(), begin, WEEKS, _today()),
        patterns=calendar.patterns(reading()),
        closing=forms.get("closing") or ClosedDaysForm(formdata=None),
        pattern=forms.get("pattern") or PatternForm(formdata=None, since=_today() + A_WEEK),
        limiting=forms.get("limiting"),
        acts=staff_act.on(reading(), THING)[:20],
        earlier=begin - WEEKS * A_WEEK,
        later=begin + WEEKS * A_WEEK,
    )
    return make_response(page, status)


def _record(session: Session, act: str, before: dict[str, JsonValue], after: dict[str, JsonValue]) -> None:
    note = " ".join(request.form.get("note", "").split())[:500]
    at = clock.now()
    staff_act.record(session, colleague(), act, THING, before=before, after=after, at=at, note=note)


def _closed(days: list[date], reason: str) -> dict[str, JsonValue]:
    return {"days": [day.isoformat() for day in days], "reason": reason}


def _say_closed(count: int) -> None:
    if count:
        text = ngettext("%(num)d day is closed.", "%(num)d days are closed.", count)
        flash(text, "done")
    else:
        flash(_("Nothing was changed: these days are closed already."), "note")


def _back(day: date) -> str:
    """The page of the weeks that a day is among."""
    begin = monday_of(_today())
    if begin <= day < begin + WEEKS * A_WEEK:
        return url_for("staff.workshop_calendar")
    return f"{url_for('staff.workshop_calendar')}?from={monday_of(day)}"


def _today() -> date:
    return clock.today(settings.current().time_zone)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if abs(day - _today()) < timedelta(days=36500) else abort(404)


def _monday(text: str) -> date:
    day = _day(text)
    return day if day.weekday() == 0 else abort(404)
