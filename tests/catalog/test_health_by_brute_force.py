"""What an examination finds in small families is what looking at every combination finds."""

from collections.abc import Callable, Iterable
from functools import partial

from hypothesis import HealthCheck, given, settings

from catalog.expression import All, OptionKey
from catalog.faults import faults_in
from catalog.health import Finding, Kind, examine
from catalog.health.idle import waits_for
from catalog.model import Family
from tests.catalog.families import families
from tests.catalog.reference import Picked, Reference


def contains(key: OptionKey, picked: Picked) -> bool:
    return key in picked


def lacks(key: OptionKey, picked: Picked) -> bool:
    return key not in picked


SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


class Combinations:
    """Every combination of a family's options, with what it breaks."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.breaking = Reference(family).breaking
        self.resources = frozenset(family.comparisons)

    def keeping(self, codes: Iterable[str]) -> list[Picked]:
        wanted = frozenset(codes)
        return [picked for picked, broken in self.breaking.items() if not broken & wanted]

    @property
    def codes(self) -> frozenset[str]:
        limits = {f"limit:{group.code}" for group in self.family.groups}
        return frozenset({*limits, *self.family.expressions, *self.resources})

    def others(self, code: str) -> frozenset[str]:
        return self.codes - {code}

    def is_to_blame(self, culprits: Iterable[str], stands_against: Callable[[Picked], bool]) -> bool:
        """Whether culprits leave nothing of a kind, and would without any one of them."""
        culprits = frozenset(culprits)
        if any(map(stands_against, self.keeping(culprits))):
            return False
        return all(any(map(stands_against, self.keeping(culprits - {each}))) for each in culprits)


def only(findings: Iterable[Finding], kind: Kind) -> dict[str, tuple[str, ...]]:
    return {each.about: each.culprits for each in findings if each.kind is kind}


@SETTINGS
@given(families())
def test_what_is_found_is_what_every_combination_shows(family: Family) -> None:
    if faults_in(family):
        return
    health = examine(family)
    combinations = Combinations(family)
    valid = combinations.keeping(combinations.codes)
    assert bool(health.contradiction) == (not valid)
    if not valid:
        assert combinations.is_to_blame(health.contradiction, lambda picked: True)
        return
    dead, always = only(health.findings, Kind.DEAD), only(health.findings, Kind.ALWAYS)
    assert set(dead) == {str(key) for key in family.option_by_key if not any(key in each for each in valid)}
    for key in family.option_by_key:
        group = family.group_by_code[key.group]
        in_all = all(key in each for each in valid) and group.min < len(group.options)
        assert (str(key) in always) == in_all
        if str(key) in dead:
            assert combinations.is_to_blame(dead[str(key)], partial(contains, key))
        if str(key) in always:
            assert combinations.is_to_blame(always[str(key)], partial(lacks, key))


@SETTINGS
@given(families())
def test_idle_rules_are_those_without_which_nothing_more_is_valid(family: Family) -> None:
    if faults_in(family):
        return
    combinations = Combinations(family)
    if not combinations.keeping(combinations.codes):
        return
    health = examine(family)
    never, redundant = only(health.findings, Kind.NEVER_FIRES), only(health.findings, Kind.REDUNDANT)
    for code, expression in family.expressions.items():
        others = combinations.keeping(combinations.others(code))
        waits = waits_for(expression)
        fires = all(any(part.holds(picked) for picked in others) for part in waits)
        assert (code in never) == (not fires), code
        plain = combinations.keeping(combinations.others(code) - combinations.resources)
        idle = fires and all(expression.holds(picked) for picked in plain)
        assert (code in redundant) == idle, code
        if code in redundant:
            broken = lambda picked, expression=expression: not expression.holds(picked)  # noqa: E731
            assert combinations.is_to_blame(redundant[code], broken)
    exceeded = only(health.findings, Kind.NEVER_EXCEEDED)
    for code, comparison in family.comparisons.items():
        others = combinations.keeping(combinations.others(code))
        fires = comparison.when == All(()) or any(comparison.when.holds(picked) for picked in others)
        assert (code in never) == (not fires), code
        reached = any(not comparison.holds(picked, family.weights) for picked in others)
        assert (code in exceeded) == (fires and not reached), code
    for code, condition in family.conditions.items():
        valid = combinations.keeping(combinations.codes)
        assert (code in never) == (not any(condition.holds(picked) for picked in valid)), code


@SETTINGS
@given(families())
def test_where_nothing_can_be_built_contradictions_and_groups_that_cannot_be_filled_are_told(
    family: Family,
) -> None:
    if faults_in(family):
        return
    health = examine(family)
    if not health.contradiction:
        return
    lifted = family.model_copy(
        update={"groups": tuple(each.model_copy(update={"min": 0}) for each in family.groups)}
    )
    lifted = Family.model_validate_json(lifted.model_dump_json())
    combinations = Combinations(lifted)
    lenient = combinations.keeping(combinations.codes)
    contradictions = health.of(Kind.CONTRADICTORY)
    assert bool(contradictions) == (not lenient)
    for each in contradictions:
        assert combinations.is_to_blame(each.culprits, lambda picked: True)
    minima = only(health.findings, Kind.MINIMUM)
    for group in family.groups:
        filled = lambda picked, group=group: sum(key in picked for key in group.keys) >= group.min  # noqa: E731
        told = bool(lenient) and not any(map(filled, lenient))
        assert (group.code in minima) == told
        if told:
            assert combinations.is_to_blame(minima[group.code], filled)


@SETTINGS
@given(families())
def test_the_cheapest_and_the_dearest_build_are_the_least_and_the_most_of_all(family: Family) -> None:
    if faults_in(family):
        return
    reference = Reference(family)
    totals = [reference.total(picked) for picked in reference.valid]
    health = examine(family)
    if totals:
        assert health.cheapest is not None
        assert health.dearest is not None
        assert (health.cheapest.total, health.dearest.total) == (min(totals), max(totals))
