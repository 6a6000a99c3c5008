"""Office hours in words: days of the week that are alike together, and the closed days ahead."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from babel.dates import format_date, format_datetime, get_day_names
from flask_babel import get_locale

from webapp.relations.talk.working_hours import Span, WorkingHours

AHEAD = timedelta(days=45)
IN_WORDS = "EEEE, d MMMM, H:mm"


class OpenDays(NamedTuple):
    """Days in a row with the same hours: "Monday – Friday", "9:00 – 18:00"."""

    days: str
    hours: str


def open_days(week: Mapping[int, Span]) -> list[OpenDays]:
    """The week as people say it; days on which nobody is there are left out."""
    found: list[tuple[list[int], Span]] = []
    for weekday in sorted(week):
        if found and found[-1][1] == week[weekday] and found[-1][0][-1] == weekday - 1:
            found[-1][0].append(weekday)
        else:
            found.append(([weekday], week[weekday]))
    return [
        OpenDays(_days(days), f"{clock_time(span.opens)} – {clock_time(span.closes)}") for days, span in found
    ]


def clock_time(minutes: int) -> str:
    """Minutes after midnight as a clock with twenty-four hours shows them."""
    return f"{minutes // 60}:{minutes % 60:02}"


def moment_in_words(moment: datetime, hours: WorkingHours) -> str:
    """A day of the week, a day and an hour, as the clocks of the office show it."""
    return format_datetime(moment.astimezone(hours.zone), IN_WORDS, locale=get_locale())


def closed_ahead(hours: WorkingHours, today: date) -> list[str]:
    """The days that are coming on which nobody is there although the week says so."""
    found = sorted(
        day for day in hours.closed if today <= day <= today + AHEAD and day.weekday() in hours.week
    )
    return [format_date(day, "EEE d MMMM", locale=get_locale()) for day in found]


def _days(weekdays: list[int]) -> str:
    names = get_day_names("wide", "stand-alone", get_locale())
    said = [names[weekdays[0]]] if len(weekdays) == 1 else [names[weekdays[0]], names[weekdays[-1]]]
    joint = ", " if len(weekdays) == 2 else " – "
    text = joint.join(said)
    return text[:1].upper() + text[1:]
