"""The workshop's calendar: on which days of the week it works, and on which it is closed and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, delete, text, update
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, SQLModel, col, select

A_DAY = timedelta(days=1)
A_WEEK = timedelta(weeks=1)
MONDAY_TO_FRIDAY = frozenset(range(5))


class ClosedDay(SQLModel, table=True):
    """A day on which the workshop does not work although its week says so."""

    __tablename__ = "closed_days"

    day: date = Field(primary_key=True)
    reason: str = Field(max_length=80)
    is_public: bool = Field(description="a public holiday: those who carry rest too")


class WeeklyPattern(SQLModel, table=True):
    """How the workshop works from a Monday on, until the next pattern begins."""

    __tablename__ = "weekly_patterns"

    since: date = Field(primary_key=True)
    weekdays: str = Field(max_length=7, description="1 is Monday, 7 is Sunday")
    pieces: int | None = Field(default=None, description="finished a week at most; none: all that is ordered")
    held: int = Field(
        default=0,
        sa_column_kwargs={"server_default": text("0")},
        description="how many of these are kept for those who come first",
    )

    @property
    def working(self) -> frozenset[int]:
        """Days of the week as `date.weekday` counts them."""
        return frozenset(int(digit) - 1 for digit in self.weekdays)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A weekly pattern as a value."""

    since: date = date.min
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    pieces: int | None = None
    held: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days, of the workshop and of those who carry; without rows Monday to Friday."""

    rhythms: tuple[Rhythm, ...] = (Rhythm(),)
    closed: frozenset[date] = field(default_factory=frozenset)
    public: frozenset[date] = field(default_factory=frozenset)

    def rhythm(self, day: date) -> Rhythm:
        """How the workshop works in a day's week."""
        return next(each for each in reversed(self.rhythms) if each.since <= day)

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.rhythm(day).weekdays and day not in self.closed

    def carries_on(self, day: date) -> bool:
        """Whether carriers drive: Monday to Friday, whatever is closed but public holidays."""
        return day.weekday() in MONDAY_TO_FRIDAY and day not in self.public

    def working_day_after(self, day: date, days: int) -> date:
        """The day that comes a number of working days later; never one on which the workshop is closed."""
        while days or not self.works_on(day):
            day += A_DAY
            if days and self.works_on(day):
                days -= 1
        return day

    def working_day_before(self, day: date) -> date:
        """The last working day before a day."""
        day -= A_DAY
        while not self.works_on(day):
            day -= A_DAY
        return day

    def carried_by(self, day: date, days: int) -> date:
        """The day on which something handed over on a day arrives, after a number of days on the road."""
        while days or not self.carries_on(day):
            day += A_DAY
            if days and self.carries_on(day):
                days -= 1
        return day

    def working_days(self, monday: date) -> list[date]:
        """The working days of a week."""
        return [day for day in week(monday) if self.works_on(day)]


CLOSED = ClosedDay.__table__  # type: ignore[attr-defined]
PATTERNS = WeeklyPattern.__table__  # type: ignore[attr-defined]
PLAIN = Calendar()


def read(rows: Connection, since: date) -> Calendar:
    """The calendar from a day on."""
    closed = rows.execute(select_rows(CLOSED.c.day, CLOSED.c.is_public).where(CLOSED.c.day >= since)).all()
    patterns = rows.execute(
        select_rows(PATTERNS.c.since, PATTERNS.c.weekdays, PATTERNS.c.pieces, PATTERNS.c.held).order_by(
            PATTERNS.c.since
        )
    ).all()
    if not closed and not patterns:
        return PLAIN
    rhythms = [
        Rhythm(begin, frozenset(int(digit) - 1 for digit in weekdays), pieces, held)
        for begin, weekdays, pieces, held in patterns
    ]
    return Calendar(
        (Rhythm(), *rhythms),
        frozenset(day for day, _ in closed),
        frozenset(day for day, is_public in closed if is_public),
    )


def closed_between(session: Session, first: date, last: date) -> Sequence[ClosedDay]:
    query = select(ClosedDay).where(col(ClosedDay.day) >= first, col(ClosedDay.day) <= last)
    return session.exec(query.order_by(col(ClosedDay.day))).all()


def patterns(session: Session) -> Sequence[WeeklyPattern]:
    """The earliest first."""
    return session.exec(select(WeeklyPattern).order_by(col(WeeklyPattern.since))).all()


def close(session: Session, days: Iterable[date], reason: str, *, is_public: bool) -> list[date]:
    """Closes days; what was said of one of them before gives way. Answers with those for which that is news."""
    asked = sorted(set(days))
    known = {each.day: each for each in closed_between(session, asked[0], asked[-1])} if asked else {}
    news: list[date] = []
    for day in asked:
        found = known.get(day)
        if found is None:
            session.add(ClosedDay(day=day, reason=reason, is_public=is_public))
        elif (found.reason, found.is_public) == (reason, is_public):
            continue
        else:
            found.reason, found.is_public = reason, is_public
        news.append(day)
    session.flush()
    return news


def open_again(session: Session, day: date) -> ClosedDay | None:
    """Lets the workshop work on a day that was closed; what was said of it, if it was."""
    found = session.get(ClosedDay, day)
    if found is None:
        return None
    gone = session.connection().execute(delete(ClosedDay).where(col(ClosedDay.day) == day)).rowcount
    return found if gone else None


def work(
    session: Session, since: date, weekdays: Iterable[int], pieces: int | None, held: int = 0
) -> WeeklyPattern | None:
    """Sets how the workshop works from a week on; what was said of that very week before, if anything was."""
    digits = "".join(str(weekday + 1) for weekday in sorted(set(weekdays)))
    assert digits, "a workshop that never works can promise nothing"
    since = monday_of(since)
    before = session.get(WeeklyPattern, since)
    if before is None:
        session.add(WeeklyPattern(since=since, weekdays=digits, pieces=pieces, held=held))
        session.flush()
        return None
    was = WeeklyPattern(since=since, weekdays=before.weekdays, pieces=before.pieces, held=before.held)
    changed = update(WeeklyPattern).where(col(WeeklyPattern.since) == since)
    session.connection().execute(changed.values(weekdays=digits, pieces=pieces, held=held))
    session.expire(before)
    return was


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week(monday: date) -> list[date]:
    """Its seven days."""
    return [monday + timedelta(days=number) for number in range(7)]
