"""An address reads as choices in the order they were made."""

import pytest

from catalog.choices import Choices, read
from catalog.expression import OptionKey
from tests.catalog.built import a_family

DESK = a_family("top: oak 100, glass 250", "lamp?: clip 40, floor 90", "extras 0-2: mat 10, tray 20, hook 30")


def reading(address: str, pick: str | None = None):
    parts = (part.partition("=") for part in address.split("&") if part)
    return read(DESK, [(group, option) for group, _, option in parts], pick)


def said(choices: Choices) -> str:
    return "&".join(f"{group}={option}" for group, option in choices.parameters())


def test_choices_stand_in_the_order_they_were_made():
    assert said(reading("extras=tray&top=oak&extras=mat").choices) == "extras=tray&top=oak&extras=mat"


def test_without_a_pick_the_last_choice_is_the_click():
    found = reading("top=oak&lamp=clip")
    assert (str(found.pick), said(found.before)) == ("lamp.clip", "top=oak")


def test_a_pick_that_the_address_does_not_hold_is_no_click():
    assert str(reading("top=oak&lamp=clip", "top.glass").pick) == "lamp.clip"
    assert str(reading("top=oak&lamp=clip", "gone").pick) == "lamp.clip"


def test_a_replaced_pick_is_what_stood_before_the_click():
    found = reading("top=oak&lamp=clip&top=glass", "top.glass")
    assert (said(found.choices), said(found.before)) == ("lamp=clip&top=glass", "top=oak&lamp=clip")


def test_a_click_in_the_middle_replaces_a_later_pick_of_its_group():
    found = reading("top=glass&lamp=clip&top=oak", "top.glass")
    assert (said(found.choices), said(found.before)) == ("top=glass&lamp=clip", "lamp=clip&top=oak")


def test_a_click_in_a_group_of_several_replaces_nothing():
    found = reading("extras=mat&extras=tray")
    assert (said(found.choices), said(found.before)) == ("extras=mat&extras=tray", "extras=mat")


def test_a_choice_said_twice_counts_once():
    assert said(reading("extras=mat&top=oak&extras=mat&top=oak").choices) == "extras=mat&top=oak"


def test_a_refusal_may_stand_beside_picks_in_a_group_of_several():
    assert said(reading("extras=mat&extras=none&extras=hook").choices) == "extras=mat&extras=none&extras=hook"


@pytest.mark.parametrize(
    "unknown",
    ["top=steel", "drawer=oak", "top=none", "top=", "=oak", "pick=oak", "top=*", "Top=oak", "extras=оak"],
)
def test_codes_that_the_family_lacks_are_set_aside(unknown):
    found = reading(f"top=oak&{unknown}&lamp=clip")
    assert [f"{group}={option}" for group, option in found.unknown] == [unknown]
    assert said(found.choices) == "top=oak&lamp=clip"


def test_an_empty_address_says_nothing():
    found = reading("")
    assert (found.choices, found.pick, found.before, found.unknown) == (Choices(), None, Choices(), ())


def test_a_thousand_repeated_choices_are_read_as_one():
    assert said(reading("&".join(["top=oak&top=glass"] * 500)).choices) == "top=glass"


def test_a_click_after_choices_reads_as_the_choices_with_that_pick():
    before = Choices.of_names(["top.oak", "lamp.clip", "extras.mat"])
    for name in ("top.glass", "lamp.none", "extras.tray"):
        key = OptionKey(*name.split("."))
        found = read(DESK, [*before.parameters(), key], name)
        assert found.choices == before.with_pick(DESK.group_by_code[key.group], key)
        assert found.before == before
        assert found.pick == key


def test_a_click_on_without_in_a_group_of_several_takes_its_picks_back():
    before = Choices.of_names(["top.oak", "extras.mat", "extras.tray"])
    key = OptionKey("extras", "none")
    assert said(before.with_pick(DESK.group_by_code["extras"], key)) == "top=oak&extras=none"


def test_a_click_on_without_in_an_address_takes_the_picks_of_its_group_back():
    found = reading("top=oak&extras=mat&extras=none", "extras.none")
    assert (said(found.choices), said(found.before)) == ("top=oak&extras=none", "top=oak&extras=mat")
