"""How often somebody is written to, and when the next letter may leave."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(8)  # where the workshop is


class Frequency(StrEnum):
    """How often what has come together is told."""

    AT_ONCE = "at-once"
    WEEKLY = "weekly"  # on Mondays
    MONTHLY = "monthly"  # on the first


def told_until(frequency: Frequency, at: datetime, zone: str) -> datetime:
    """What has happened until that moment may be told now: the last Monday's or first of a month's morning."""
    if frequency is Frequency.AT_ONCE:
        return at
    here = at.astimezone(ZoneInfo(zone))
    day = here.date()
    if here.time() < MORNING:
        day -= timedelta(days=1)  # today's letter has not left yet
    day = day - timedelta(days=day.weekday()) if frequency is Frequency.WEEKLY else day.replace(day=1)
    return _morning(day, zone)


def next_day(frequency: Frequency, at: datetime, zone: str) -> date | None:
    """The day of the next letter; None where it leaves at once."""
    if frequency is Frequency.AT_ONCE:
        return None
    last = told_until(frequency, at, zone).astimezone(ZoneInfo(zone)).date()
    if frequency is Frequency.WEEKLY:
        return last + timedelta(days=7)
    return (last + timedelta(days=32)).replace(day=1)


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
