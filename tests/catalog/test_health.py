"""What an editor hears of a family before it is published."""

from pathlib import Path

import pytest

from catalog import loader
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.health import Expectation, Finding, Health, Kind, Severity, Trial, examine, examined
from catalog.health.examination import Chapter
from catalog.health.words import SAID
from catalog.model import Family
from catalog.tree import MOST_CELLS
from tests.catalog.built import a_bundle, a_family, a_price, said

DEMO = sorted(file.parent for file in (Path(loader.__file__).parent / "data").glob("*/family.toml"))


def names(keys: tuple[OptionKey, ...]) -> list[str]:
    return [str(key) for key in keys]


def tied(*sizes: int) -> Family:
    """A family with a price rule for every pair of its groups."""
    groups = [f"g{place}: " + ", ".join(f"o{o} 0" for o in range(size)) for place, size in enumerate(sizes)]
    pairs = [(a, b) for a in range(len(sizes)) for b in range(a)]
    rules = [a_price(f"pair-{a}-{b}", f"g{a}.o0 and g{b}.o0", amount=5) for a, b in pairs]
    return a_family(*groups, price_rules=rules)


def test_a_sound_family_has_no_obstacles_and_says_how_heavy_it_is():
    health = examine(a_family("top: oak 100, elm 50", "base: frame 0, legs 0"))
    assert (health.contradiction, health.dead, health.always, health.heaviest) == ((), (), (), None)
    assert health.obstacles() == []
    assert health.remarks()[-1] == "4 table cells"
    assert health.is_complete


def test_options_that_can_never_or_must_always_be_chosen_are_named():
    family = a_family(
        "top: oak 0, elm 0, ash 0", "base: legs 0", "lamp?: clip 0", rules=["not top.elm", "lamp.clip"]
    )
    health = examine(family)
    assert names(health.dead) == ["top.elm"]
    # The only base is no news: its group asks for it.
    assert names(health.always) == ["lamp.clip"]
    assert health.remarks()[:2] == ["can never be chosen: top.elm", "cannot be left out: lamp.clip"]


def test_a_sum_can_kill_an_option_too():
    family = a_family("top: oak 0 mass=5, iron 0 mass=50", resources=["sum(mass) <= 20"])
    assert names(examine(family).dead) == ["top.iron"]


def test_of_rules_that_allow_nothing_together_only_those_are_named_that_clash():
    family = a_family(
        "top: oak 0, elm 0",
        "base: frame 0, legs 0",
        rules=["top.oak requires base.frame", "top.oak", "base.legs"],
    )
    health = examine(family)
    assert health.contradiction == ("limit:base", "rule-1", "rule-2", "rule-3")
    assert (health.dead, health.always) == ((), ())
    assert health.obstacles() == [
        "nothing can be configured: no choice keeps limit:base, rule-1, rule-2 and rule-3",
        "these contradict each other: limit:base, rule-1, rule-2 and rule-3",
    ]


def test_a_rule_that_nothing_can_keep_stands_alone():
    family = a_family("top: oak 0, elm 0", rules=["top.oak requires top.elm", "top.oak and not top.oak"])
    assert examine(family).contradiction == ("rule-2",)


def test_the_rule_that_weighs_most_is_named():
    family = a_family(
        "a: p 0, q 0, r 0",
        "b: p 0, q 0, r 0, s 0",
        "c: p 0, q 0",
        rules=["a.p requires b.p", "if a.p and b.q then c.p"],
    )
    health = examine(family)
    assert health.heaviest is not None
    assert health.heaviest.rule == "rule-2"
    assert health.remarks()[-1] == (
        f'{health.cells} table cells, {health.heaviest.cells} of them for "rule-2"'
    )


def test_a_family_whose_rules_tie_too_many_groups_together_is_refused_in_words():
    health = examine(tied(*[12] * 8))
    assert health.cells > MOST_CELLS
    [obstacle] = health.obstacles()
    assert obstacle.startswith("the rules tie too many groups together: ")
    assert '"pair-' in obstacle


