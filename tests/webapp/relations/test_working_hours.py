"""Working time is what a clock counts that runs only while somebody is there, whatever the clocks of the country do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.relations.talk.working_hours import MIDNIGHT, NINE_TO_SIX, NeverOpen, Span, WorkingHours

BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = WorkingHours(BERLIN)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# Around both changes of the clock, new year, and a place that skipped a whole day.
DAYS = st.sampled_from(
    [date(2026, 3, 27), date(2026, 10, 23), date(2026, 11, 23), date(2026, 12, 30), date(2011, 12, 28)]
)
ZONES = st.sampled_from(
    [
        BERLIN,
        ZoneInfo("Europe/Moscow"),
        ZoneInfo("America/St_Johns"),
        ZoneInfo("Pacific/Apia"),
        ZoneInfo("UTC"),
    ]
)


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Some week with at least one day of work, some days of it closed."""
    spans = st.tuples(st.integers(0, MIDNIGHT - 1), st.integers(1, MIDNIGHT)).filter(
        lambda two: two[0] < two[1]
    )
    week = draw(st.dictionaries(st.integers(0, 6), spans.map(lambda two: Span(*two)), min_size=1))
    first = draw(DAYS)
    closed = draw(st.frozensets(st.integers(0, 9).map(lambda days: first + timedelta(days=days)), max_size=4))
    return WorkingHours(draw(ZONES), week, closed)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    day = draw(DAYS)
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return begin + draw(st.integers(0, 6 * MIDNIGHT)) * MINUTE


SPANS = st.integers(0, 40 * 60).map(lambda minutes: minutes * MINUTE)


@settings(max_examples=60, deadline=None)
@given(hours(), moments(), SPANS)
def test_what_is_promised_lies_just_so_much_working_time_ahead(
    ours: WorkingHours, moment: datetime, span: timedelta
) -> None:
    by = ours.after(moment, span)
    assert by >= moment
    assert ours.between(moment, by) == span
    assert ours.between(moment, by - MINUTE) < span or not span, "and no earlier moment would have done"
    assert ours.is_open(by if not span else by - timedelta(microseconds=1))


@settings(max_examples=60, deadline=None)
@given(hours(), moments(), SPANS, SPANS)
def test_two_spans_after_each_other_are_one(
    ours: WorkingHours, moment: datetime, one: timedelta, other: timedelta
) -> None:
    assert ours.after(ours.after(moment, one), other) == ours.after(moment, one + other) or not other


@settings(max_examples=60, deadline=None)
@given(hours(), moments(), SPANS, st.integers(0, 4000).map(lambda minutes: minutes * MINUTE))
def test_whoever_writes_later_is_never_promised_more(
    ours: WorkingHours, moment: datetime, span: timedelta, later: timedelta
) -> None:
    assert ours.after(moment, span) <= ours.after(moment + later, span)
    assert ours.between(moment, moment + later) <= later


@settings(max_examples=60, deadline=None)
@given(hours(), moments(), st.integers(0, 4 * MIDNIGHT))
def test_working_time_is_what_counting_minutes_finds(
    ours: WorkingHours, moment: datetime, minutes: int
) -> None:
    steps = range(0, minutes, 7)
    counted = sum(ours.is_open(moment + step * MINUTE) for step in steps) * 7 * MINUTE
    stretches = 2 * (minutes // MIDNIGHT + 2)  # each edge may be missed by one step
    assert abs(counted - ours.between(moment, moment + minutes * MINUTE)) <= stretches * 7 * MINUTE


@pytest.mark.parametrize(
    ("written", "span", "by"),
    [
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),
        ("2026-11-23T17:00", 2, "2026-11-24T10:00"),  # over a night
        ("2026-11-23T17:00", 1, "2026-11-23T18:00"),  # just until closing, not until the next opening
        ("2026-11-27T17:00", 2, "2026-11-30T10:00"),  # over a weekend
        ("2026-11-28T12:00", 1, "2026-11-30T10:00"),  # written on a Saturday
        ("2026-11-23T03:00", 0, "2026-11-23T09:00"),
        ("2026-12-24T17:30", 1, "2026-12-28T09:30"),  # Christmas and a weekend
        ("2026-10-23T17:00", 10, "2026-10-26T18:00"),  # the clocks went back: nobody worked meanwhile
    ],
)
def test_nights_weekends_and_holidays_do_not_count(written: str, span: int, by: str) -> None:
    ours = WorkingHours(BERLIN, closed=frozenset({date(2026, 12, 25)}))
    found = ours.after(datetime.fromisoformat(written).replace(tzinfo=BERLIN), span * HOUR)
    assert found.astimezone(BERLIN).isoformat()[:16] == by


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-01", 24)])
def test_a_day_of_the_clocks_change_is_as_long_as_it_is(day: str, length: int) -> None:
    ours = WorkingHours(BERLIN, {6: Span(0, MIDNIGHT)})
    opens, closes = ours.on(date.fromisoformat(day)) or (None, None)
    assert opens
    assert closes
    assert closes - opens == length * HOUR


def test_who_never_opens_can_promise_nothing() -> None:
    with pytest.raises(NeverOpen):
        WorkingHours(BERLIN, {}).after(datetime(2026, 11, 23, tzinfo=UTC), HOUR)
    shut = frozenset(date(2026, 11, 23) + timedelta(days=number) for number in range(400))
    with pytest.raises(NeverOpen):
        WorkingHours(BERLIN, {0: NINE_TO_SIX}, shut).after(datetime(2026, 11, 23, tzinfo=UTC), HOUR)
