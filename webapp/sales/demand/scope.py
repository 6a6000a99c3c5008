"""What figures are asked for: one family, and the days from the first to the last."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import col

from webapp.sales.demand.journey import Journey
from webapp.sales.demand.refusal import Refusal

FINE = timedelta(weeks=26)  # up to here a chart goes by weeks, beyond by months


class Scope(NamedTuple):
    """Both days count in full, as days of the shop's own place."""

    family: str
    first: date
    last: date
    zone: str = "UTC"

    @property
    def begins(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def by_weeks(self) -> bool:
        return self.last - self.first <= FINE

    def bucket(self, day: date) -> date:
        """The first day of the week or month that a day is counted in."""
        return day - timedelta(days=day.weekday()) if self.by_weeks else day.replace(day=1)

    @property
    def buckets(self) -> list[date]:
        """All weeks or months of it, those in which nothing happened too."""
        found, day = [], self.bucket(self.first)
        while day <= self.last:
            found.append(day)
            day = self.bucket(day + timedelta(days=7 if self.by_weeks else 31))
        return found

    def span(self, bucket: date) -> tuple[date, date]:
        """The first and the last day of a week or month that belong to the period."""
        after = self.bucket(bucket + timedelta(days=7 if self.by_weeks else 31))
        return max(bucket, self.first), min(after - timedelta(days=1), self.last)

    def of_journeys(self) -> list[ColumnElement[bool]]:
        """Journeys belong to the day on which they began."""
        began = col(Journey.began_at)
        return [col(Journey.family) == self.family, began >= self.begins, began < self.ends]

    def of_refusals(self) -> list[ColumnElement[bool]]:
        at = col(Refusal.at)
        return [col(Refusal.family) == self.family, at >= self.begins, at < self.ends]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
