"""Working days are what staff say, and Monday to Friday where they say nothing."""

from datetime import date, timedelta

import pytest

from tests.databases import on_both_databases
from webapp.database import Database
from webapp.sales import calendar
from webapp.sales.calendar import MONDAY_TO_FRIDAY, PLAIN, Calendar
from webapp.sales.delivery import METHOD_BY_CODE, working_day_after

MONDAY = date(2026, 11, 23)
CHRISTMAS = [date(2026, 12, 24) + timedelta(days=number) for number in range(3)]


def of(database: Database, since: date = MONDAY) -> Calendar:
    with database.reading_rows() as rows:
        return calendar.read(rows, since)


@on_both_databases
def test_without_a_word_from_staff_it_is_monday_to_friday(database: Database) -> None:
    assert of(database) is PLAIN


@pytest.mark.parametrize("start", [MONDAY + timedelta(days=number) for number in range(7)])
@pytest.mark.parametrize("days", [0, 1, 4, 5, 6, 23])
def test_a_plain_calendar_counts_as_ever(start: date, days: int) -> None:
    assert PLAIN.working_day_after(start, days) == working_day_after(start, days)


@on_both_databases
def test_closed_days_do_not_count_and_carriers_rest_on_public_ones_alone(database: Database) -> None:
    with database.writing() as session:
        calendar.close(session, CHRISTMAS, "Christmas", is_public=True)
        calendar.close(session, [date(2026, 12, 28)], "Stocktaking", is_public=False)
    ours = of(database)
    assert ours.working_day_after(date(2026, 12, 23), 1) == date(2026, 12, 29)
    assert ours.working_day_after(date(2026, 12, 25), 0) == date(2026, 12, 29)
    assert ours.working_day_before(date(2026, 12, 29)) == date(2026, 12, 23)
    assert ours.carried_by(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert METHOD_BY_CODE["pickup"].window(date(2026, 12, 23), 1, ours) == (
        date(2026, 12, 29),
        date(2027, 1, 4),
    )
    assert METHOD_BY_CODE["express"].window(date(2026, 12, 22), 1, ours).first == date(2026, 12, 28)


@on_both_databases
def test_a_day_is_closed_once_and_opened_again(database: Database) -> None:
    with database.writing() as session:
        assert calendar.close(session, CHRISTMAS, "Christmas", is_public=True) == CHRISTMAS
        assert calendar.close(session, CHRISTMAS, "Christmas", is_public=True) == []
        assert calendar.close(session, CHRISTMAS[:1], "Christmas Eve", is_public=False) == CHRISTMAS[:1]
    with database.writing() as session:
        gone = calendar.open_again(session, CHRISTMAS[0])
        assert gone
        assert gone.reason == "Christmas Eve"
        assert calendar.open_again(session, CHRISTMAS[0]) is None
    assert of(database).closed == frozenset(CHRISTMAS[1:])


@on_both_databases
def test_a_pattern_holds_from_its_week_on(database: Database) -> None:
    later = MONDAY + timedelta(weeks=2)
    with database.writing() as session:
        assert calendar.work(session, later + timedelta(days=2), [0, 1, 2, 5], 12) is None
        before = calendar.work(session, later, [0, 1, 2, 3], 8)
        assert before
        assert (before.weekdays, before.pieces) == ("1236", 12)
    ours = of(database)
    assert ours.rhythm(later - timedelta(days=1)).weekdays == MONDAY_TO_FRIDAY
    assert [day.weekday() for day in ours.working_days(later)] == [0, 1, 2, 3]
    assert ours.rhythm(later).pieces == 8
