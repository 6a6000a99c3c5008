"""How much the workshop finishes in a week, and which orders have their place in it; never more than fits."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, exists, false, func, literal, or_
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.locks import alone
from webapp.prepared import Prepared
from webapp.sales.calendar import A_WEEK, CLOSED, PATTERNS, Calendar, monday_of
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step

LOCK = "the workshop's weeks"
RELEASED = timedelta(days=7)  # before a week begins, what is held in it is for everybody


class WeekFull(Exception):
    """There is no place left in the weeks that were asked for."""


class WeekCapacity(SQLModel, table=True):
    """How many pieces are finished in one week at most, where that is not what its pattern says."""

    __tablename__ = "week_capacities"

    monday: date = Field(primary_key=True)
    pieces: int


class Booking(SQLModel, table=True):
    """Some pieces of an order and the week that has a place for them. A cancelled order's takes none up."""

    __tablename__ = "bookings"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    monday: date = Field(primary_key=True, index=True)
    pieces: int
    comes_first: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": false()},
        description="it may take the places that are kept for those who come first",
    )


class Asking(NamedTuple):
    """Who asks for places: on which day, and whether those that are held for some are for them too."""

    today: date
    comes_first: bool = False


class Span(NamedTuple):
    """The days between which an order is finished, and the earliest on which any of its pieces could be."""

    earliest: date
    first: date
    last: date


BOOKINGS = Booking.__table__  # type: ignore[attr-defined]
STEPS = OrderStep.__table__  # type: ignore[attr-defined]
CAPACITIES = WeekCapacity.__table__  # type: ignore[attr-defined]


# Asked at every click: whether staff have said anything at all about days or weeks from one on.
SAID = Prepared(
    select_rows(literal(1)).where(
        or_(
            exists().where(CLOSED.c.day >= bindparam("since")),
            exists().where(PATTERNS.c.since.is_not(None)),
            exists().where(CAPACITIES.c.monday >= bindparam("since")),
        )
    )
)


def is_as_ever(rows: Connection, since: date) -> bool:
    """Whether the workshop works Monday to Friday and takes whatever is ordered: one quick statement."""
    return SAID.first(rows, since=since) is None


