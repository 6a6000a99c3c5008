"""Examples of what rules forbid: choices that all other rules allow together, of which none could be left out."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.choices import Choices
from catalog.engine import Engine
from catalog.examples import Examples, touched
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.loader import load
from catalog.model import NONE, Family
from tests.catalog.built import a_family, a_price
from tests.catalog.families import families
from tests.catalog.reference import Reference

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"


def keys(*names: str) -> tuple[OptionKey, ...]:
    return tuple(Choices.of_names(names))


def test_an_example_names_what_the_rule_is_about_and_no_more():
    family = a_family(
        "top: oak 0, glass 0",
        "base: frame 0, trestles 0",
        "lamp?: clip 0",
        "extras 0-3: mat 0 mass=3, tray 0 mass=5, box 0 mass=1",
        rules=["top.glass requires base.frame", "at most 1 of (extras.mat, lamp.clip)"],
        resources=["sum(mass) <= 7"],
    )
    examples = Examples(family)
    assert examples.forbidden("rule-1") == keys("top.glass", "base.trestles")
    assert examples.forbidden("rule-2") == keys("lamp.clip", "extras.mat")
    assert examples.forbidden("resource-1") == keys("extras.mat", "extras.tray")
    assert set(touched(family, "rule-1")) == set(keys("top.glass", "base.frame"))
    assert set(touched(family, "resource-1")) == set(keys("extras.mat", "extras.tray", "extras.box"))


def test_a_rule_that_forbids_nothing_beyond_the_others_has_no_example():
    family = a_family(
        "top: oak 0, glass 0",
        "base: frame 0, trestles 0",
        rules=["top.glass requires base.frame", "base.trestles excludes top.glass", "top.oak or top.glass"],
    )
    examples = Examples(family)
    assert [examples.forbidden(code) for code in ("rule-1", "rule-2", "rule-3")] == [None, None, None]


def test_what_is_missing_may_be_the_example():
    family = a_family("top: oak 0, glass 0", "lamp?: clip 0, arm 0", rules=["top.glass requires lamp.*"])
    assert Examples(family).forbidden("rule-1") == (OptionKey("top", "glass"), OptionKey("lamp", NONE))


def test_a_price_rule_is_shown_by_what_makes_it_apply():
    family = a_family(
        "top: oak 100, glass 200",
        "lamp?: clip 50, arm 60",
        rules=["top.oak excludes lamp.arm"],
        price_rules=[
            a_price("light", "lamp.*", amount=-10),
            a_price("never", "top.oak and lamp.arm", amount=-10),
        ],
    )
    examples = Examples(family)
    shown = examples.applying("light")
    assert shown
    assert len(shown) == 1
    assert shown[0].group == "lamp"
    assert examples.applying("never") is None


@given(families(most_options=9))
@settings(max_examples=60, deadline=None)
def test_examples_are_what_they_say_by_brute_force(family: Family):
    if faults_in(family):
        return
    examples = Examples(family)
    for rule in (*family.rules, *family.resources):
        shown = examples.forbidden(rule.code)
        allowed = [set(each) for each in without(family, rule.code)]
        valid = [set(each) for each in without(family, "")]
        if shown is None:
            assert len(allowed) == len(valid)
            continue
        assert any(is_said(family, shown, picked) for picked in allowed)
        assert not any(is_said(family, shown, picked) for picked in valid)
        closed = {key.group for key in shown if key.option == NONE}
        for left_out in (key for key in shown if key.group not in closed):
            fewer = [key for key in shown if key != left_out]
            assert any(is_said(family, fewer, picked) for picked in valid) or not valid


def without(family: Family, code: str) -> list[frozenset[OptionKey]]:
    """All configurations that keep every rule but one."""
    other = family.revised(
        rules=tuple(rule for rule in family.rules if rule.code != code),
        resources=tuple(rule for rule in family.resources if rule.code != code),
    )
    return list(Reference(other).valid)


def is_said(family: Family, shown: Iterable[OptionKey], picked: set[OptionKey]) -> bool:
    """Whether a configuration has the choices; `none` is nothing of the group but the other choices."""
    said = set(shown)
    return all(
        key in picked
        if key.option != NONE
        else not any(other in picked and other not in said for other in family.group_by_code[key.group].keys)
        for key in said
    )


@pytest.mark.parametrize("code", ["bicycle", "workstation"])
def test_the_examples_of_the_demo_are_refused_by_the_engine(code: str):
    family = load(DATA / code)
    engine, examples = Engine(family), Examples(family)
    for rule in (*family.rules, *family.resources):
        shown = examples.forbidden(rule.code)
        if shown is not None:
            assert len(shown) <= 6
            assert not engine.fits(Choices(shown))