@pytest.mark.parametrize(
    ("family", "said"),
    [
        (a_family("top: oak 10000000000", *(f"g{n} 0-9: " + ", ".join(f"o{o} 9999999999" for o in range(9))
                                            for n in range(400))), "prices of this family are too large"),
        (a_family("top: oak 0 mass=5", resources=["0.00000000000000000001 * sum(mass) <= 1"]), "factors too fine"),
        (a_family(), "at least one option group"),
    ],
)  # fmt: skip
def test_what_the_engine_cannot_count_with_is_a_fault(family, said):
    assert any(said in fault.message for fault in faults_in(family))
    assert [each.kind for each in examine(family).errors] == [Kind.FAULT] * len(faults_in(family))


# Each kind of finding, sown into a small family that is sound without it.

TOPS, BASES = "top: oak 500, elm 300, ash 400", "base: frame 100, legs 200"
LAMPS, MATS = "lamp?: clip 40, arm 60", "mats 0-3: cork 10, felt 20, wool 30"


def desk(**more) -> Family:
    return a_family(TOPS, BASES, LAMPS, MATS, **more)


def about(health: Health, kind: Kind) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.about, each.culprits) for each in health.of(kind)]


@pytest.mark.parametrize(
    ("family", "kind", "expected"),
    [
        (desk(rules=["top.oak requires base.frame", "top.oak requires base.legs", "lamp.arm requires top.elm"]),
         Kind.DEAD, [("top.oak", ("limit:base", "rule-1", "rule-2"))]),
        (desk(resources=["sum(mass) <= 3"],
              attributes={"mass": {"title": said("mass")}}), Kind.DEAD, []),
        (desk(rules=["base.legs excludes top.oak", "lamp.*"]), Kind.ALWAYS, []),
        (desk(rules=["top.* requires lamp.clip", "lamp.arm requires top.oak"]),
         Kind.ALWAYS, [("lamp.clip", ("limit:top", "rule-1"))]),
        (desk(rules=["top.oak requires base.frame", "top.elm", "base.frame requires top.oak",
                     "lamp.clip requires base.frame", "not base.legs"]),
         Kind.MINIMUM, [("base", ("limit:top", "rule-2", "rule-3", "rule-5"))]),
        (desk(rules=["lamp.clip", "top.oak or top.elm", "not lamp.clip"]),
         Kind.CONTRADICTORY, [("", ("rule-1", "rule-3"))]),
        (desk(rules=["lamp.clip", "not lamp.clip", "mats.cork", "mats.cork requires mats.felt", "not mats.felt"]),
         Kind.CONTRADICTORY, [("", ("rule-1", "rule-2")), ("", ("rule-3", "rule-4", "rule-5"))]),
        (desk(rules=["top.oak requires base.frame", "base.legs excludes top.oak"]),
         Kind.REDUNDANT, [("rule-1", ("limit:base", "rule-2")), ("rule-2", ("limit:base", "rule-1"))]),
        (desk(rules=["mats.cork requires mats.felt", "mats.felt requires mats.wool", "mats.cork requires mats.wool"]),
         Kind.REDUNDANT, [("rule-3", ("rule-1", "rule-2"))]),
        (desk(rules=["top.oak or top.elm or top.ash"]), Kind.REDUNDANT, [("rule-1", ("limit:top",))]),
        (desk(rules=["at most 1 of (lamp.clip, lamp.arm)"]), Kind.REDUNDANT, [("rule-1", ("limit:lamp",))]),
        (desk(rules=["not lamp.arm", "lamp.arm requires base.frame"]), Kind.NEVER_FIRES, [("rule-2", ("rule-1",))]),
        (desk(rules=["if top.oak and top.elm then lamp.arm"]), Kind.NEVER_FIRES, [("rule-1", ("limit:top",))]),
        (desk(rules=["not lamp.arm", "top.oak excludes lamp.arm"]), Kind.NEVER_FIRES, [("rule-2", ("rule-1",))]),
        (desk(price_rules=[a_price("gift", "lamp.clip and lamp.arm", amount=-5)]),
         Kind.NEVER_FIRES, [("gift", ("limit:lamp",))]),
        (desk(rules=["lamp.clip excludes mats.cork"], bundles=[a_bundle("set", 45, "lamp.clip", "mats.cork")]),
         Kind.NEVER_FIRES, [("set", ("rule-1",))]),
        (desk(ready_made=[{"code": "study", "title": said("study"), "choices": ["top.oak", "base.legs", "lamp.clip"]}],
              rules=["top.oak requires base.frame"]),
         Kind.READY_MADE, [("study", ("limit:base", "rule-1"))]),
        (desk(price_rules=[a_price("gift", "lamp.clip", amount=-5000)]), Kind.BELOW_NOTHING, [("", ())]),
        (desk(price_rules=[a_price("gift", "lamp.clip", amount=-440)]), Kind.FOR_NOTHING, [("", ())]),
        (desk(bundles=[a_bundle("set", 51, "lamp.clip", "mats.cork")]), Kind.DEARER_TOGETHER, [("set", ())]),
        (desk(price_rules=[a_price("gift", "lamp.clip", percent="-101", of=["mats.*"])]),
         Kind.MORE_THAN_ALL, [("gift", ())]),
        (a_family("top: oak 500, elm 300, ash 40000"), Kind.ABSURD, [("top.ash", ())]),
        (a_family("top: oak 500, elm 300, ash 4"), Kind.ABSURD, [("top.ash", ())]),
        (a_family("top: oak 500, elm -300"), Kind.NEGATIVE, [("top.elm", ())]),
        (a_family("top: oak 500, elm 0"), Kind.NO_PRICE, [("top.elm", ())]),
        (a_family("top: oak 500", "lamp?: clip 40, arm 0"), Kind.NO_PRICE, [("lamp.arm", ())]),
        # What is included in a group that must be filled costs nothing, and a bundle may be all the price there is.
        (a_family("top: oak 500", "base: legs 0, frame 10"), Kind.NO_PRICE, []),
        (a_family("top: oak 500", "lamp?: clip 40, arm 0", bundles=[a_bundle("set", 9, "lamp.arm")]),
         Kind.NO_PRICE, []),
    ],
)  # fmt: skip
def test_each_kind_is_found_with_the_right_culprits(family, kind, expected):
    assert faults_in(family) == []
    assert about(examine(family), kind) == expected


