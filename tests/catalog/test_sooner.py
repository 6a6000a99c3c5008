"""What would be ready sooner is what looking at every combination says."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.model import NONE, Family
from catalog.sooner import Sooner, sooner
from tests.catalog.built import a_family
from tests.catalog.families import families_with_choices
from tests.catalog.reference import Picked, Reference


def ways_of(reference: Reference, choices: Choices, now: Picked) -> dict[str, tuple[int, int]]:
    """For each choose-one group the fewest days, and the least difference for them, of a replacement."""
    found: dict[str, tuple[int, int]] = {}
    for group in reference.family.groups:
        if not group.is_choose_one or not now & frozenset(group.keys):
            continue
        for key in reference.keys_of(group):
            if key in now:
                continue
            others = reference.wanted(choices, key)
            promised = reference.promises((*others, key))
            valid = reference.with_all(promised)
            if valid and reference.days(valid[0]) < reference.days(now):
                worth = reference.days(valid[0]), reference.total(valid[0]) - reference.total(now)
                found[group.code] = min(found.get(group.code, worth), worth)
    return found


@given(families_with_choices())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_says_what_every_combination_says(given_: tuple[Family, Choices]) -> None:
    family, choices = given_
    reference = Reference(family)
    now = reference.current(choices)
    assume(now is not None)
    assert now is not None
    configuration = Engine(family).configure(choices)
    found = sooner(configuration, most=len(family.groups))
    for way in found:
        then = reference.current(way.after)
        assert then is not None
        assert reference.days(then) == way.lead_days < reference.days(now)
        assert reference.total(then) - reference.total(now) == way.delta
        assert not then & frozenset(way.gives_way)
        kept = [key for key in choices if key.group != way.group]
        assert set(kept) <= set(way.after), "another choice was touched"
    for group, worth in ways_of(reference, choices, now).items():
        mine = next((way for way in found if way.group == group), None)
        assert mine is not None, group
        assert (mine.lead_days, mine.delta) <= worth
    ranks = [(way.lead_days, way.delta) for way in found]
    assert ranks == sorted(ranks)
    assert sooner(configuration) == found[:3]
    assert len({way.group for way in found}) == len(found)


@pytest.fixture
def bicycle() -> Family:
    return a_family(
        "model: city 50000",
        "paint: black 0, custom 12000 lead_days=9",
        "rack?: steel 4000 lead_days=1, titan 9000 lead_days=3",
        "extras 0-2: bell 1000 lead_days=2, bag 8000 lead_days=4",
        lead={"base_days": 5, "combine": "sum"},
    )


def test_the_soonest_comes_first_and_says_what_it_costs(bicycle: Family) -> None:
    said = Choices.of_names(["paint.custom", "rack.titan", "extras.bell", "extras.bag"])
    configuration = Engine(bicycle).configure(said)
    assert configuration.lead_days == 23
    assert [(str(way.takes_place), way.lead_days, way.delta) for way in sooner(configuration)] == [
        ("paint.black", 14, -12000),
        ("None", 19, -8000),
        ("None", 20, -9000),
    ]
    paint, extras, rack = sooner(configuration)
    assert paint.gives_way == (OptionKey("paint", "custom"),)
    assert extras.gives_way == (OptionKey("extras", "bag"),)
    assert rack.gives_way == (OptionKey("rack", "titan"),)
    assert OptionKey("rack", NONE) in rack.after or not [key for key in rack.after if key.group == "rack"]


def test_where_nothing_is_sooner_nothing_is_said(bicycle: Family) -> None:
    assert sooner(Engine(bicycle).configure(Choices())) == []


def test_a_way_names_its_group() -> None:
    key = OptionKey("paint", "custom")
    assert Sooner((key,), None, 5, 0, Choices()).group == "paint"
