"""A kept build under a newer version of its family: how it stands, what has changed, and the ways to have it."""

from decimal import Decimal

import pytest

from catalog import nearest, pricing
from catalog.changes import Kind
from catalog.choices import Choices
from catalog.configuration import Origin
from catalog.engine import Engine
from catalog.kept import Kept
from catalog.model import Family
from catalog.reopen import Reopening, Standing, WayKind, reopen
from catalog.terms import NO_TERMS, Term, Terms
from tests.catalog.built import a_bundle, a_family, a_price, said

TOP, BASE, LAMP = "top: oak 100, glass 250", "base: trestle 50, frame 120", "lamp?: clip 40, arm 90"


def kept(family: Family, *names: str, terms: Terms = NO_TERMS) -> Kept:
    configuration = Engine(family).configure(Choices.of_names(names))
    return Kept.of(configuration, pricing.price(configuration, terms))


def opened(build: Kept, family: Family, terms: Terms = NO_TERMS) -> Reopening:
    return reopen(build, Engine(family), terms)


def kinds(reopening: Reopening) -> list[tuple[Kind, str, str, int]]:
    return [(change.kind, change.group, change.option, change.effect) for change in reopening.changes]


def choices(reopening: Reopening, place: int = 0) -> list[str]:
    return [str(key) for key in reopening.ways[place].choices]


def test_nothing_has_changed():
    desk = a_family(TOP, BASE, LAMP)
    reopening = opened(kept(desk, "top.glass"), desk)
    assert reopening.standing is Standing.UNCHANGED
    assert reopening.changes == ()
    assert [way.kind for way in reopening.ways] == [WayKind.AS_IT_WAS]
    assert choices(reopening) == ["top.glass"]


def test_a_part_has_become_dearer_and_another_one_cheaper():
    build = kept(a_family(TOP, BASE), "top.glass", "base.frame")
    reopening = opened(build, a_family("top: oak 100, glass 300", "base: trestle 50, frame 100"))
    assert reopening.standing is Standing.REPRICED
    assert kinds(reopening) == [(Kind.DEARER, "top", "glass", 50), (Kind.CHEAPER, "base", "frame", -20)]
    assert (reopening.changes[0].was, reopening.changes[0].now) == (250, 300)
    assert reopening.difference == 30


def test_prices_that_rise_and_fall_alike_leave_it_unchanged_and_are_named():
    build = kept(a_family(TOP, BASE), "top.glass", "base.frame")
    reopening = opened(build, a_family("top: oak 100, glass 260", "base: trestle 50, frame 110"))
    assert reopening.standing is Standing.UNCHANGED
    assert [change.effect for change in reopening.changes] == [10, -10]


def test_what_we_had_filled_in_stays_and_the_cheaper_filling_is_offered_beside():
    build = kept(a_family(TOP, BASE), "top.glass")
    reopening = opened(build, a_family(TOP, "base: trestle 50, frame 30"))
    assert reopening.standing is Standing.UNCHANGED
    assert [way.kind for way in reopening.ways] == [WayKind.AS_IT_WAS, WayKind.CHEAPER]
    # To keep what we had filled in, it has to be said from now on.
    assert choices(reopening) == ["top.glass", "base.trestle"]
    assert choices(reopening, 1) == ["top.glass"]
    refilled = reopening.ways[1].changes[0]
    assert (refilled.kind, refilled.effect, refilled.origin) == (Kind.REFILLED, -20, Origin.ASSUMED)
    assert reopening.ways[1].difference == -20


def test_a_group_left_empty_stays_empty_although_something_there_would_pay():
    build = kept(a_family(TOP, LAMP), "top.oak")
    reopening = opened(build, a_family(TOP, "lamp?: clip -10, arm 90"))
    assert choices(reopening) == ["top.oak", "lamp.none"]
    assert choices(reopening, 1) == ["top.oak"]
    assert kinds(reopening) == []
    assert reopening.ways[1].changes[0].kind is Kind.ADDED