def weighed(limit: str, *rules: str) -> Family:
    return a_family(
        "top: oak 5 mass=8, elm 3 mass=5",
        "lamp?: clip 4 mass=2, arm 6 mass=3",
        rules=rules,
        resources=[limit],
    )


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (weighed("sum(mass) <= 11"), [("resource-1", ())]),  # the groups' own limits see to it
        (weighed("sum(mass) <= 10"), []),
        (weighed("sum(mass) <= 10", "top.oak excludes lamp.arm"), [("resource-1", ("limit:top", "rule-1"))]),
        (weighed("sum(mass) >= 5"), [("resource-1", ())]),
        (weighed("sum(mass) >= 6"), []),
    ],
)  # fmt: skip
def test_a_resource_that_nothing_reaches_is_told_with_what_keeps_it_so(family, expected):
    assert about(examine(family), Kind.NEVER_EXCEEDED) == expected


def test_a_resource_that_waits_for_what_never_is_never_applies():
    family = weighed("sum(mass) <= 5 when lamp.arm", "not lamp.arm")
    assert about(examine(family), Kind.NEVER_FIRES) == [("resource-1", ("rule-1",))]


def test_a_rule_that_says_in_words_what_a_sum_comes_to_is_not_redundant():
    family = weighed("sum(mass) <= 10", "top.oak excludes lamp.arm")
    assert examine(family).of(Kind.REDUNDANT) == []


