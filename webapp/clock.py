"""What time it is, asked in one place; everything else is told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, in UTC, as the database keeps it."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day at a place; pages pass `settings.current().time_zone`."""
    return now().astimezone(ZoneInfo(zone)).date()
