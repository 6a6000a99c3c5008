"""Slots: the windows in which an order can still be delivered, from its lead time, the calendar and what is free."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import Connection, func
from sqlalchemy import select as select_rows
from sqlmodel import Session

from webapp.locks import alone
from webapp.sales import calendar, capacity
from webapp.sales.calendar import A_DAY
from webapp.sales.capacity import LOCK, Asking, Span, WeekFull, Weeks, is_cancelled
from webapp.sales.delivery import READY_WITHIN, Delivery, DeliveryMethod, Window, reaching_everybody

SHOWN_FOR = timedelta(weeks=8)  # after the first that is free
FURTHEST = timedelta(weeks=52)
DELIVERIES = Delivery.__table__  # type: ignore[attr-defined]


class Slot(NamedTuple):
    """One delivery that can be chosen: the days on which it arrives, and those on which it has to be finished."""

    window: Window
    span: Span

    @property
    def code(self) -> str:
        """What a form says for it: the days that its page showed."""
        return f"{self.window.first}_{self.window.last}"


class Slots:
    """The slots of one order: so many pieces that take so long to make, ordered on a day."""

    def __init__(
        self, rows: Connection, today: date, lead_days: int, pieces: int = 1, *, comes_first: bool = False
    ) -> None:
        """`comes_first`: places that are held for some are free for this order too."""
        self.rows, self.today, self.pieces = rows, today, pieces
        self.calendar = calendar.read(rows, calendar.monday_of(today))
        self.ready = self.calendar.working_day_after(today, lead_days)
        self.end = self.ready + FURTHEST
        self.weeks = Weeks(rows, self.calendar, self.ready, self.end, Asking(today, comes_first))

    def free(self, method: DeliveryMethod) -> list[Slot]:
        """Those that are free, the first possible one and the weeks that follow it. None for about a year: none."""
        found: list[Slot] = []
        for slot in self._free(method):
            if found and slot.window.first > found[0].window.first + SHOWN_FOR:
                break
            found.append(slot)
        return found

    def first(self, method: DeliveryMethod) -> Slot | None:
        return next(self._free(method), None)

    def quickest(self, currency: str) -> date | None:
        """The day by which it is there at the latest, by the quickest way that reaches everybody.

        None where nothing is free for about a year.
        """
        slots = [self.first(method) for method in reaching_everybody(currency)]
        return min((slot.window.last for slot in slots if slot), default=None)

    def first_span(self) -> Span | None:
        """The first days on which it could be finished, however it is handed over then."""
        spans = takewhile(lambda span: span.last <= self.end, self._spans())
        return next((span for span in spans if self.weeks.places(span, self.pieces) is not None), None)

    def _free(self, method: DeliveryMethod) -> Iterator[Slot]:
        taken: dict[date, int] | None = None
        for slot in self._all(method):
            if self.weeks.places(slot.span, self.pieces) is None:
                continue
            if method.appointments:
                if taken is None:
                    taken = appointments(self.rows, method, self.today)
                if taken.get(slot.window.first, 0) >= method.appointments:
                    continue
            yield slot

    def _all(self, method: DeliveryMethod) -> Iterator[Slot]:
        slots = self._days(method) if method.appointments else self._arrivals(method)
        return takewhile(lambda slot: slot.span.last <= self.end, slots)

    def _arrivals(self, method: DeliveryMethod) -> Iterator[Slot]:
        for span in self._spans():
            yield Slot(method.arrival(span.first, span.last, self.calendar), span)

    def _spans(self) -> Iterator[Span]:
        """One span of working days after the other."""
        first = self.ready
        while True:
            last = self.calendar.working_day_after(first, READY_WITHIN)
            yield Span(self.ready, first, last)
            first = self.calendar.working_day_after(last, 1)

    def _days(self, method: DeliveryMethod) -> Iterator[Slot]:
        """One day of appointments after the other; what is fitted is finished the working day before."""
        day = self.ready
        while True:
            day += A_DAY
            if day.weekday() in method.weekdays and self.calendar.works_on(day):
                last = first = self.calendar.working_day_before(day)
                for _ in range(READY_WITHIN):
                    first = self.calendar.working_day_before(first)
                yield Slot(Window(day, day), Span(self.ready, max(self.ready, first), last))


def take(
    session: Session,
    order_id: int,
    method: DeliveryMethod,
    slot: Slot,
    pieces: int,
    asking: Asking | None = None,
) -> None:
    """Takes a slot for an order, in the transaction that places it, its delivery being written down already.

    Raises WeekFull where it is free no more.
    """
    rows, day = session.connection(), slot.window.first
    if method.appointments:
        alone(session, LOCK)
        if appointments(rows, method, day).get(day, 0) > method.appointments:  # this order's among them
            raise WeekFull
    when = calendar.read(rows, calendar.monday_of(slot.span.earliest))
    capacity.take(session, when, order_id, slot.span, pieces, asking)


def appointments(rows: Connection, method: DeliveryMethod, since: date) -> dict[date, int]:
    """How many appointments there are on each day from one on; of cancelled orders none."""
    query = (
        select_rows(DELIVERIES.c.first_day, func.count())
        .where(
            DELIVERIES.c.method == method.code,
            DELIVERIES.c.first_day >= since,
            ~is_cancelled(DELIVERIES.c.order_id),
        )
        .group_by(DELIVERIES.c.first_day)
    )
    return dict(rows.execute(query).all())