def test_missing_pictures_and_texts_are_told_by_option():
    told = {"title": said("oak"), "description": said("fine oak")}
    options = [
        {"code": "oak", "price": 5, "swatch": "#aa8855", **told},
        {"code": "elm", "price": 4, **told},
        {"code": "ash", "price": 3, "swatch": "#aa8855", "title": said("ash"), "description": {"en": "ash"}},
    ]
    group = {"code": "top", "title": said("top"), "step": "all", "options": options}
    family = a_family(groups=[group], picture={"files": {"a.svg": "<svg/>"}})
    health = examine(family)
    assert about(health, Kind.NO_PICTURE) == [("top.elm", ())]
    assert [(each.about, each.languages) for each in health.of(Kind.NO_TEXT)] == [("top.ash", ("ru",))]
    assert health.errors == []


@pytest.mark.parametrize(
    ("trial", "found"),
    [
        (Trial("a", (OptionKey("top", "oak"),), Expectation.POSSIBLE), None),
        (Trial("a", (OptionKey("top", "oak"), OptionKey("base", "legs")), Expectation.IMPOSSIBLE), None),
        (Trial("a", (OptionKey("top", "pine"),), Expectation.IMPOSSIBLE), None),
        (Trial("a", (OptionKey("top", "oak"),), Expectation.TOTAL, 600), None),
        (Trial("a", (OptionKey("top", "oak"), OptionKey("base", "legs")), Expectation.POSSIBLE),
         Finding(Kind.CASE, code="a", culprits=("limit:base", "rule-1"),
                 against=(OptionKey("top", "oak"), OptionKey("base", "legs")))),
        (Trial("a", (OptionKey("top", "pine"),), Expectation.POSSIBLE),
         Finding(Kind.CASE, code="a", against=(OptionKey("top", "pine"),))),
        (Trial("a", (OptionKey("top", "oak"),), Expectation.IMPOSSIBLE), Finding(Kind.CASE, code="a")),
        (Trial("a", (OptionKey("top", "oak"),), Expectation.TOTAL, 601),
         Finding(Kind.CASE, code="a", amount=600, beside=601)),
    ],
)  # fmt: skip
def test_test_cases_come_out_as_they_must_or_are_told(trial, found):
    health = examine(desk(rules=["top.oak requires base.frame"]), [trial])
    assert health.of(Kind.CASE) == ([found] if found else [])
    assert all(each.severity is Severity.ERROR for each in health.of(Kind.CASE))


def test_the_cheapest_and_the_dearest_build_are_shown():
    health = examine(desk(rules=["top.oak requires base.frame", "mats.cork excludes mats.wool"]))
    assert health.cheapest is not None
    assert health.dearest is not None
    assert (health.cheapest.total, health.dearest.total) == (400, 500 + 100 + 60 + 50)
    assert [str(key) for key in health.cheapest.picked] == ["top.elm", "base.frame"]


@pytest.mark.parametrize("folder", DEMO, ids=lambda folder: folder.name)
def test_the_demo_catalogues_are_clean(folder):
    health = examine(loader.load(folder))
    assert health.findings == ()
    assert health.cheapest is not None
    assert health.dearest is not None
    assert 0 < health.cheapest.total < health.dearest.total


def test_an_examination_shows_how_far_it_is_and_ends_complete():
    rules = [f"if top.oak and lamp.clip then mats.{mat}" for mat in ("cork", "felt", "wool")] * 20
    seen = list(examined(desk(rules=rules)))
    assert [health.is_complete for health in seen] == [False] * (len(seen) - 1) + [True]
    assert [health.rules for health in seen] == sorted(health.rules for health in seen)
    assert {25, 50, 60} <= {health.rules for health in seen}
    assert seen[-1].done == tuple(Chapter)


def test_every_kind_has_its_words():
    assert set(SAID) == set(Kind)
