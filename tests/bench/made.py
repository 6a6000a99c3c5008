"""The starting build made for somebody, in the demo families: random profiles, each beside an answer of the engine."""

from collections.abc import Iterator
from random import Random

from catalog.choices import Choices
from catalog.engine import Engine
from catalog.fitting import fits
from catalog.loader import load
from catalog.made_for import MadeBy
from catalog.model import Family
from catalog.preference import Preference
from tests.bench.laps import Laps
from tests.bench.line import Line, times
from tests.conftest import DEMO

PROFILES = 40
MOST_STATED, MOST_INFERRED = 5, 8
AIM, LIMIT = 100, 300  # milliseconds


def lines() -> Iterator[Line]:
    for code in ("bicycle", "workstation"):
        yield from _of_family(load(DEMO / code))


def profiles(family: Family, random: Random) -> Iterator[tuple[Preference, ...]]:
    """Some of what can be stated and inferred in a family, without end."""
    likes = sorted(
        {
            (trait, value)
            for option in family.option_by_key.values()
            for trait, values in option.traits.items()
            for value in values
        }
    )
    while True:
        stated = random.sample(likes, random.randint(0, min(MOST_STATED, len(likes))))
        rest = [like for like in likes if like not in stated]
        inferred = random.sample(rest, random.randint(0, min(MOST_INFERRED, len(rest))))
        numbers = [(each.code, str(random.randint(150, 200))) for each in family.measures]
        yield (
            *(Preference(*like, True, 1.0) for like in (*stated, *numbers)),
            *(Preference(*like, False, random.randint(10, 95) / 100) for like in inferred),
        )


def _of_family(family: Family) -> Iterator[Line]:
    random, engine = Random(f"profiles {family.code}"), Engine(family)
    made, marked, answered = Laps(), Laps(), Laps()
    engine.configure(Choices())
    MadeBy(engine).build(next(profiles(family, random)))
    for _, wanted in zip(range(PROFILES), profiles(family, random), strict=False):
        with made.lap():
            MadeBy(engine).build(wanted)
        with marked.lap():
            fits(family, wanted)
        with answered.lap():
            engine.configure(Choices())
    reference = f"an answer with all differences {answered}"
    yield Line(
        f"{family.code}: the build made for a profile, p95 (of {PROFILES})",
        made.p95,
        "ms",
        AIM,
        LIMIT,
        figure=str(made),
        reference=reference,
        ratio=times(made.p50, answered.p50),
    )
    yield Line(
        f"{family.code}: what fits a profile, p95 (once a profile and version)",
        marked.p95,
        "ms",
        figure=str(marked),
        reference=reference,
        ratio=times(marked.p50, answered.p50),
    )
