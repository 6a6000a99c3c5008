"""Slots follow from the lead time, the calendar and what is free; a place is taken once, whoever tries."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from tests.databases import on_both_databases
from tests.webapp.sales.orders import a_line, an_order
from webapp import clock
from webapp.database import Database
from webapp.sales import calendar, capacity, delivery_slot, order
from webapp.sales.capacity import RELEASED, Asking, WeekFull, Weeks
from webapp.sales.delivery import METHOD_BY_CODE, METHODS, Window
from webapp.sales.delivery_slot import Slot, Slots
from webapp.sales.order_step import Step
from webapp.shop.dates import ready_between

MONDAY = date(2026, 11, 23)
READY = MONDAY + timedelta(weeks=1)  # after five working days
PICKUP, CARRIER, FITTING = (METHOD_BY_CODE[code] for code in ("pickup", "carrier", "fitting"))


def first_free(database: Database, method: str = "pickup", pieces: int = 1) -> Slot:
    with database.reading_rows() as rows:
        found = Slots(rows, MONDAY, 5, pieces).first(METHOD_BY_CODE[method])
    assert found
    return found


def free(database: Database, method: str = "pickup", pieces: int = 1) -> list[Window]:
    with database.reading_rows() as rows:
        return [slot.window for slot in Slots(rows, MONDAY, 5, pieces).free(METHOD_BY_CODE[method])]


def limit(database: Database, pieces: int, *weeks: int) -> None:
    with database.writing() as session:
        for number in weeks:
            capacity.limit(session, READY + timedelta(weeks=number), pieces)


def take(database: Database, slot: Slot, method: str = "pickup", pieces: int = 1) -> str:
    """The number of an order that has the slot."""
    with database.writing() as session:
        placed = an_order(session, a_line(quantity=pieces), method=method, window=slot.window)
        session.flush()
        delivery_slot.take(session, placed.id or 0, METHOD_BY_CODE[method], slot, pieces)
        return placed.number


@on_both_databases
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.code)
def test_the_first_slot_is_the_window_that_the_method_promises(database: Database, method: object) -> None:
    assert isinstance(method, type(PICKUP))
    with database.reading_rows() as rows:
        found = Slots(rows, MONDAY, 5).free(method)
    if not method.appointments:
        assert found[0].window == method.window(MONDAY, 5)
    assert len({slot.code for slot in found}) == len(found) >= 8
    assert found[-1].window.first <= found[0].window.first + delivery_slot.SHOWN_FOR
    for slot in found:
        assert slot.span.earliest == READY <= slot.span.first <= slot.span.last <= slot.window.last


@on_both_databases
def test_a_full_week_is_not_offered_and_a_cancelled_order_frees_it(database: Database) -> None:
    limit(database, 1, 0)
    first, second = free(database)[:2]
    number = take(database, first_free(database))
    assert free(database)[0] == second
    with database.writing() as session:
        placed = order.by_number(session, number, for_update=True)
        assert placed
        order.take(session, placed, Step.CANCELLATION, at=clock.now())
    assert free(database)[0] == first


@on_both_databases
def test_who_comes_too_late_takes_nothing(database: Database) -> None:
    limit(database, 1, 0)
    slot = first_free(database)
    take(database, slot)
    with pytest.raises(WeekFull):
        take(database, slot)
    with database.reading() as session:
        assert capacity.booked(session.connection(), READY, READY) == {READY: 1}
        assert order.count(session, "o" * 22) == 1, "the order goes with its place"


@on_both_databases
@pytest.mark.parametrize("capacity_of_week", [1, 7])
def test_fifty_who_try_at_once_never_overbook(new_database: Callable[[], str], capacity_of_week: int) -> None:
    database = Database(new_database())
    limit(database, capacity_of_week, 0)
    slot = first_free(database)

    def hand(_number: int) -> str:
        try:
            take(database, slot)
        except WeekFull:
            return "full"
        return "taken"

    with ThreadPoolExecutor(16) as hands:
        outcome = Counter(hands.map(hand, range(50)))
    assert outcome == {"taken": capacity_of_week, "full": 50 - capacity_of_week}
    with database.reading_rows() as rows:
        assert capacity.booked(rows, READY, READY) == {READY: capacity_of_week}
    database.engine.dispose()


@on_both_databases
def test_an_order_larger_than_a_week_is_finished_over_several(database: Database) -> None:
    with database.writing() as session:
        calendar.work(session, MONDAY, range(5), 4)
    assert free(database, pieces=4)[0] == Window(READY, READY + timedelta(days=4))
    window = free(database, pieces=10)[0]
    assert window.first == READY + timedelta(weeks=2)
    slot = first_free(database, pieces=10)
    take(database, slot, pieces=10)
    with database.reading_rows() as rows:
        taken = capacity.booked(rows, READY, READY + timedelta(weeks=3))
    assert list(taken.values()) == [2, 4, 4]


@on_both_databases
def test_appointments_are_so_many_a_day(database: Database) -> None:
    slot = first_free(database, "fitting")
    assert slot.window.first.weekday() in FITTING.weekdays
    numbers = [take(database, slot, "fitting") for _ in range(FITTING.appointments)]
    assert free(database, "fitting")[0].first > slot.window.first
    with pytest.raises(WeekFull):
        take(database, slot, "fitting")
    with database.writing() as session:
        placed = order.by_number(session, numbers[0], for_update=True)
        assert placed
        order.take(session, placed, Step.CANCELLATION, at=clock.now())
    assert free(database, "fitting")[0] == slot.window


@on_both_databases
def test_a_short_week_holds_less_and_a_closed_one_nothing(database: Database) -> None:
    with database.writing() as session:
        calendar.work(session, MONDAY, range(5), 10)
        calendar.close(session, [READY, READY + timedelta(days=1)], "Inventory", is_public=False)
        week_after = [READY + timedelta(days=7 + number) for number in range(5)]
        calendar.close(session, week_after, "Holiday", is_public=False)
    with database.reading_rows() as rows:
        weeks = Slots(rows, MONDAY, 0).weeks
        found = [weeks.capacity(READY + timedelta(weeks=number)) for number in range(3)]
    assert found == [6, 0, 10]
    assert not [window for window in free(database) if {window.first, window.last} & set(week_after)]


def test_a_method_knows_whom_it_reaches() -> None:
    courier = METHOD_BY_CODE["courier"]
    assert courier.reaches("DE", "10999")
    assert courier.reaches("DE", ""), "not known yet"
    assert not courier.reaches("DE", "80331")
    assert not courier.reaches("AT", "1010")
    assert CARRIER.reaches("AT", "1010")
    assert not CARRIER.reaches("FR", "75001")
    assert PICKUP.reaches("FR", "75001"), "who comes oneself comes from wherever"


@on_both_databases
def test_what_is_said_of_a_build_is_what_the_checkout_offers(database: Database) -> None:
    limit(database, 1, 0)
    take(database, first_free(database))
    with database.reading_rows() as rows:
        assert (
            ready_between(rows, MONDAY, 5)
            == free(database)[0]
            == (READY + timedelta(7), READY + timedelta(11))
        )


@on_both_databases
def test_held_places_are_for_those_who_come_first_until_a_week_before(database: Database) -> None:
    """Two pieces a week, one of them held: others find the week full after one, whoever comes first does not."""
    with database.writing() as session:
        calendar.work(session, MONDAY, range(5), 2, 1)

    def slots(today: date, *, first: bool = False) -> Slots:
        return Slots(rows, today, 10, comes_first=first)  # two working weeks: two Mondays later

    def book(slot: Slot, *, first: bool) -> None:
        with database.writing() as session:
            placed = an_order(session, a_line(), method="pickup", window=slot.window)
            session.flush()
            asking = Asking(MONDAY, first)
            delivery_slot.take(session, placed.id or 0, PICKUP, slot, 1, asking)

    week = MONDAY + timedelta(weeks=2)
    with database.reading_rows() as rows:
        soonest = slots(MONDAY).first(PICKUP)
        assert soonest
        assert calendar.monday_of(soonest.span.last) == week
    book(soonest, first=False)
    with pytest.raises(WeekFull):
        book(soonest, first=False)
    with database.reading_rows() as rows:
        others, mine = slots(MONDAY).first(PICKUP), slots(MONDAY, first=True).first(PICKUP)
        assert others
        assert mine
        assert (mine.window, others.window > mine.window) == (soonest.window, True)
        released = Weeks(rows, calendar.read(rows, MONDAY), week, week, Asking(week - RELEASED))
        assert (released.free(week), released.held(week)) == (1, 1)
    book(mine, first=True)
    with pytest.raises(WeekFull):
        book(mine, first=True)  # no more than fits, whoever it is
    with database.reading_rows() as rows:
        assert capacity.booked(rows, week, week) == {week: 2}
        assert Weeks(rows, calendar.read(rows, MONDAY), week, week).held(week) == 0
