"""A storm of catalogue edits: a thousand kept builds open under each later version, with every difference right."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings

from catalog import pricing
from catalog.changes import Change, Kind
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.kept import Kept, carried
from catalog.loader import load
from catalog.model import NONE, Family
from catalog.reopen import Reopening, Standing, WayKind, reopen
from catalog.tree import TooWide
from tests.catalog.edits import newer
from tests.catalog.families import families, keys_of
from tests.catalog.reference import Picked, Reference

SEED = 20260115
DEMO = Path(__file__).resolve().parents[2] / "catalog" / "data"
SMALL_FAMILIES, SMALL_VERSIONS, SMALL_BUILDS = 14, 4, 30
DEMO_VERSIONS, DEMO_BUILDS = 4, 16
MOST_OPTIONS = 10


class Version:
    """One version of a family, with its engine and, where it is small, every configuration it allows."""

    def __init__(self, family: Family, small: bool) -> None:
        self.family, self.small, self.engine = family, small, Engine(family)

    @cached_property
    def reference(self) -> Reference:
        return Reference(self.family)

    def total(self, picked: Picked) -> int:
        return sum(line.amount for line in pricing.price_lines(self.family, picked))

    def broken(self, picked: Picked) -> bool:
        """Whether the parts are no complete valid configuration, asked of each rule by itself."""
        family = self.family
        if picked - set(family.option_by_key):
            return True
        counts = Counter(key.group for key in picked)
        return (
            any(not group.min <= counts[group.code] <= group.max for group in family.groups)
            or any(not rule.holds(picked) for rule in family.expressions.values())
            or any(not resource.holds(picked, family.weights) for resource in family.comparisons.values())
        )


class Opened(NamedTuple):
    """One kept build under one later version."""

    kept: Kept
    version: Version
    reopening: Reopening


def small_families(number: int) -> list[Family]:
    """The first small families of the generator that allow something, the same each time."""
    found: list[Family] = []

    @settings(max_examples=number * 6, derandomize=True, database=None, phases=[Phase.generate])
    @given(families(most_options=9))
    def draw(family: Family) -> None:
        if len(found) < number and Engine(family).fits(Choices()):
            found.append(family)

    draw()
    return found


def versions_of(family: Family, number: int, dice: random.Random, small: bool) -> list[Version]:
    """A family and its later versions, each some edits on."""
    versions = [Version(family, small)]
    while len(versions) < number:
        later = newer(versions[-1].family, dice, edits=dice.randint(2, 5))
        if small and len(later.option_by_key) > 13:
            continue
        try:
            versions.append(Version(later, small))
        except TooWide:  # nobody could publish it
            continue
    return versions


def a_kept_build(version: Version, dice: random.Random) -> Kept | None:
    """A build of a shopper who clicked about; None where the family allows nothing."""
    engine = version.engine
    if not engine.fits(Choices()):
        return None
    choices = Choices()
    for key in dice.choices(keys_of(version.family), k=dice.randint(0, 9)):
        wanted = choices.with_pick(version.family.group_by_code[key.group], key)
        choices = wanted if engine.fits(wanted) else choices
    configuration = engine.complete(choices)
    return Kept.of(configuration, pricing.price(configuration))


def opened(versions: list[Version], builds: int, dice: random.Random) -> Iterator[Opened]:
    for made_under, version in enumerate(versions[:-1]):
        for kept in filter(None, (a_kept_build(version, dice) for _ in range(builds))):
            for later in versions[made_under + 1 :]:
                yield Opened(kept, later, reopen(kept, later.engine))


@pytest.fixture(scope="module")
def storm() -> list[Opened]:
    dice = random.Random(SEED)
    found: list[Opened] = []
    for family in small_families(SMALL_FAMILIES):
        found += opened(versions_of(family, SMALL_VERSIONS, dice, small=True), SMALL_BUILDS, dice)
    for code in ("bicycle", "workstation"):
        found += opened(versions_of(load(DEMO / code), DEMO_VERSIONS, dice, small=False), DEMO_BUILDS, dice)
    return found


def test_a_thousand_builds_meet_every_kind_of_change(storm):
    assert len({id(one.kept) for one in storm}) >= 1000
    assert {one.reopening.standing for one in storm} == set(Standing)
    assert {way.kind for one in storm for way in one.reopening.ways} == set(WayKind)
    assert {change.kind for one in storm for change in one.reopening.changes} == set(Kind)


def test_every_difference_is_the_sum_of_the_effects_named(storm):
    for kept, version, reopening in storm:
        for way in reopening.ways:
            picked = frozenset(way.picked)
            assert way.total == version.total(picked)
            assert way.lead_days == version.family.lead.days(
                [version.family.option_by_key[key].lead_days for key in picked]
            )
            if version.family.currency != kept.currency:
                assert way.difference is None
                assert not any(change.effect for change in way.changes)
                continue
            assert way.difference == version.total(picked) - kept.total
            assert way.difference == sum(change.effect for change in way.changes)


def test_what_is_gone_added_renamed_or_repriced_is_said_once(storm):
    for kept, version, reopening in storm:
        options = version.family.option_by_key
        for way in reopening.ways:
            now = set(way.picked)
            assert parts(way.changes, Kind.GONE, Kind.GROUP_GONE) == kept.picked - set(options)
            leaving = parts(way.changes, Kind.REPLACED, Kind.REFILLED, Kind.DROPPED)
            assert leaving == (kept.picked & set(options)) - now
            same = kept.picked & now
            assert parts(way.changes, Kind.RENAMED) == {
                key for key in same if options[key].title != kept.part_by_key[key].title
            }
            if version.family.currency == kept.currency:
                dearer = {key for key in same if options[key].price > kept.amounts.get(str(key), 0)}
                cheaper = {key for key in same if options[key].price < kept.amounts.get(str(key), 0)}
                assert parts(way.changes, Kind.DEARER) == dearer
                assert parts(way.changes, Kind.CHEAPER) == cheaper
            arriving = parts(way.changes, Kind.ADDED, Kind.REQUIRED)
            standing_in = {change.instead for change in way.changes if change.instead is not None}
            assert arriving | standing_in == now - kept.picked
            assert not arriving & standing_in


def test_the_same_parts_are_there_as_long_as_no_rule_stands_against_them(storm):
    for kept, version, reopening in storm:
        if version.broken(kept.picked):
            assert reopening.standing in (Standing.REPLACEABLE, Standing.IMPOSSIBLE)
            continue
        first = reopening.ways[0]
        forbidden = [change for change in reopening.changes if change.kind is Kind.FORBIDDEN]
        assert not forbidden
        if first.kind is WayKind.AS_IT_WAS:
            assert set(first.picked) == kept.picked
            same = first.difference == 0
            assert reopening.standing is (Standing.UNCHANGED if same else Standing.REPRICED)
        else:  # no address says "nothing but these" where one of several must be taken
            assert set(first.picked) > kept.picked
            assert first.total < version.total(kept.picked)


def test_every_way_can_be_had_and_keeps_my_choices_but_those_it_names(storm):
    for kept, version, reopening in storm:
        assert len({way.picked for way in reopening.ways}) == len(reopening.ways)
        assert sum(way.kind is WayKind.REPAIR for way in reopening.ways) <= 3
        for way in reopening.ways:
            assert not version.broken(frozenset(way.picked))
            over = carried(kept.choices, version.family)
            assert set(way.choices) >= set(over.said) - set(way.given_up)
            assert set(way.given_up) <= set(kept.choices)
            picks = {key for key in way.choices if key.option != NONE}
            assert picks <= set(way.picked)
        for way in reopening.ways[1:]:
            if way.kind is WayKind.CHEAPER:
                assert way.total < reopening.ways[0].total


def test_no_way_gives_up_more_than_the_fewest_of_my_choices(storm):
    for kept, version, reopening in storm:
        if not version.small:
            continue
        reference = version.reference
        if not reference.valid:
            assert reopening.standing is Standing.IMPOSSIBLE
            continue
        assert reopening.standing is not Standing.IMPOSSIBLE
        if reopening.ways[0].given_up:
            over = carried(kept.choices, version.family)
            promises = reference.promises(over.said)
            fewest = min(sum(not promise.holds(picked) for promise in promises) for picked in reference.valid)
            assert len(reopening.ways[0].given_up) == len(over.lost) + fewest


def test_rules_that_forbid_and_parts_that_they_forbid_are_named_without_one_too_many(storm):
    seen = set()
    for kept, version, reopening in storm:
        if len(version.family.option_by_key) > MOST_OPTIONS:
            continue
        reference = version.reference
        for change in reopening.changes:
            if change.kind is not Kind.FORBIDDEN:
                continue
            codes = frozenset(rule.code for rule in change.rules)
            against = tuple(stands.key for stands in change.against)
            beside = [*kept.picked, *kept.choices]
            case = (id(version), codes, against, frozenset(beside))
            if case in seen:
                continue
            seen.add(case)
            assert not possible(reference, codes, against, beside)
            assert all(possible(reference, codes - {code}, against, beside) for code in codes)
            fewer = ([other for other in against if other != key] for key in against)
            assert all(possible(reference, codes, rest, beside) for rest in fewer)
    assert len(seen) > 50


def possible(
    reference: Reference, codes: frozenset[str], keys: Iterable[OptionKey], beside: Iterable[OptionKey]
) -> bool:
    """Whether any combination of options at all has the kept parts and breaks none of the rules."""
    promises = reference.promises(keys, beside=beside)
    return any(
        not broken & codes and all(promise.holds(picked) for promise in promises)
        for picked, broken in reference.breaking.items()
    )


def test_the_same_question_gets_the_same_answer(storm):
    for kept, version, reopening in storm[:: len(storm) // 60]:
        again = reopen(kept, Engine(version.family))
        assert again.changes == reopening.changes
        assert [(way.kind, way.choices, way.changes) for way in again.ways] == [
            (way.kind, way.choices, way.changes) for way in reopening.ways
        ]


def parts(changes: tuple[Change, ...], *kinds: Kind) -> set[tuple[str, str]]:
    found = [(change.group, change.option) for change in changes if change.kind in kinds]
    assert len(found) == len(set(found))
    return {(group, option) for group, option in found if option != NONE}
