"""The engine alone: every difference, conflicts with their repairs, valid domains; no web, no database."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from catalog import uvl
from catalog.choices import Choices
from catalog.configuration import Configuration
from catalog.engine import WHATEVER_IT_TAKES, Engine
from catalog.model import NONE, Family
from catalog.tree import TooWide
from catalog.validity import Validity
from tests.bench import families, feature_model
from tests.bench.line import Line, middle, percentile, shown, times
from tests.conformance.judge import Judge
from tests.conformance.reference import Reference

SEEDS = (1, 2, 3)
CLICKS, SESSION = 36, 12
SAMPLED = 8  # options of a click that the reference is asked for
SECONDS = 12.0  # for one family; a family that takes longer is measured by fewer clicks
AIMS = {120: (10, 25), 300: (30, 80), 1_000: (120, 400)}


class Timed(NamedTuple):
    """Seconds of single questions, and what else is worth telling."""

    all_differences: list[float]
    first_answers: list[float]
    one_by_one: list[float]
    conflicts: list[float]
    unproven: int
    cards: int


def lines() -> Iterator[Line]:
    for options, (aim, limit) in AIMS.items():
        yield from _differences(options, aim, limit, families.ROOMY)
    yield from _differences(300, None, None, families.TIGHT)
    yield _domains("own feature model", feature_model.text())


def of_a_file(uvl_file: Path) -> Iterator[Line]:
    """The domains of any feature model."""
    yield _domains(uvl_file.stem, uvl_file.read_text("utf-8"))


def _differences(options: int, aim: float | None, limit: float | None, tightness: float) -> Iterator[Line]:
    kind = f"{options:,} options" + (
        "" if tightness == families.ROOMY else ", sums that bind nearly every build"
    )
    measured: list[Timed] = []
    for seed in SEEDS:
        try:
            measured.append(
                _walk(Engine(families.family(options, seed, tightness)), Random(f"clicks {seed}"))
            )
        except TooWide as error:
            yield Line(
                f"engine, {kind}: all differences", None, "ms", aim, limit, trouble=f"seed {seed}: {error}"
            )
            return
    every = [second * 1000 for timed in measured for second in timed.all_differences]
    first = [second * 1000 for timed in measured for second in timed.first_answers]
    reference = middle([second * 1000 for timed in measured for second in timed.one_by_one])
    p95 = percentile(every, 95)
    worst = ", ".join(shown(percentile(timed.all_differences, 95) * 1000) for timed in measured)
    yield Line(
        f"engine, {kind}: all differences, p95 (p95 of each seed: {worst})",
        p95,
        "ms",
        aim,
        limit,
        figure=f"p50 {shown(middle(every))} / p95 {shown(p95)} ms",
        reference=f"asked option by option {shown(reference)} ms",
        ratio=times(middle(every), reference),
    )
    unproven = sum(timed.unproven for timed in measured)
    if unproven:
        cards = sum(timed.cards for timed in measured)
        yield Line(
            f"engine, {kind}: first answer, p95 ({unproven / cards:.1%} of the differences come later)",
            percentile(first, 95),
            "ms",
            figure=f"p50 {shown(middle(first))} / p95 {shown(percentile(first, 95))} ms",
        )
    if options == 300 and tightness == families.ROOMY:
        yield _conflict_line([second * 1000 for timed in measured for second in timed.conflicts], first)


def _conflict_line(conflicts: list[float], first: list[float]) -> Line:
    thing = f"conflict with three repairs, 300 options, p95 ({len(conflicts)} of them)"
    if not conflicts:
        return Line(thing, None, "ms", 50, 100, trouble="no walk met one")
    return Line(
        thing,
        percentile(conflicts, 95),
        "ms",
        50,
        100,
        figure=f"p50 {shown(middle(conflicts))} / p95 {shown(percentile(conflicts, 95))} ms",
        reference=f"the configuration without it {shown(middle(first))} ms",
        ratio=times(middle(conflicts), middle(first)),
    )


def _walk(engine: Engine, random: Random) -> Timed:
    """Random sessions of available picks; every click is asked for all its differences."""
    timed = Timed([], [], [], [], 0, 0)
    unproven = cards = 0
    engine.configure(Choices())
    choices = Choices()
    deadline = time.perf_counter() + SECONDS
    for number in range(CLICKS):
        if number % SESSION == 0:
            choices = Choices()
        began = time.perf_counter()
        configuration = engine.configure(choices)
        timed.first_answers.append(time.perf_counter() - began)
        lacking = sum(card.delta is None for card in configuration.cards.values())
        unproven, cards = unproven + lacking, cards + len(configuration.cards)
        if lacking:
            began = time.perf_counter()
            configuration = engine.configure(choices, WHATEVER_IT_TAKES)
            timed.all_differences.append(time.perf_counter() - began)
        else:
            timed.all_differences.append(timed.first_answers[-1])
        offers = [card for card in configuration.cards.values() if card.available and not card.chosen]
        if number % SESSION == 0:
            timed.one_by_one.append(_one_by_one(engine, configuration, random))
        timed.conflicts.extend(_conflicts(engine, configuration, random))
        if not offers or time.perf_counter() > deadline:
            break
        choices = random.choice(offers).after
    return timed._replace(unproven=unproven, cards=cards)


def _one_by_one(engine: Engine, configuration: Configuration, random: Random) -> float:
    """What the differences would take if each option were asked for by itself, from a sample of them."""
    offers = [card for card in configuration.cards.values() if card.available and not card.chosen]
    sample = random.sample(offers, min(SAMPLED, len(offers)))
    began = time.perf_counter()
    for card in sample:
        engine.complete(card.after)
    return (time.perf_counter() - began) / max(1, len(sample)) * len(offers)


def _conflicts(engine: Engine, configuration: Configuration, random: Random) -> Iterator[float]:
    """How long it takes to explain options that are out, where there are three ways to let them in."""
    blocked = [key for key, card in configuration.cards.items() if not card.available and key.option != NONE]
    for key in random.sample(blocked, min(3, len(blocked))):
        began = time.perf_counter()
        conflict = engine.conflict(configuration, key)
        seconds = time.perf_counter() - began
        if len(conflict.repairs) == 3:
            yield seconds


def _domains(name: str, text: str) -> Line:
    """Valid domains after every click, against a plain loop of one question per value on another solver."""
    family = uvl.read(text, f"{name.replace(' ', '-')}.uvl")
    validity = Validity(Engine(family).formula)
    judge = Judge(Reference(text), family)
    ours: list[float] = []
    theirs: list[float] = []
    for session in range(12):
        random = Random(f"domains {session}")
        choices = Choices()
        for click in range(20):
            began = time.perf_counter()
            available = validity.available(choices)
            ours.append((time.perf_counter() - began) * 1000)
            if click % 10 == 5:
                began = time.perf_counter()
                had, _ = judge.can(choices)
                allowed = judge.available(choices, had)
                theirs.append((time.perf_counter() - began) * 1000)
                if allowed != available:
                    raise AssertionError(
                        f"{name}: the domains of {choices} differ from the independent solver's"
                    )
            choices = _next_pick(random, family, choices, available, validity)
    return Line(
        f"{name} ({len(family.option_by_key)} features): domains, p95",
        percentile(ours, 95),
        "ms",
        3,
        6,
        figure=f"p50 {shown(middle(ours))} / p95 {shown(percentile(ours, 95))} ms",
        reference=f"one question per value {shown(middle(theirs))} ms",
        ratio=times(middle(ours), middle(theirs)),
    )


def _next_pick(random: Random, family: Family, choices: Choices, available, validity: Validity) -> Choices:
    keys = sorted(key for key in available if key not in choices)
    random.shuffle(keys)
    for key in keys:
        wanted = choices.with_pick(family.group_by_code[key.group], key)
        if validity.fits(validity.literals(wanted)):
            return wanted
    return Choices()
