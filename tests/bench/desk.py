"""What editors wait for: the proof that a catalogue is sound, and the rehearsal on everybody's builds."""

import time
from collections.abc import Iterator

from catalog.engine import Engine
from catalog.health import examined
from tests.bench import families
from tests.bench.line import Line, shown, times

OPTIONS, SEEDS = 500, (1, 2, 3)


def lines() -> Iterator[Line]:
    yield _proof()


def _proof() -> Line:
    """The slowest of a few families; held against compiling the same family, as each web process does."""
    slowest = (0.0, 0.0, 0.0)
    for seed in SEEDS:
        family = families.family(OPTIONS, seed)
        began = time.perf_counter()
        Engine(family)
        compiled = time.perf_counter() - began
        began = time.perf_counter()
        seen = [time.perf_counter() - began for _ in examined(family)]
        pauses = [after - before for before, after in zip([0.0, *seen], seen, strict=False)]
        slowest = max(slowest, (seen[-1], max(pauses), compiled))
    proof, pause, compiled = slowest
    return Line(
        f"proof of {OPTIONS} options and {families.RULES[OPTIONS]} rules (slowest of {len(SEEDS)} families)",
        proof,
        "s",
        2,
        5,
        figure=f"{shown(proof)} s, longest silence {shown(pause)} s",
        reference=f"compiling it: {shown(compiled)} s",
        ratio=times(proof, compiled),
    )
