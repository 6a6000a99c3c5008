"""What follows from acts, by the published arithmetic."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.expression import OptionKey
from webapp.customers import inference_figures as figures
from webapp.customers.evidence import Act
from webapp.customers.inference import CLICKS, Fact, FactKind, counting, infer, speaks_for
from webapp.customers.touchpoint import Kind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
UPRIGHT, SPORTY = ("posture", "upright"), ("posture", "sporty")
NUMBERS = count(1)


def act(
    kind: Kind,
    *says: tuple[str, str],
    days: float = 1,
    ref: str = "",
    total: int | None = None,
    place: str = "",
) -> Act:
    number = next(NUMBERS)
    option = OptionKey(place, "x") if place else None
    return Act(
        number,
        kind,
        NOW - timedelta(days=days),
        "bike",
        frozenset(says),
        option,
        place,
        ref or f"r{number}",
        total,
    )


def facts(*acts: Act, kind: FactKind = FactKind.LIKINGS, unused: frozenset[str] = frozenset()) -> list[Fact]:
    return [fact for fact in infer(acts, at=NOW, unused=unused) if fact.kind is kind]


def test_four_builds_of_the_last_five_make_a_fact_with_its_evidence() -> None:
    builds = [act(Kind.SAVE, UPRIGHT, days=9 - n) for n in range(4)] + [act(Kind.SAVE, SPORTY, days=1)]
    (fact,) = facts(*builds)
    assert fact.name == "posture-upright"
    assert fact.builds == (4, 5)
    assert [each.number for each in fact.acts] == [each.number for each in reversed(builds[:4])]
    assert 0.7 < fact.strength < 0.85


def test_too_little_or_divided_evidence_is_no_fact() -> None:
    assert facts(act(Kind.SAVE, UPRIGHT), act(Kind.SAVE, UPRIGHT)) == []
    divided = [act(Kind.SAVE, said) for said in (UPRIGHT, SPORTY) for _ in range(4)]
    assert facts(*divided) == []


def test_what_is_long_ago_weighs_little() -> None:
    old = [act(Kind.SAVE, UPRIGHT, days=600 + n) for n in range(5)]
    fresh = [act(Kind.SAVE, SPORTY, days=n) for n in range(1, 4)]
    (fact,) = facts(*old, *fresh)
    assert fact.value == "sporty"


def test_a_half_life_halves_a_weight() -> None:
    half = figures.HALF_LIFE.days
    at_once = [act(Kind.ORDER, UPRIGHT, days=0) for _ in range(3)]
    (even,) = facts(*at_once, *(act(Kind.ORDER, SPORTY, days=half) for _ in range(3)))
    assert even.strength == pytest.approx(2 / 3)


def test_a_step_back_takes_the_click_back() -> None:
    clicks = [act(Kind.PICK, UPRIGHT, days=5 - n, place=f"g{n}") for n in range(3)]
    assert len(facts(*clicks)) == 1
    undone = act(Kind.UNDO, days=1)
    assert facts(*clicks, undone) == []
    assert clicks[-1] not in counting([*clicks, undone])


def test_of_clicks_in_one_place_on_one_day_the_last_counts() -> None:
    wavering = [
        act(Kind.PICK, said, days=1 - n / 100, place="bars") for n, said in enumerate([UPRIGHT, SPORTY])
    ]
    assert counting(wavering) == wavering[1:]


def test_each_build_counts_once_as_it_was_last() -> None:
    saves = [act(Kind.SAVE, UPRIGHT, days=5 - n, ref="one") for n in range(4)]
    assert counting(saves) == saves[-1:]
    assert facts(*saves) == []


def test_the_price_band_leaves_the_extremes_out() -> None:
    totals = (90_000, 140_000, 150_000, 160_000, 400_000)
    (fact,) = facts(*(act(Kind.SAVE, total=total) for total in totals), kind=FactKind.PRICES)
    assert fact.band == (140_000, 160_000)


def test_a_rhythm_needs_five_days_and_most_of_them() -> None:
    evenings = [act(Kind.VISIT, days=n - 7 / 24) for n in range(1, 6)]  # at seven
    assert facts(*evenings[:4], kind=FactKind.RHYTHM) == []
    assert "evening" in {fact.value for fact in facts(*evenings, kind=FactKind.RHYTHM)}


def test_a_kind_that_is_switched_off_has_no_facts() -> None:
    builds = [act(Kind.SAVE, UPRIGHT) for _ in range(4)]
    assert facts(*builds, unused=frozenset({FactKind.LIKINGS.value})) == []


SAYS = st.frozensets(st.sampled_from([UPRIGHT, SPORTY, ("use", "commute"), ("colour", "green")]), max_size=3)
ACTS = st.lists(
    st.builds(
        lambda kind, family, says, minutes, place, ref, total: Act(
            next(NUMBERS), kind, NOW - timedelta(minutes=minutes), family, says, None, place, ref, total
        ),
        st.sampled_from(list(Kind)),
        st.sampled_from(["bike", "desk", ""]),
        SAYS,
        st.integers(0, 400 * 24 * 60),
        st.sampled_from(["", "bars", "frame"]),
        st.sampled_from(["", "a", "b", "c", "d", "e"]),
        st.sampled_from([None, 100, 200, 300]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_each_fact_rests_on_what_it_names_and_keeps_to_the_figures(acts: list[Act]) -> None:
    for fact in infer(acts, at=NOW):
        assert set(fact.acts) <= set(acts)
        assert all(speaks_for(each, fact) for each in fact.acts)
        assert figures.LEAST_SHARE <= fact.strength <= 1
        assert len(fact.acts) >= min(figures.LEAST_EVIDENCE, figures.LEAST_BUILDS)
        if fact.kind is FactKind.LIKINGS:
            assert all(
                each.kind in (*CLICKS, Kind.SAVE, Kind.CART, Kind.ORDER) or each.says for each in fact.acts
            )
        left = [each for each in acts if not speaks_for(each, fact)]
        assert fact.name not in {other.name for other in infer(left, at=NOW)}


@settings(max_examples=60, deadline=None)
@given(ACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_acts_are_read_changes_nothing(acts: list[Act], random: Random) -> None:
    shuffled = acts[:]
    random.shuffle(shuffled)
    assert infer(shuffled, at=NOW) == infer(acts, at=NOW)
