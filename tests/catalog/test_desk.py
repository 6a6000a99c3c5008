"""The engine's promises one by one, each on the smallest family that shows it."""

import pytest

from catalog.choices import Choices, read
from catalog.completion import Impossible
from catalog.configuration import Configuration, Origin
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.model import Family
from tests.catalog.built import a_bundle, a_family, a_price


def configured(family: Family, *names: str) -> Configuration:
    return Engine(family).configure(Choices.of_names(names))


def picked(configuration: Configuration) -> list[str]:
    return [str(key) for key in configuration.picked]


def card(configuration: Configuration, name: str):
    return configuration.cards[OptionKey(*name.split("."))]


@pytest.fixture
def desk() -> Family:
    return a_family(
        "top: oak 100, pine 60, glass 250",
        "base: trestles 20, frame 80, column 80",
        "lamp?: clip 40, floor 90",
        "extras 0-2: mat 10, tray -5, hook 0",
        rules=["top.glass requires base.frame", "lamp.clip excludes top.glass"],
    )


def test_what_is_not_chosen_is_filled_in_as_cheaply_as_can_be(desk):
    configuration = configured(desk)
    assert picked(configuration) == ["top.pine", "base.trestles", "extras.tray"]
    assert configuration.total == 60 + 20 - 5
    assert set(configuration.origins.values()) == {Origin.ASSUMED}


def test_a_glass_top_leaves_only_the_steel_frame(desk):
    configuration = configured(desk, "top.glass")
    assert picked(configuration)[:2] == ["top.glass", "base.frame"]
    assert configuration.origins[OptionKey("base", "frame")] is Origin.FORCED
    assert not card(configuration, "base.column").available


def test_an_option_that_is_out_costs_what_its_first_repair_costs(desk):
    engine = Engine(desk)
    now = engine.configure(Choices.of_names(["top.glass"]))
    out = card(now, "base.trestles")
    conflict = engine.conflict(now, out.key)
    assert {rule.code for rule in conflict.rules} == {"limit:base", "rule-1"}
    assert [str(key) for key in conflict.choices] == ["top.glass"]
    first, second = conflict.repairs
    assert (str(first.changes[0].was), str(first.changes[0].becomes)) == ("top.glass", "top.pine")
    assert (str(second.changes[0].was), str(second.changes[0].becomes)) == ("top.glass", "top.oak")
    assert (out.delta, out.changes) == (first.delta, 1)
    assert first.delta == (60 + 20 - 5) - (250 + 80 - 5)


def test_equal_totals_are_decided_by_days_and_then_by_the_documents_order():
    family = a_family("top: oak 100 lead_days=5, ash 100 lead_days=2, elm 100 lead_days=2")
    assert picked(configured(family)) == ["top.ash"]


def test_a_repair_earlier_in_the_document_goes_first_among_equals():
    family = a_family(
        "top: oak 0, ash 0, elm 0", "base: frame 0, legs 0", rules=["top.elm excludes base.legs"]
    )
    engine = Engine(family)
    now = engine.configure(Choices.of_names(["top.elm"]))
    repairs = engine.conflict(now, OptionKey("base", "legs")).repairs
    assert [str(repair.changes[0].becomes) for repair in repairs] == ["top.oak", "top.ash"]


def test_none_in_a_group_of_several_refuses_all_but_my_picks(desk):
    assert "extras.tray" not in picked(configured(desk, "extras.none"))
    configuration = configured(desk, "extras.none", "extras.mat")
    assert [name for name in picked(configuration) if "extras" in name] == ["extras.mat"]


def test_a_refusal_that_is_broken_counts_once_for_each_option_that_comes_in():
    family = a_family(
        "top: oak 0, elm 50",
        "extras 0-3: mat 10, tray 10, hook 10",
        rules=["if top.elm then extras.mat and extras.tray"],
    )
    now = configured(family, "extras.none")
    assert (card(now, "top.elm").changes, card(now, "top.elm").delta) == (2, 70)


def test_a_pick_beyond_the_groups_limit_is_out_and_says_so():
    family = a_family("extras 0-2: mat 10, tray 20, hook 30")
    engine = Engine(family)
    now = engine.configure(Choices.of_names(["extras.mat", "extras.tray"]))
    assert not card(now, "extras.hook").available
    conflict = engine.conflict(now, OptionKey("extras", "hook"))
    assert [rule.code for rule in conflict.rules] == ["limit:extras"]
    assert [repair.total for repair in conflict.repairs] == [40, 50]


def test_a_conflict_over_a_sum_names_the_limits_that_it_rests_on():
    family = a_family(
        "supply: one 0 watt=4, other 0 watt=4", "lamp?: floor 0", resources=["sum(watt) >= 8 when lamp.floor"]
    )
    engine = Engine(family)
    conflict = engine.conflict(engine.configure(Choices()), OptionKey("lamp", "floor"))
    assert {rule.code for rule in conflict.rules} == {"resource-1", "limit:supply"}


