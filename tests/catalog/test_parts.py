"""Parts are put in, moved and taken out, with what names them."""

from pathlib import Path
from typing import NamedTuple

import pytest

from catalog.faults import faults_in
from catalog.loader import load
from catalog.model import Family
from catalog.parts import moved, ordered, put, without
from catalog.references import (
    of_attribute,
    of_group,
    of_option,
    references,
    without_group,
    without_option,
)

BICYCLE = Path(__file__).resolve().parents[2] / "catalog" / "data" / "bicycle"


class Bead(NamedTuple):
    code: str
    colour: str = "red"


def beads(codes: str) -> tuple[Bead, ...]:
    return tuple(Bead(code) for code in codes)


def string(parts: tuple[Bead, ...]) -> str:
    return "".join(each.code for each in parts)


def test_a_part_takes_the_place_of_its_code_or_stands_behind_another() -> None:
    assert put(beads("abc"), Bead("b", "blue"))[1].colour == "blue"
    assert string(put(beads("abc"), Bead("x"))) == "abcx"
    assert string(put(beads("abc"), Bead("x"), after="a")) == "axbc"
    assert string(without(beads("abc"), "b")) == "ac"


def test_parts_move_as_far_as_there_are_places() -> None:
    assert string(moved(beads("abcd"), "b", 1)) == "acbd"
    assert string(moved(beads("abcd"), "b", -5)) == "bacd"
    assert string(moved(beads("abcd"), "a", 9)) == "bcda"
    assert string(moved(beads("abcd"), "x", 1)) == "abcd"


def test_an_order_that_names_not_all_loses_none() -> None:
    assert string(ordered(beads("abcd"), "dcba")) == "dcba"
    assert string(ordered(beads("abcd"), ["c", "x", "a", "a"])) == "cdab"
    assert sorted(string(ordered(beads("abcd"), ["c"]))) == [*"abcd"]


@pytest.fixture(scope="module")
def bicycle() -> Family:
    return load(BICYCLE)


def test_no_option_of_the_demo_leaves_a_name_behind(bicycle: Family) -> None:
    """Taken away with all that names it, each leaves a document without a fault of names."""
    for key in list(bicycle.option_by_key)[::9]:
        found = references(bicycle, of_option(*key))
        left = without_option(bicycle, *key, which=frozenset(each.place for each in found))
        assert not [fault for fault in faults_in(left) if key.option in fault.message], key
        assert not references(left, of_option(*key))


def test_a_group_goes_with_its_rules_and_lists_do_without_it(bicycle: Family) -> None:
    found = references(bicycle, of_group("rack"))
    assert any(each.is_list for each in found)
    assert any(each.place[0] == "rules" for each in found)
    left = without_group(bicycle, "rack", frozenset(each.place for each in found))
    assert "rack" not in left.group_by_code
    assert not faults_in(left)
    assert left.ready_made


def test_what_is_not_chosen_to_go_stays(bicycle: Family) -> None:
    left = without_group(bicycle, "rack", frozenset())
    assert len(left.rules) == len(bicycle.rules)
    assert faults_in(left)


def test_an_attribute_is_found_in_sums_and_in_amounts_of_groups(bicycle: Family) -> None:
    assert references(bicycle, of_attribute("weight_g"))
    assert not references(bicycle, of_attribute("weight"))
