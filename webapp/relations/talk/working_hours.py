"""Working hours: when messages are answered, and how much of that time lies between two moments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
MIDNIGHT = 24 * 60
LONGEST_PAUSE = 366  # days in a row on which nobody works; more of them are a mistake


class NeverOpen(Exception):
    """There is no working time ahead, so that nothing can be promised in it."""


class Span(NamedTuple):
    """From opening to closing, in minutes after midnight by the clock on the wall; 1440 is the end of the day."""

    opens: int
    closes: int


NINE_TO_SIX = Span(9 * 60, 18 * 60)
PLAIN_WEEK: Mapping[int, Span] = MappingProxyType(dict.fromkeys(range(5), NINE_TO_SIX))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A week as `date.weekday` counts its days, at a place, without the days that are closed."""

    zone: ZoneInfo
    week: Mapping[int, Span] = field(default_factory=lambda: PLAIN_WEEK)
    closed: frozenset[date] = field(default_factory=frozenset)

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when somebody is there on a day, in UTC; None where nobody is.

        An hour that the clock goes back over is worked twice, one that it leaves out is not.
        """
        span = self.week.get(day.weekday())
        if span is None or day in self.closed:
            return None
        opens = self._moment(day, span.opens)
        closes = self._moment(day, span.closes, fold=1)
        return (opens, closes) if opens < closes else None

    def is_open(self, moment: datetime) -> bool:
        stretch = self.on(moment.astimezone(self.zone).date())
        return stretch is not None and stretch[0] <= moment < stretch[1]

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """The moment by which so much working time has passed; of none, the next one at which somebody is there.

        Raises NeverOpen.
        """
        if span == timedelta(0) and self.is_open(moment):
            return moment
        for opens, closes in self._stretches(moment):
            begin = max(opens, moment)
            if span and closes - begin >= span:
                return begin + span
            if not span and begin < closes:
                return begin
            span -= max(timedelta(0), closes - begin)
        raise AssertionError("stretches do not end but by NeverOpen")

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none where the second is the earlier one."""
        passed = timedelta(0)
        day, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            if stretch := self.on(day):
                passed += max(timedelta(0), min(stretch[1], end) - max(stretch[0], begin))
            day += A_DAY
        return passed

    def _stretches(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working time from the day of a moment on."""
        day, pause = moment.astimezone(self.zone).date(), 0
        while pause <= LONGEST_PAUSE:
            stretch = self.on(day)
            pause = 0 if stretch else pause + 1
            if stretch:
                yield stretch
            day += A_DAY
        raise NeverOpen

    def _moment(self, day: date, minutes: int, fold: int = 0) -> datetime:
        if minutes == MIDNIGHT:
            day, minutes = day + A_DAY, 0
        return datetime.combine(day, time(*divmod(minutes, 60), fold=fold), self.zone).astimezone(UTC)
