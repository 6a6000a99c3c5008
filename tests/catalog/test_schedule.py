"""Options and prices with days: what a family is on one, and what its editors planned."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import exporter, loader
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.model import Family
from catalog.schedule import as_planned, boundaries, in_force
from tests.catalog.families import families

DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)
CARBON = OptionKey("frame", "carbon")


def a_family(**carbon: Any) -> Family:
    def option(code: str, **more: Any) -> dict[str, Any]:
        return {"code": code, "title": {"en": code.title(), "ru": code.upper()}, "price": 10000} | more

    return Family.model_validate(
        {
            "code": "bike",
            "title": {"en": "Bike", "ru": "Велосипед"},
            "currency": "EUR",
            "tax_percent": "19",
            "steps": [{"code": "all", "title": {"en": "All", "ru": "Всё"}}],
            "groups": [
                {
                    "code": "frame",
                    "title": {"en": "Frame", "ru": "Рама"},
                    "step": "all",
                    "options": [option("steel"), option("carbon", **carbon)],
                }
            ],
        }
    )


def available(family: Family) -> bool:
    return Engine(family).configure(Choices()).cards[CARBON].available


def price(family: Family) -> int:
    return family.option_by_key[CARBON].price


def test_an_option_is_sold_from_its_first_to_its_last_day_and_says_so_otherwise() -> None:
    family = a_family(since="2026-12-01", until="2026-12-31")
    before, within, after = (in_force(family, day) for day in (DECEMBER - timedelta(1), DECEMBER, JANUARY))
    assert [available(each) for each in (before, within, after)] == [False, True, False]
    assert within.rules == ()
    assert before.rules[0].reason.root == {
        "en": "Carbon: on sale from 2026-12-01.",
        "ru": "«CARBON»: в продаже с 01.12.2026.",
    }
    assert "until 2026-12-31" in after.rules[0].reason.in_("en")
    assert not faults_in(before)


def test_a_price_of_some_days_gives_way_to_the_usual_one() -> None:
    family = a_family(
        prices=[
            {"price": 9000, "since": "2026-12-01"},
            {"price": 8000, "since": "2026-12-24", "until": "2026-12-26"},
        ]
    )
    days = [DECEMBER - timedelta(1), DECEMBER, date(2026, 12, 24), date(2026, 12, 27)]
    assert [price(in_force(family, day)) for day in days] == [10000, 9000, 8000, 9000]
    assert in_force(family, DECEMBER).option_by_key[CARBON].usual == 10000
    assert boundaries(family) == [DECEMBER, date(2026, 12, 24), date(2026, 12, 27)]


def test_what_has_no_days_is_itself() -> None:
    family = a_family()
    assert in_force(family, DECEMBER) is family
    assert as_planned(family) is family


def test_days_that_end_before_they_begin_are_a_fault() -> None:
    assert faults_in(a_family(since="2026-12-02", until="2026-12-01"))
    assert faults_in(a_family(prices=[{"price": 1, "since": "2026-12-02", "until": "2026-12-01"}]))


def test_days_leave_and_come_back_with_the_folder(tmp_path: Any) -> None:
    family = a_family(since="2026-12-01", prices=[{"price": 9000, "until": "2026-12-31"}])
    for number, each in enumerate((family, in_force(family, DECEMBER))):
        exporter.export(each, tmp_path / str(number))
        assert loader.load(tmp_path / str(number)) == each


DAYS = st.one_of(st.none(), st.dates(date(2026, 12, 1), date(2026, 12, 9)))


@st.composite
def dated(draw) -> Family:
    family = draw(families(most_options=6))
    plain = family.model_dump(mode="json")
    for group in plain["groups"]:
        for option in group["options"]:
            if draw(st.booleans()):
                option |= {"since": draw(DAYS), "until": draw(DAYS)}
            option["prices"] = [
                {"price": draw(st.integers(0, 3)), "since": draw(DAYS), "until": draw(DAYS)}
                for _ in range(draw(st.integers(0, 2)))
            ]
    return Family.model_validate(plain)


@given(dated(), st.dates(date(2026, 11, 28), date(2026, 12, 12)))
def test_the_plan_survives_every_day_and_only_boundaries_change_anything(family: Family, day: date) -> None:
    sold = in_force(family, day)
    assert as_planned(sold) == family
    assert in_force(sold, day) == sold
    assert list(sold.option_by_key.values()) == [each for group in sold.groups for each in group.options]
    following = day + timedelta(1)
    if following not in boundaries(family):
        # Nothing but the sentences may say another thing, and they name days that stay.
        assert in_force(sold, following) == sold


@pytest.mark.parametrize("code", ["a" * 60, "a-b"])
def test_a_long_code_makes_a_rule_all_the_same(code: str) -> None:
    plain = a_family(since="2026-12-01").model_dump(mode="json")
    plain["groups"][0]["options"][1]["code"] = code
    assert not faults_in(in_force(Family.model_validate(plain), date(2026, 1, 1)))