class Weeks:
    """The weeks between two days: what fits into each, and what has its place there already.

    `asking`: without it nothing is held back, as staff see it.
    """

    def __init__(
        self, rows: Connection, calendar: Calendar, first: date, last: date, asking: Asking | None = None
    ) -> None:
        self.calendar, self.asking = calendar, asking
        self.first, self.last = monday_of(first), monday_of(last)
        between = (CAPACITIES.c.monday >= self.first, CAPACITIES.c.monday <= self.last)
        said = rows.execute(select_rows(CAPACITIES.c.monday, CAPACITIES.c.pieces).where(*between))
        self.said: dict[date, int] = dict(said.all())
        self.booked = booked(rows, self.first, self.last) if self.is_limited else {}
        holds = any(rhythm.held for rhythm in self.calendar.rhythms)
        self.of_first = booked(rows, self.first, self.last, of_first=True) if holds else {}

    @property
    def is_limited(self) -> bool:
        """Whether any of the weeks holds only so much."""
        if not self.said and all(rhythm.pieces is None for rhythm in self.calendar.rhythms):
            return False
        return any(self.capacity(monday) is not None for monday in mondays(self.first, self.last))

    def usual(self, monday: date) -> int | None:
        """What the pattern says, less in a week with closed days; None: no limit."""
        rhythm = self.calendar.rhythm(monday)
        if rhythm.pieces is None:
            return None
        days = len(self.calendar.working_days(monday))
        return -(-rhythm.pieces * days // len(rhythm.weekdays))  # rounded up: a short week is still one

    def capacity(self, monday: date) -> int | None:
        said = self.said.get(monday)
        return self.usual(monday) if said is None else said

    def free(self, monday: date) -> int | None:
        """How many pieces of whoever asks still fit; None: any number."""
        capacity = self.capacity(monday)
        if capacity is None:
            return None
        return max(0, capacity - self.booked.get(monday, 0) - self.held_back(monday))

    def held(self, monday: date) -> int:
        """How many places of a week are held for those who come first, and not taken by them yet."""
        capacity = self.capacity(monday)
        if capacity is None:
            return 0
        return max(0, min(self.calendar.rhythm(monday).held, capacity) - self.of_first.get(monday, 0))

    def held_back(self, monday: date) -> int:
        """How many of them are not for whoever asks."""
        asking = self.asking
        if asking is None or asking.comes_first or monday <= asking.today + RELEASED:
            return 0
        return self.held(monday)

    def places(self, span: Span, pieces: int) -> dict[date, int] | None:
        """Where so many pieces find their place, or None.

        The last one is finished within the span; others, where the weeks of the span do not hold them all, may be
        finished in the weeks before.
        """
        inside = list(mondays(span.first, span.last))
        before = [each for each in reversed(list(mondays(span.earliest, span.first))) if each < inside[0]]
        taken: dict[date, int] = {}
        left = pieces
        for monday in (*inside, *before):
            if monday in before and not taken:
                return None
            free = self.free(monday)
            here = left if free is None else min(left, free)
            if here:
                taken[monday] = here
                left -= here
            if not left:
                return taken
        return None


def take(
    session: Session, calendar: Calendar, order_id: int, span: Span, pieces: int, asking: Asking | None = None
) -> dict[date, int]:
    """Takes an order's places, in the transaction that places it: as many as there are, whoever else tries.

    Raises WeekFull.
    """
    rows = session.connection()
    weeks = Weeks(rows, calendar, span.earliest, span.last, asking)
    if weeks.is_limited:
        alone(session, LOCK)
        weeks = Weeks(rows, calendar, span.earliest, span.last, asking)  # as the one before left them
    taken = weeks.places(span, pieces)
    if taken is None:
        raise WeekFull
    for monday, number in taken.items():
        session.add(
            Booking(
                order_id=order_id,
                monday=monday,
                pieces=number,
                comes_first=asking is not None and asking.comes_first,
            )
        )
    session.flush()
    return taken


def booked(rows: Connection, first: date, last: date, *, of_first: bool = False) -> dict[date, int]:
    """How many pieces have their place in each week, by its Monday; of cancelled orders none.

    `of_first`: only those of customers who come first.
    """
    query = (
        select_rows(BOOKINGS.c.monday, func.sum(BOOKINGS.c.pieces))
        .where(BOOKINGS.c.monday >= first, BOOKINGS.c.monday <= last, ~is_cancelled(BOOKINGS.c.order_id))
        .group_by(BOOKINGS.c.monday)
    )
    if of_first:
        query = query.where(BOOKINGS.c.comes_first)
    return {monday: int(pieces) for monday, pieces in rows.execute(query)}


def in_week(session: Session, monday: date) -> list[tuple[Order, int]]:
    """The orders that have a place in a week, and how many pieces of each; of cancelled orders none."""
    query = (
        select(Order, Booking.pieces)
        .join(Booking, col(Booking.order_id) == col(Order.id))
        .where(Booking.monday == monday, ~is_cancelled(BOOKINGS.c.order_id))
        .order_by(col(Order.id))
    )
    return list(session.exec(query).all())


def of(session: Session, order_id: int) -> Sequence[Booking]:
    """An order's places, the earliest first."""
    query = select(Booking).where(Booking.order_id == order_id)
    return session.exec(query.order_by(col(Booking.monday))).all()


def comes_first(rows: Connection, order_id: int) -> bool:
    """Whether an order took its places as one of those who come first."""
    query = select_rows(BOOKINGS.c.monday).where(BOOKINGS.c.order_id == order_id, BOOKINGS.c.comes_first)
    return rows.execute(query).first() is not None


def limit(session: Session, monday: date, pieces: int | None) -> int | None:
    """Sets what fits into a week, None: what its pattern says. What was set before, None if nothing was."""
    alone(session, LOCK)
    found = session.get(WeekCapacity, monday)
    was = found.pieces if found else None
    if found is not None and pieces is None:
        session.delete(found)
    elif found is not None and pieces is not None:
        found.pieces = pieces
    elif pieces is not None:
        session.add(WeekCapacity(monday=monday, pieces=pieces))
    session.flush()
    return was


def mondays(first: date, last: date) -> Iterable[date]:
    """The Mondays of all weeks from one day's to another's."""
    monday = monday_of(first)
    while monday <= last:
        yield monday
        monday += A_WEEK


def is_cancelled(order_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the order of a row is cancelled; what it has taken is free again then."""
    return exists().where(STEPS.c.order_id == order_id, STEPS.c.step == Step.CANCELLATION.value)