def test_a_repair_says_a_refusal_once():
    family = a_family(
        "lamp?: floor 30", "extras 0-2: mat 10, tray 20", rules=["lamp.floor requires extras.none"]
    )
    engine = Engine(family)
    now = engine.configure(Choices.of_names(["extras.none", "extras.mat"]))
    [repair] = engine.conflict(now, OptionKey("lamp", "floor")).repairs
    assert [str(key) for key in repair.after] == ["extras.none", "lamp.floor"]


def test_an_option_in_no_valid_configuration_has_no_difference_and_no_repair():
    family = a_family("top: oak 0, elm 50", "base: frame 0, legs 0", rules=["not top.elm"])
    engine = Engine(family)
    now = engine.configure(Choices())
    assert (card(now, "top.elm").available, card(now, "top.elm").delta) == (False, None)
    conflict = engine.conflict(now, OptionKey("top", "elm"))
    assert ([rule.code for rule in conflict.rules], conflict.repairs) == (["rule-1"], ())


def test_bundles_that_share_options_add_up_without_being_taken_for_broken_choices():
    family = a_family(
        "top: oak 100",
        "extras 0-2: mat 100, tray 100",
        bundles=[a_bundle(f"set-{n}", 0, "top.oak", "extras.mat", "extras.tray") for n in range(6)],
    )
    now = configured(family)
    assert now.total == 300 - 6 * 300
    assert card(now, "extras.none").delta == 100 - now.total
    assert all(card.available and not card.changes for card in now.cards.values())


@pytest.mark.parametrize("percent", ["1000", "-1000", "350.5"])
def test_percentages_beyond_the_price_itself_are_still_told_from_choices(percent):
    family = a_family(
        "top: oak 100, elm 70",
        "base: frame 50, legs 40",
        price_rules=[a_price("much", "top.oak", percent=percent, of=["top.*", "base.*"])],
    )
    engine = Engine(family)
    for name in ("top.oak", "top.elm"):
        now = engine.configure(Choices.of_names([name]))
        for one in now.cards.values():
            assert one.available
            assert engine.complete(one.after).total - now.total == one.delta


def test_my_choices_that_fit_together_are_never_set_aside_when_the_next_click_clashes():
    family = a_family(
        "top: oak 0, elm 0",
        "extras 0-2: mat 10, tray 10",
        rules=["extras.mat", "top.elm excludes extras.mat"],
    )
    engine = Engine(family)
    before = [("extras", "none"), ("extras", "mat")]
    assert picked(engine.answer(read(family, before))) == ["top.oak", "extras.mat"]
    answer = engine.answer(read(family, [*before, ("top", "elm")]))
    assert (answer.set_aside, answer.choices.parameters()) == ((), before)
    assert answer.conflict
    assert answer.conflict.key == OptionKey("top", "elm")


def test_choices_that_clash_in_an_address_made_by_hand_are_set_aside_but_the_last_click_is_heard(desk):
    address = [("top", "glass"), ("base", "trestles"), ("lamp", "clip"), ("extras", "mat")]
    answer = Engine(desk).answer(read(desk, address))
    assert [str(key) for key in answer.set_aside] == ["base.trestles", "lamp.clip"]
    assert answer.conflict is None
    assert "extras.mat" in picked(answer)


def test_a_family_that_allows_nothing_says_so():
    family = a_family("top: oak 0, elm 0", rules=["top.oak", "top.elm"])
    engine = Engine(family)
    assert not engine.fits(Choices())
    for ask in (engine.configure, engine.complete, lambda choices: engine.answer(read(family, []))):
        with pytest.raises(Impossible):
            ask(Choices())


def test_resources_show_what_is_used_and_what_there_is():
    family = a_family(
        "supply: small 50 watt=100, large 90 watt=200",
        "parts 1-3: fan 5 draw=60, disk 20 draw=70, card 80 draw=75",
        resources=["1.3 * sum(draw) <= supply.watt", "sum(draw) >= 60 when parts.fan"],
    )
    now = configured(family, "parts.fan")
    assert [(meter.code, meter.used, meter.limit) for meter in now.meters] == [
        ("resource-1", 78, 100),
        ("resource-2", 60, 60),
    ]
    assert card(now, "parts.card").delta == 80 + 40
    assert picked(configured(family, "parts.fan", "parts.card"))[0] == "supply.large"
    assert not card(configured(family, "parts.disk", "parts.card"), "parts.fan").available


def test_days_are_the_largest_or_the_sum_as_the_family_says():
    groups = ("top: oak 0 lead_days=5", "base: frame 0 lead_days=3", "lamp?: clip 0 lead_days=9")
    for combine, now, with_lamp in (("largest", 15, 19), ("sum", 18, 27)):
        family = a_family(*groups, lead={"base_days": 10, "combine": combine})
        configuration = configured(family)
        assert configuration.lead_days == now
        assert card(configuration, "lamp.clip").lead_days == with_lamp
