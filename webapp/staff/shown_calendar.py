"""The workshop's weeks as the desk shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _
from pydantic import JsonValue
from sqlmodel import Session

from webapp.formats import day, day_range
from webapp.sales import calendar, capacity
from webapp.sales.calendar import A_WEEK, ClosedDay
from webapp.sales.capacity import Weeks
from webapp.staff import bp


@dataclass(frozen=True, slots=True)
class ShownDay:
    """One day: worked on or not, and why it is closed."""

    day: date
    works: bool
    closed: ClosedDay | None
    is_today: bool


@dataclass(frozen=True, slots=True)
class ShownWeek:
    """One week: its days, how much it holds, how much of that is booked. `capacity` None: no limit."""

    monday: date
    days: list[ShownDay]
    usual: int | None
    said: int | None
    capacity: int | None
    booked: int
    held: int

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def is_over(self) -> bool:
        """More is booked than fits, since it was made shorter afterwards."""
        return self.capacity is not None and self.booked > self.capacity

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.booked >= self.capacity


class ShownCalendar:
    """Some weeks from a Monday on, and what is closed in them."""

    def __init__(self, session: Session, begin: date, number: int, today: date) -> None:
        rows, end = session.connection(), begin + (number - 1) * A_WEEK
        self.begin, self.last = begin, calendar.week(end)[-1]
        when = calendar.read(rows, begin)
        weeks = Weeks(rows, when, begin, end)
        booked = capacity.booked(rows, begin, end)
        self.closed = calendar.closed_between(session, begin, self.last)
        known = {each.day: each for each in self.closed}
        self.weeks = [
            ShownWeek(
                monday,
                [
                    ShownDay(day, when.works_on(day), known.get(day), day == today)
                    for day in calendar.week(monday)
                ],
                weeks.usual(monday),
                weeks.said.get(monday),
                weeks.capacity(monday),
                booked.get(monday, 0),
                weeks.held(monday),
            )
            for monday in capacity.mondays(begin, end)
        ]


def calendar_facts(facts: Mapping[str, JsonValue]) -> str:
    """What an act was about, in a few words."""
    said: list[str] = []
    days = [date.fromisoformat(str(each)) for each in _listed(facts.get("days"))]
    if days:
        said.append(day_range(days[0], days[-1]) if len(days) > 1 else day(days[0]))
    for name in ("week", "since"):
        if facts.get(name):
            said.append(day(date.fromisoformat(str(facts[name]))))
    if facts.get("weekdays"):
        said.append(" ".join(weekday_name(int(digit) - 1) for digit in str(facts["weekdays"])))
    if "pieces" in facts:
        pieces = facts["pieces"]
        said.append(_("as usual or no limit") if pieces is None else _("%(pieces)s pieces", pieces=pieces))
    if facts.get("held"):
        said.append(_("%(pieces)s kept for levels", pieces=facts["held"]))
    if facts.get("reason"):
        said.append(str(facts["reason"]))
    return ", ".join(said)


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


@bp.app_template_filter("weekday_name")
def weekday_name(number: int) -> str:
    """A day of the week in short, 0 being Monday."""
    return str(get_locale().days["format"]["abbreviated"][number])


@bp.app_template_filter("weekday")
def weekday(when: date) -> str:
    return weekday_name(when.weekday())
