"""Promised days are working days."""

from datetime import date, timedelta

import pytest

from webapp.sales.delivery import METHOD_BY_CODE, SATURDAY, offered, working_day_after

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (MONDAY, 0, date(2026, 11, 23)),
        (MONDAY, 4, date(2026, 11, 27)),
        (MONDAY, 5, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 11, 28), 4, date(2026, 12, 3)),
        (date(2026, 11, 28), 5, date(2026, 12, 4)),
        (date(2026, 11, 29), 0, date(2026, 11, 30)),
        (date(2026, 11, 29), 10, date(2026, 12, 11)),
        (date(2026, 11, 29), 12, date(2026, 12, 15)),
    ],
)
def test_weekends_do_not_count(start: date, days: int, end: date) -> None:
    assert working_day_after(start, days) == end


@pytest.mark.parametrize("start", [MONDAY + timedelta(days=number) for number in range(7)])
def test_each_working_day_more_is_the_next_one(start: date) -> None:
    day = start
    for days in range(1, 25):
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        assert working_day_after(start, days) == day


def test_a_window_follows_from_making_and_carrying() -> None:
    assert METHOD_BY_CODE["pickup"].window(MONDAY, 5) == (date(2026, 11, 30), date(2026, 12, 4))
    assert METHOD_BY_CODE["carrier"].window(MONDAY, 5) == (date(2026, 12, 2), date(2026, 12, 10))


def test_where_a_currency_has_no_carrier_one_collects() -> None:
    assert [method.code for method in offered("CHF")] == ["pickup", "fitting"]
    assert [method.price("EUR") for method in offered("EUR")] == [2900, 6900, 1900, 1500, 0, 0]
