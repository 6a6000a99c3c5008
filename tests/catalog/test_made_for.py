"""What fits somebody, and the starting build made for them, agree with looking at every build of a small family."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.fitting import fits
from catalog.loader import load
from catalog.made_for import MadeBy, MadeFor
from catalog.model import Family
from catalog.preference import Preference
from tests.catalog.built import a_family
from tests.catalog.preferences import families_with_traits, preferences
from tests.catalog.reference import Picked, Reference
from tests.catalog.test_engine import engine_for

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"


def stated(trait: str, value: str) -> Preference:
    return Preference(trait, value, True, 1.0)


def inferred(trait: str, value: str, strength: float = 0.5) -> Preference:
    return Preference(trait, value, False, strength)


def made_for(engine: Engine, *likes: Preference) -> MadeFor:
    """The build made for these preferences, where there is one."""
    made = MadeBy(engine).build(likes)
    assert made is not None
    return made


class Wanted:
    """The definition of what is missed, read off the documents option by option."""

    def __init__(self, family: Family, given: Iterable[Preference]) -> None:
        self.family = family
        strongest: dict[tuple[str, str], Preference] = {}
        for each in given:
            held = strongest.get(each[:2])
            if held is None or (each.stated, each.strength) > (held.stated, held.strength):
                strongest[each[:2]] = each
        self.all = [each for each in strongest.values() if self.groups(each)]

    def suits(self, key: OptionKey, like: Preference) -> bool:
        option = self.family.option_by_key[key]
        if like.trait != "height":
            return like.value in option.traits.get(like.trait, ())
        low, high = (option.attributes.get(name) for name in ("from_cm", "to_cm"))
        return (low is None or low <= int(like.value)) and (high is None or int(like.value) <= high)

    def groups(self, like: Preference) -> list[str]:
        """The groups that speak of a preference."""
        found = []
        for group in self.family.groups:
            suiting = [key for key in group.keys if self.suits(key, like)]
            if suiting and len(suiting) < len(group.keys):
                found.append(group.code)
        return found

    def missed(self, picked: Picked, stated: bool) -> int:
        """In hundredths, each preference spread over the groups that speak of it."""
        return sum(
            max(1, round(100 * like.strength / len(self.groups(like))))
            for like in self.all
            if like.stated is stated
            for key in picked
            if key.group in self.groups(like) and not self.suits(key, like)
        )

    @cached_property
    def wishes(self) -> dict[str, list[Preference]]:
        return {
            trait: [like for like in self.all if like.stated and like.trait == trait]
            for trait in sorted({like.trait for like in self.all if like.stated})
        }

    def is_met(self, trait: str, picked: Picked) -> bool:
        likes = self.wishes[trait]
        spoken = {code for like in likes for code in self.groups(like)}
        return not any(
            key.group in spoken and not any(self.suits(key, like) for like in likes) for key in picked
        )

    def unmet(self, picked: Picked) -> int:
        return sum(not self.is_met(trait, picked) for trait in self.wishes)


@given(families_with_traits(), preferences(), st.booleans())
def test_the_build_made_for_somebody_is_the_best_of_all(family, likes, narrow):
    reference, wanted = Reference(family), Wanted(family, likes)
    made = MadeBy(engine_for(family, narrow)).build(likes)
    if not wanted.all or not reference.valid:
        assert made is None
        return
    assert made is not None
    best = min(
        reference.valid,
        key=lambda picked: (
            wanted.unmet(picked),
            wanted.missed(picked, True),
            wanted.missed(picked, False),
            reference.rank(picked),
        ),
    )
    picked = frozenset(made.configuration.picked)
    if any(group.min and not group.is_choose_one for group in family.groups):
        event("an address cannot say that nothing else of a group is taken")
    else:
        assert picked == best
    told = [unmet.wish.trait for unmet in made.unmet if unmet.rules]
    assert sorted([*told, *(wish.trait for wish in made.met)]) == sorted(wanted.wishes)
    assert len(told) == wanted.unmet(best)
    # Its address is that build, and says no more than it must.
    engine = Engine(family)
    choices = made.configuration.choices
    assert frozenset(engine.complete(choices).picked) == picked
    for key in choices:
        assert frozenset(engine.complete(choices.without(key)).picked) != picked
    for unmet in (each for each in made.unmet if each.rules):
        event("something cannot be met")
        codes = {rule.code for rule in unmet.rules}
        traits = {unmet.wish.trait, *(wish.trait for wish in unmet.beside)}
        assert not possible(reference, wanted, codes, traits)
        for code in codes:
            assert possible(reference, wanted, codes - {code}, traits)
        for trait in traits:
            assert possible(reference, wanted, codes, traits - {trait})


def possible(reference: Reference, wanted: Wanted, codes: set[str], traits: set[str]) -> bool:
    """Whether anything keeps these rules and meets these wishes."""
    return any(
        not broken & codes and all(wanted.is_met(trait, picked) for trait in traits)
        for picked, broken in reference.breaking.items()
    )


@given(families_with_traits(), preferences(), st.integers(0, 400))
def test_a_build_within_a_sum_lets_go_what_would_cost_more_from_the_strongest_on(family, likes, most):
    maker = MadeBy(engine_for(family, False))
    made, freely = maker.within(likes, most), maker.build(likes)
    if freely is None or freely.configuration.total <= most:
        assert made == freely
        return
    kept = [like for like in likes if like.stated]
    stated = maker.build(kept)
    most = max(most, stated.configuration.total if stated else 0)
    let_go: list[Preference] = []
    tastes = (like for like in Wanted(family, likes).all if not like.stated)
    for like in sorted(tastes, key=lambda like: (-like.strength, like.trait, like.value)):
        more = maker.build([*kept, like])
        (kept if more and more.configuration.total <= most else let_go).append(like)
    best = maker.build(kept)
    assert made == (best and best._replace(let_go=tuple(let_go)))


@given(families_with_traits(), preferences())
def test_what_fits_is_what_suits_the_most(family, likes):
    wanted, found = Wanted(family, likes), fits(family, likes)
    for group in family.groups:
        asked = [like for like in wanted.all if group.code in wanted.groups(like)]
        is_stated = any(like.stated for like in asked)
        weights = {
            key: sum(
                1 if is_stated else round(like.strength * 100)
                for like in asked
                if like.stated is is_stated and wanted.suits(key, like)
            )
            for key in group.keys
        }
        most = max(weights.values())
        expected = {key for key in group.keys if most and weights[key] == most}
        marked = {key for key in found if key.group == group.code}
        assert marked == (expected if len(expected) < len(group.keys) else set())
        for key in marked:
            assert set(found[key]) == {like for like in asked if wanted.suits(key, like)}


@pytest.fixture(scope="module")
def bicycle() -> Engine:
    return Engine(load(DATA / "bicycle"))


def names(keys: Iterable[OptionKey]) -> set[str]:
    return {str(key) for key in keys}


def test_a_height_decides_the_size_and_nothing_else(bicycle):
    made = made_for(bicycle, stated("rider_height", "183"))
    assert names(made.configuration.choices) == {"size.l"}
    assert made.configuration.total == bicycle.complete(Choices()).total
    assert [wish.trait for wish in made.met] == ["rider_height"]


def test_between_two_sizes_both_fit_and_the_sooner_is_taken(bicycle):
    height = [stated("rider_height", "170")]
    assert names(fits(bicycle.family, height)) == {"size.s", "size.m"}
    made = made_for(bicycle, *height)
    assert "size.m" in names(made.configuration.picked)
    assert not made.configuration.choices.said  # the cheapest of all is one already


def test_a_height_that_no_size_is_made_for_is_told(bicycle):
    made = made_for(bicycle, stated("rider_height", "120"), stated("posture", "upright"))
    assert [(unmet.wish.trait, unmet.rules) for unmet in made.unmet] == [("rider_height", ())]
    assert MadeBy(bicycle).build([stated("rider_height", "120")]) is None


def test_what_cannot_be_had_says_why_in_the_rules_own_words(bicycle):
    made = made_for(bicycle, stated("use", "sport"), stated("posture", "upright"))
    assert [wish.trait for wish in made.met] == ["posture"]
    (unmet,) = made.unmet
    assert unmet.wish.trait == "use"
    assert any("28″" in rule.reason.in_("en") for rule in unmet.rules)


def test_each_choice_says_what_it_is_for(bicycle):
    made = made_for(bicycle, stated("posture", "upright"), inferred("style", "classic"))
    assert {each.trait for reasons in made.because.values() for each in reasons} == {"posture", "style"}
    assert set(made.because) <= set(made.configuration.choices)


def test_a_colour_is_that_of_the_swatch(bicycle):
    fitting = fits(bicycle.family, [inferred("colour", "green")])
    assert fitting
    assert {key.group for key in fitting} <= {"paint", "grips", "saddle", "tyres", "rims", "bags", "fenders"}


def test_prices_that_leave_little_room_count_strengths_more_coarsely():
    family = a_family("top: oak 10000000000, glass 0", "leg: oak 0, steel 0")
    document = family.model_dump()
    for group, option in ((0, 0), (1, 1)):
        document["groups"][group]["options"][option]["traits"] = {"style": ("warm",)}
    made = made_for(Engine(Family.model_validate(document)), stated("style", "warm"))
    assert names(made.configuration.picked) == {"top.oak", "leg.steel"}


def test_a_part_that_nobody_needs_is_not_added_for_a_taste():
    family = a_family("top: oak 100, glass 100", "lamp?: clip 40, arm 60")
    document = family.model_dump()
    document["groups"][1]["options"][0]["traits"] = {"style": ("warm",)}
    made = made_for(Engine(Family.model_validate(document)), stated("style", "warm"))
    assert names(made.configuration.picked) == {"top.oak"}


def test_what_a_rule_demands_stays_said_beside_nothing_but_these():
    family = a_family("top: oak 100", "extras 0-2: mat 0, tray 0, vase -50", rules=["extras.mat"])
    document = family.model_dump()
    document["groups"][1]["options"][1]["traits"] = {"use": ("town",)}
    made = made_for(Engine(Family.model_validate(document)), stated("use", "town"))
    assert "extras.vase" not in names(made.configuration.picked)


def test_a_taste_that_costs_more_than_is_usually_spent_is_let_go():
    family = a_family("top: oak 100, glass 900", "leg: pine 10, steel 20")
    document = family.model_dump()
    document["groups"][0]["options"][1]["traits"] = {"style": ("modern",)}
    document["groups"][1]["options"][1]["traits"] = {"use": ("office",)}
    likes = [inferred("style", "modern", 0.9), inferred("use", "office", 0.3)]
    made = MadeBy(Engine(Family.model_validate(document))).within(likes, 150)
    assert made
    assert names(made.configuration.picked) == {"top.oak", "leg.steel"}
    assert made.let_go == (likes[0],)