def test_an_option_and_a_group_are_called_otherwise():
    desk, later = a_family(TOP, BASE).model_dump(), a_family(TOP, BASE).model_dump()
    later["groups"][0]["title"] = said("desktop")
    later["groups"][0]["options"][1]["title"] = said("tempered glass")
    reopening = opened(kept(Family.model_validate(desk), "top.glass"), Family.model_validate(later))
    assert reopening.standing is Standing.UNCHANGED
    assert [change.kind for change in reopening.changes] == [Kind.GROUP_RENAMED, Kind.RENAMED]
    assert [change.now_title.in_("en") for change in reopening.changes if change.now_title] == [
        "desktop",
        "tempered glass",
    ]
    assert [change.was_title.in_("en") for change in reopening.changes if change.was_title] == [
        "top",
        "glass",
    ]


def test_an_option_of_mine_is_gone_and_the_three_nearest_take_its_place():
    desk = a_family("top: oak 100, glass 250", BASE)
    later = a_family("top: oak 100, steel 220, slate 400, cork 90, ash 90", BASE)
    reopening = opened(kept(desk, "top.glass", "base.frame"), later)
    assert reopening.standing is Standing.REPLACEABLE
    assert [way.kind for way in reopening.ways] == [WayKind.REPAIR] * 3
    assert [choices(reopening, place) for place in range(3)] == [
        ["base.frame", "top.cork"],
        ["base.frame", "top.ash"],
        ["base.frame", "top.oak"],
    ]
    gone = reopening.changes[0]
    assert (gone.kind, gone.was, gone.now, gone.effect) == (Kind.GONE, 250, 90, -160)
    assert (gone.was_title, gone.now_title) == (
        desk.groups[0].options[1].title,
        later.groups[0].options[3].title,
    )
    assert [str(key) for key in reopening.ways[0].given_up] == ["top.glass"]
    assert [way.difference for way in reopening.ways] == [-160, -160, -150]


def test_a_choose_many_pick_that_is_gone_is_left_out_and_nothing_put_in_its_place():
    desk = a_family(TOP, "extras 0-3: mat 10, tray 20, hook 5")
    later = a_family(TOP, "extras 0-3: mat 10, hook 5")
    reopening = opened(kept(desk, "top.oak", "extras.mat", "extras.tray"), later)
    assert kinds(reopening) == [(Kind.GONE, "extras", "tray", -20)]
    assert len(reopening.ways) == 1
    assert choices(reopening) == ["top.oak", "extras.mat"]


def test_a_group_is_gone_with_all_that_was_picked_in_it():
    desk = a_family(TOP, "extras 0-3: mat 10, tray 20", LAMP)
    reopening = opened(kept(desk, "extras.mat", "extras.tray", "lamp.none"), a_family(TOP))
    assert kinds(reopening) == [
        (Kind.GROUP_GONE, "extras", "mat", -10),
        (Kind.GROUP_GONE, "extras", "tray", -20),
        (Kind.GROUP_GONE, "lamp", "none", 0),
    ]
    assert [change.group_title.in_("en") for change in reopening.changes] == ["extras", "extras", "lamp"]
    assert reopening.ways[0].kind is WayKind.REPAIR


def test_a_refused_group_that_is_gone_leaves_everything_as_it_was():
    reopening = opened(kept(a_family(TOP, LAMP), "lamp.none"), a_family(TOP))
    assert reopening.standing is Standing.UNCHANGED
    assert kinds(reopening) == [(Kind.GROUP_GONE, "lamp", "none", 0)]


def test_a_new_group_from_which_something_must_be_taken():
    reopening = opened(kept(a_family(TOP), "top.oak"), a_family(TOP, "feet: felt 15, steel 40"))
    assert reopening.standing is Standing.REPLACEABLE
    assert [way.kind for way in reopening.ways] == [WayKind.CLOSEST]
    assert kinds(reopening) == [(Kind.REQUIRED, "feet", "felt", 15)]
    assert reopening.ways[0].given_up == ()
    assert choices(reopening) == ["top.oak"]


def test_a_group_that_i_refused_must_not_be_empty_any_more():
    reopening = opened(kept(a_family(TOP, LAMP), "lamp.none"), a_family(TOP, "lamp: clip 40, arm 90"))
    assert [way.kind for way in reopening.ways] == [WayKind.REPAIR, WayKind.REPAIR]
    change = reopening.changes[0]
    assert (change.kind, change.effect, change.origin) == (Kind.REQUIRED, 40, Origin.MINE)
    assert choices(reopening) == ["lamp.clip"]


