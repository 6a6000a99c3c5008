"""The public holidays that are proposed are those of the law."""

from datetime import date

import pytest

from webapp.sales.holidays import easter_sunday, german


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_falls_where_the_church_says(year: int, day: date) -> None:
    assert easter_sunday(year) == day


def test_all_of_germany_rests_on_nine_days() -> None:
    found = {each.name: each.day for each in german(2026) if each.everywhere}
    assert len(found) == 9
    assert found["Karfreitag"] == date(2026, 4, 3)
    assert found["Christi Himmelfahrt"] == date(2026, 5, 14)
    assert found["Pfingstmontag"] == date(2026, 5, 25)


@pytest.mark.parametrize(("year", "day"), [(2025, 19), (2026, 18), (2027, 17), (2022, 16), (2023, 22)])
def test_repentance_day_is_the_wednesday_before_the_last_sundays(year: int, day: int) -> None:
    found = {each.name: each.day for each in german(year)}
    assert found["Buß- und Bettag"] == date(year, 11, day)
