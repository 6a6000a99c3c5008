"""What time it is, asked in one place; everything else is told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, in UTC, as the database keeps it."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day at a place; pages pass `settings.current().time_zone`."""
    return day_of(now(), zone)


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day that a moment falls on at a place."""
    return moment.astimezone(ZoneInfo(zone)).date()
