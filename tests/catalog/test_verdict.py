"""Judging many builds at once says of each what opening it again says."""

import random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog import pricing
from catalog.choices import Choices
from catalog.completion import Impossible
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.kept import Kept
from catalog.model import Family
from catalog.reopen import Standing, reopen
from catalog.verdict import Judge, Verdict
from tests.catalog.built import a_family
from tests.catalog.edits import newer
from tests.catalog.families import families_with_choices

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
WORDS = "top: oak 500, elm 300", "base: frame 100, legs 200", "lamp?: clip 40, arm 60"


def kept(family: Family, choices: Choices) -> Kept:
    configuration = Engine(family).complete(choices)
    return Kept.of(configuration, pricing.price(configuration))


@SETTINGS
@given(families_with_choices(), st.integers(0, 4), st.randoms(use_true_random=False))
def test_a_verdict_is_what_opening_says(
    made: tuple[Family, Choices], edits: int, dice: random.Random
) -> None:
    family, choices = made
    try:
        build = kept(family, choices)
    except Impossible:
        assume(False)
        raise
    engine = Engine(newer(family, dice, edits))
    opened, verdict = (
        reopen(build, engine),
        Judge(engine).of_parts(build.picked, build.total, build.currency, lambda: build),
    )
    assert verdict.standing is opened.standing
    if opened.standing in (Standing.UNCHANGED, Standing.REPRICED):
        assert verdict.total == opened.ways[0].total
    else:
        assert verdict.total is None


def test_what_somebody_is_making_stands_while_all_they_chose_goes_together() -> None:
    desk = a_family(*WORDS)
    shut = a_family(*WORDS, rules=["top.oak requires base.legs", "lamp.clip excludes base.legs"])
    gone = a_family("top: elm 300", *WORDS[1:])
    oak, lit = Choices.of_names(["top.oak"]), Choices.of_names(["top.oak", "lamp.clip"])
    assert Judge(Engine(desk)).of_choices(oak) == Verdict(Standing.UNCHANGED, 600)
    assert Judge(Engine(shut)).of_choices(oak) == Verdict(Standing.UNCHANGED, 700)
    assert Judge(Engine(shut)).of_choices(lit) == Verdict(Standing.REPLACEABLE, None)
    assert Judge(Engine(gone)).of_choices(oak) == Verdict(Standing.REPLACEABLE, None)
    assert Judge(Engine(gone)).of_choices(Choices((OptionKey("seat", "none"),))).total == 400