def test_a_rule_now_forbids_it_and_says_so_with_the_choices_it_forbids():
    desk = a_family(TOP, BASE, LAMP)
    later = a_family(TOP, BASE, LAMP, rules=["top.glass requires base.frame"])
    reopening = opened(kept(desk, "top.glass", "base.trestle", "lamp.arm"), later)
    assert reopening.standing is Standing.REPLACEABLE
    forbidden = reopening.changes[0]
    assert forbidden.kind is Kind.FORBIDDEN
    assert "rule-1" in [rule.code for rule in forbidden.rules]
    assert [str(stands.key) for stands in forbidden.against] == ["top.glass", "base.trestle"]
    assert [choices(reopening, place) for place in range(len(reopening.ways))] == [
        ["base.trestle", "lamp.arm", "top.oak"],
        ["top.glass", "lamp.arm", "base.frame"],
    ]
    assert [way.difference for way in reopening.ways] == [-150, 70]


def test_a_part_that_we_filled_in_changes_rather_than_a_choice_of_mine():
    desk, later = a_family(TOP, BASE), a_family(TOP, BASE, rules=["top.glass requires base.frame"])
    reopening = opened(kept(desk, "top.glass"), later)
    assert [way.kind for way in reopening.ways] == [WayKind.CLOSEST]
    assert [kind for kind, *_ in kinds(reopening)] == [Kind.FORBIDDEN, Kind.REFILLED]
    assert reopening.difference == 70


def test_a_rule_now_asks_for_what_was_left_empty():
    later = a_family(TOP, LAMP, rules=["top.glass requires lamp.*"])
    reopening = opened(kept(a_family(TOP, LAMP), "top.glass"), later)
    forbidden, added = reopening.changes
    assert {str(stands.key): stands.title is None for stands in forbidden.against} == {
        "top.glass": False,
        "lamp.none": True,
    }
    assert (added.kind, added.effect, added.origin) == (Kind.ADDED, 40, None)


def test_a_rule_now_asks_for_something_beside_what_was_taken():
    extras = "extras 0-3: bell 20, bracket 12, pump 30"
    later = a_family(TOP, extras, rules=["extras.bell requires extras.bracket"])
    reopening = opened(kept(a_family(TOP, extras), "top.glass", "extras.bell"), later)
    forbidden = reopening.changes[0]
    assert [(str(each.key), each.is_rest) for each in forbidden.against] == [
        ("extras.bell", False),
        ("extras.none", True),
    ]


def test_only_what_has_to_change_does_and_the_cheaper_filling_is_offered_beside():
    desk = a_family(TOP, BASE, "feet: felt 15, steel 40")
    later = a_family("top: oak 100, slate 300", BASE, "feet: felt 15, steel 5")
    reopening = opened(kept(desk, "top.glass"), later)
    assert [way.kind for way in reopening.ways] == [WayKind.REPAIR, WayKind.REPAIR, WayKind.CHEAPER]
    assert [change.group for change in reopening.ways[0].changes] == ["top"]
    assert [change.group for change in reopening.ways[2].changes] == ["top", "feet"]
    assert choices(reopening) == ["top.oak", "feet.felt"]
    assert choices(reopening, 2) == ["top.oak"]


def test_a_bundle_and_a_percentage_come_to_another_amount():
    prices = {
        "price_rules": [a_price("sale", "top.glass", percent="-10", of=["top.*", "base.*"])],
        "bundles": [a_bundle("set", 160, "top.oak", "base.frame")],
    }
    build = kept(a_family(TOP, BASE, **prices), "top.glass", "base.frame")
    later = a_family(
        TOP, BASE, price_rules=[a_price("sale", "top.glass", percent="-20", of=["top.*", "base.*"])]
    )
    reopening = opened(build, later)
    assert kinds(reopening) == [(Kind.PRICE_RULE, "", "sale", -37)]
    assert (reopening.changes[0].was, reopening.changes[0].now) == (-37, -74)
    gone = opened(kept(a_family(TOP, BASE, **prices), "top.oak", "base.frame"), later)
    assert kinds(gone) == [(Kind.PRICE_RULE, "", "set", 60)]
    assert gone.changes[0].now is None


