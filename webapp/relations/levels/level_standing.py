"""Where somebody stands on the ladder of levels, and what time will do about it: plain sums, no database."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from webapp.relations.levels.level_rule import Goal

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """One order as levels see it: its day, what it costs, what came in and when what went back. Minor units."""

    number: str
    day: date
    currency: str
    total: int
    received: int
    returned: int = 0  # of what was paid too much
    back: tuple[tuple[datetime, int], ...] = ()
    cancelled_at: datetime | None = None

    @property
    def kept(self) -> int:
        """What came in and stayed; nothing of an order that was cancelled, even where a fee was kept."""
        if self.cancelled_at is not None:
            return 0
        return max(0, self.received - sum(amount for _, amount in self.back))

    @property
    def counts(self) -> bool:
        """Whether it is an order towards a level: paid in full, not cancelled, not all of it given back."""
        return self.kept > 0 and self.received - self.returned >= self.total

    def before(self, moment: datetime) -> "Counted":
        """The same as if nothing had been cancelled or had gone back since."""
        back = tuple((at, amount) for at, amount in self.back if at <= moment)
        cancelled = self.cancelled_at if self.cancelled_at and self.cancelled_at <= moment else None
        return replace(self, back=back, cancelled_at=cancelled)


class Rung(NamedTuple):
    """A step of the ladder as a value: the ways to it, and how many months orders count. `id`: of the level."""

    id: int
    rank: int
    months: int
    goals: tuple[Goal, ...]


@dataclass(frozen=True)
class Standing:
    """Somebody's orders against the ladder, the lowest rung first. `currency`: that of the sums."""

    rungs: Sequence[Rung]
    orders: Sequence[Counted]
    currency: str

    def sums(self, months: int, day: date) -> Goal:
        """What counts on a day, of so many months."""
        inside = [each for each in self.orders if each.day <= day < leaves_on(each.day, months)]
        paid = sum(each.kept for each in inside if each.currency == self.currency)
        return Goal(sum(each.counts for each in inside), paid)

    def rung(self, day: date) -> Rung | None:
        """The highest rung whose rule is met on a day."""
        met = [rung for rung in self.rungs if is_met(rung, self.sums(rung.months, day))]
        return met[-1] if met else None

    def next_rung(self, current_id: int | None) -> Rung | None:
        """The one above."""
        above = self.rungs
        for place, rung in enumerate(self.rungs):
            if rung.id == current_id:
                above = self.rungs[place + 1 :]
        return above[0] if above else None

    def falls_below(self, rank: int, today: date) -> date | None:
        """The first day from tomorrow on, on which the rungs met lie below a rank if nothing more is ordered."""
        days = {leaves_on(each.day, rung.months) for each in self.orders for rung in self.rungs}
        for day in sorted(day for day in days if day > today):
            if rank_of(self.rung(day)) < rank:
                return day
        return None

    def undone(self, since: datetime) -> "Standing":
        """The same as if nothing had been cancelled or had gone back since a moment."""
        return replace(self, orders=[each.before(since) for each in self.orders])


def is_met(rung: Rung, sums: Goal) -> bool:
    return any(goal.is_met_by(sums) for goal in rung.goals)


def rank_of(rung: Rung | None) -> int:
    return rung.rank if rung else 0


def leaves_on(day: date, months: int) -> date:
    """The first day on which what happened so many months ago counts no more."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Known(NamedTuple):
    """What was found out about somebody before: their level and its rank, and a fall that was announced."""

    level_id: int | None
    rank: int
    judged_at: datetime
    falls_on: date | None = None
    falls_to: int | None = None


class Verdict(NamedTuple):
    """What is to be kept now. `event`: what became of the level, if anything did ("reached", "announced", …)."""

    event: str
    level_id: int | None
    look_on: date | None
    falls_on: date | None = None
    falls_to: int | None = None


def judged(standing: Standing, known: Known | None, today: date, notice: timedelta) -> Verdict:
    """What becomes of somebody's level today.

    It rises at once. What was cancelled or given back lowers it at once: it was never earned. Time, or another rule,
    lowers it only on a day that was announced so long before.
    """
    now = standing.rung(today)
    held = known.rank if known else 0
    if rank_of(now) > held:
        return _quiet("reached", standing, now, today, notice)
    if known is None or not held:
        return Verdict("", None, None)
    if rank_of(now) == held:
        return _time(standing, known, now, today, notice)
    if rank_of(standing.undone(known.judged_at).rung(today)) >= held:
        return _quiet("fell", standing, now, today, notice)
    if known.falls_on is not None and known.falls_on <= today:
        return _quiet("fell", standing, now, today, notice)
    day = known.falls_on or today + notice
    return _announced(standing, known, day)


def _quiet(event: str, standing: Standing, now: Rung | None, today: date, notice: timedelta) -> Verdict:
    falls = standing.falls_below(now.rank, today) if now else None
    look = max(today, falls - notice) if falls else None
    return Verdict(event, now.id if now else None, look)


def _time(standing: Standing, known: Known, now: Rung | None, today: date, notice: timedelta) -> Verdict:
    """The level is earned today: whether it still will be when the notice has run."""
    level_id = now.id if now else None
    falls = standing.falls_below(known.rank, today)
    if falls is None or falls - notice > today:
        event = "kept" if known.falls_on else ""
        return Verdict(event, level_id, falls - notice if falls else None)
    if known.falls_on is not None and known.falls_on >= falls:
        return _announced(standing, known, known.falls_on)
    return _announced(standing, known, max(falls, today + notice))


def _announced(standing: Standing, known: Known, day: date) -> Verdict:
    becomes = standing.rung(day)
    to = becomes.id if becomes else None
    is_news = (day, to) != (known.falls_on, known.falls_to)
    return Verdict("announced" if is_news else "", known.level_id, day, day, to)


def within(orders: Iterable[Counted], months: int, day: date) -> list[Counted]:
    """The orders that lie in the window, the latest first."""
    inside = (each for each in orders if each.day <= day < leaves_on(each.day, months))
    return sorted(inside, key=lambda each: (each.day, each.number), reverse=True)
