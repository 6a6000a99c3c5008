"""What an editor hears of a family before it is published."""

import pytest

from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.health import examine
from catalog.model import Family
from catalog.tree import MOST_CELLS
from tests.catalog.built import a_family, a_price


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
    assert health.remarks() == ["4 table cells"]


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
        "nothing can be configured: no choice keeps limit:base, rule-1, rule-2 and rule-3"
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
    assert health.remarks() == [f'{health.cells} table cells, {health.heaviest.cells} of them for "rule-2"']


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