def test_terms_are_part_of_the_difference():
    terms = Terms((Term("loyal", said_texts(), "percent", Decimal(10)),))
    build = kept(a_family(TOP), "top.glass", terms=terms)
    reopening = opened(build, a_family("top: oak 100, glass 300"), terms)
    assert reopening.difference == 45
    assert [(change.kind, change.effect) for change in reopening.changes] == [
        (Kind.DEARER, 50),
        (Kind.PRICE_RULE, -5),
    ]
    assert opened(build, a_family(TOP)).difference == 25


def test_it_takes_longer_or_is_ready_sooner():
    build = kept(a_family(TOP, lead={"base_days": 5}), "top.oak")
    longer = opened(build, a_family(TOP, lead={"base_days": 9}))
    assert [(change.kind, change.was, change.now) for change in longer.changes] == [(Kind.LONGER, 5, 9)]
    assert longer.standing is Standing.UNCHANGED
    shorter = opened(build, a_family(TOP, lead={"base_days": 2}))
    assert [change.kind for change in shorter.changes] == [Kind.SHORTER]


def test_amounts_in_another_currency_are_not_compared():
    build = kept(a_family(TOP, BASE), "top.glass")
    reopening = opened(build, a_family("top: oak 90, glass 260", BASE, currency="USD"))
    assert reopening.standing is Standing.REPRICED
    assert reopening.difference is None
    assert [(change.kind, change.was, change.now, change.effect) for change in reopening.changes] == [
        (Kind.CURRENCY, 300, 310, 0)
    ]


def test_choose_many_that_has_become_choose_one_keeps_one_of_the_picks():
    desk, later = a_family(TOP, "extras 0-2: mat 10, tray 20"), a_family(TOP, "extras 0-1: mat 10, tray 20")
    reopening = opened(kept(desk, "extras.mat", "extras.tray"), later)
    assert [choices(reopening, place) for place in range(len(reopening.ways))] == [
        ["extras.mat"],
        ["extras.tray"],
    ]
    assert reopening.changes[0].kind is Kind.FORBIDDEN
    assert [rule.code for rule in reopening.changes[0].rules] == ["limit:extras"]
    assert reopening.changes[1].kind is Kind.DROPPED


def test_a_family_that_allows_nothing_names_the_rules_and_what_is_gone():
    later = a_family("top: oak 100", BASE, rules=["top.oak requires base.frame", "top.oak excludes base.*"])
    reopening = opened(kept(a_family(TOP, BASE), "top.glass"), later)
    assert reopening.standing is Standing.IMPOSSIBLE
    assert reopening.ways == ()
    assert reopening.difference is None
    assert [change.kind for change in reopening.changes] == [Kind.FORBIDDEN, Kind.GONE]


def test_a_build_opens_even_where_no_search_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(nearest, "NODES", -1)
    monkeypatch.setattr("catalog.factors.WIDEST_TABLE", 1)
    groups = "top: oak 100, glass 250 mass=9", "base: trestle 50 mass=1, frame 40 mass=6"
    lamp = "lamp: clip 40 mass=1, arm 20 mass=4"
    desk, later = a_family(*groups, lamp), a_family(*groups, lamp, resources=["sum(mass) <= 16"])
    build, engine = kept(desk, "top.glass"), Engine(later)
    assert nearest.Nearest(engine, build.choices, (), build.picked).plans(3) == []
    reopening = reopen(build, engine)
    assert reopening.standing is Standing.REPLACEABLE
    assert [str(key) for key in reopening.ways[0].picked] == ["top.glass", "base.frame", "lamp.clip"]


@pytest.mark.parametrize("place", [0, 1])
def test_each_way_says_choices_that_lead_to_it(place):
    later = a_family("top: oak 100, slate 300", BASE, LAMP, rules=["top.oak requires lamp.*"])
    reopening = opened(kept(a_family(TOP, BASE, LAMP), "top.glass", "base.frame"), later)
    way = reopening.ways[place]
    assert Engine(later).complete(way.choices).picked == way.picked
    assert way.total == sum(line.amount for line in pricing.price_lines(later, way.picked))


def said_texts():
    return a_family(TOP).title
