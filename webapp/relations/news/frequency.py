"""How often somebody is written to, and when the next letter may leave."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(8)  # where the workshop is
# When the letters leave of those who say when they want to be reached; the first of what they say.
LEAVES = {"mornings": MORNING, "daytime": time(12), "evenings": time(18)}


class Frequency(StrEnum):
    """How often what has come together is told."""

    AT_ONCE = "at-once"
    WEEKLY = "weekly"  # on Mondays
    MONTHLY = "monthly"  # on the first


def told_until(frequency: Frequency, at: datetime, zone: str, leaves: time = MORNING) -> datetime:
    """What has happened until that moment may be told now: the last Monday, or first of a month, at that time."""
    if frequency is Frequency.AT_ONCE:
        return at
    here = at.astimezone(ZoneInfo(zone))
    day = here.date()
    if here.time() < leaves:
        day -= timedelta(days=1)  # today's letter has not left yet
    day = day - timedelta(days=day.weekday()) if frequency is Frequency.WEEKLY else day.replace(day=1)
    return datetime.combine(day, leaves, ZoneInfo(zone)).astimezone(UTC)


def next_day(frequency: Frequency, at: datetime, zone: str) -> date | None:
    """The day of the next letter; None where it leaves at once."""
    if frequency is Frequency.AT_ONCE:
        return None
    last = told_until(frequency, at, zone).astimezone(ZoneInfo(zone)).date()
    if frequency is Frequency.WEEKLY:
        return last + timedelta(days=7)
    return (last + timedelta(days=32)).replace(day=1)
