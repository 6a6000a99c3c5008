"""When a build would be ready, in working days from today."""

from datetime import date, timedelta

SPAN = 4  # working days between the first and the last day that we promise


def ready_between(today: date, lead_days: int) -> tuple[date, date]:
    """The first and the last day on which a build ordered today is ready."""
    first = working_day_after(today, lead_days)
    return first, working_day_after(first, SPAN)


def working_day_after(day: date, days: int) -> date:
    """The day that comes a number of working days later."""
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < 5
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
