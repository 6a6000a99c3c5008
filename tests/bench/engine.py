"""The engine alone: every difference, conflicts with their repairs, valid domains; no web, no database."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from catalog import uvl
from catalog.choices import Choices
from catalog.configuration import Configuration
from catalog.engine import WHATEVER_IT_TAKES, Engine
from catalog.model import NONE, Family
from catalog.tree import TooWide
from catalog.validity import Validity
from tests.bench import families, feature_model
from tests.bench.laps import Laps
from tests.bench.line import Line, middle, percentile, shown, times
from tests.conformance.judge import Judge
from tests.conformance.reference import Reference

SEEDS = (1, 2, 3)
CLICKS, SESSION = 36, 12
SAMPLED = 8  # options of a click that the reference is asked for
EXPLAINED = 3  # options of a click that are out, and asked why
SECONDS = 12.0  # for one family; a family that takes longer is measured by fewer clicks
AIMS = {120: (10, 25), 300: (30, 80), 1_000: (120, 400)}
SESSIONS, PICKS = 12, 20


def lines() -> Iterator[Line]:
    for options, (aim, limit) in AIMS.items():
        yield from _family_lines(options, aim, limit, families.ROOMY)
    yield from _family_lines(300, None, None, families.TIGHT)
    yield _domains("own feature model", feature_model.text())


def of_a_file(place: Path) -> Iterator[Line]:
    """The domains of any feature model."""
    yield _domains(place.stem, place.read_text("utf-8"))


class Walk:
    """Random sessions of picks that fit, on one family: each click is asked for all its differences."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self.engine, self.random = engine, random
        self.differences, self.first_answers, self.conflicts = Laps(), Laps(), Laps()
        self.one_by_one: list[float] = []
        self.unproven = self.cards = 0
        engine.configure(Choices())
        choices = Choices()
        deadline = time.perf_counter() + SECONDS
        for number in range(CLICKS):
            if number % SESSION == 0:
                choices = Choices()
            configuration = self._configure(choices)
            offers = [card for card in configuration.cards.values() if card.available and not card.chosen]
            if number % SESSION == 0:
                self._ask_one_by_one(configuration)
            self._ask_why(configuration)
            if not offers or time.perf_counter() > deadline:
                break
            choices = random.choice(offers).after

    def _configure(self, choices: Choices) -> Configuration:
        with self.first_answers.lap():
            configuration = self.engine.configure(choices)
        lacking = sum(card.delta is None for card in configuration.cards.values())
        self.unproven += lacking
        self.cards += len(configuration.cards)
        if not lacking:
            self.differences.repeat(self.first_answers)
            return configuration
        with self.differences.lap():
            return self.engine.configure(choices, WHATEVER_IT_TAKES)

    def _ask_one_by_one(self, configuration: Configuration) -> None:
        """What the differences would take if each option were asked for by itself, from a sample of them."""
        offers = [card for card in configuration.cards.values() if card.available and not card.chosen]
        sample = self.random.sample(offers, min(SAMPLED, len(offers)))
        began = time.perf_counter()
        for card in sample:
            self.engine.complete(card.after)
        self.one_by_one.append((time.perf_counter() - began) * 1000 / max(1, len(sample)) * len(offers))

    def _ask_why(self, configuration: Configuration) -> None:
        """Explains options that are out; what counts are those that can be let in in three ways."""
        cards = configuration.cards
        blocked = [key for key, card in cards.items() if not card.available and key.option != NONE]
        for key in self.random.sample(blocked, min(EXPLAINED, len(blocked))):
            laps = Laps()
            with laps.lap():
                conflict = self.engine.conflict(configuration, key)
            if len(conflict.repairs) == 3:
                self.conflicts.add(laps)


def _family_lines(options: int, aim: float | None, limit: float | None, tightness: float) -> Iterator[Line]:
    kind = f"engine, {options:,} options" + ("" if aim else ", sums that bind nearly every build")
    walks: list[Walk] = []
    for seed in SEEDS:
        try:
            walks.append(Walk(Engine(families.family(options, seed, tightness)), Random(f"clicks {seed}")))
        except TooWide as error:
            yield Line(f"{kind}: all differences", None, "ms", aim, limit, trouble=f"seed {seed}: {error}")
            return
    every, first, conflicts = Laps(), Laps(), Laps()
    for walk in walks:
        every.add(walk.differences)
        first.add(walk.first_answers)
        conflicts.add(walk.conflicts)
    reference = middle([spent for walk in walks for spent in walk.one_by_one])
    seeds = ", ".join(shown(walk.differences.p95) for walk in walks)
    yield Line(
        f"{kind}: all differences, p95 (of each family: {seeds})",
        every.p95,
        "ms",
        aim,
        limit,
        figure=str(every),
        reference=f"asked option by option {shown(reference)} ms",
        ratio=times(every.p50, reference),
    )
    unproven = sum(walk.unproven for walk in walks)
    if unproven:
        share = unproven / sum(walk.cards for walk in walks)
        yield Line(
            f"{kind}: first answer, p95 ({share:.1%} of the differences come later)",
            first.p95,
            "ms",
            figure=str(first),
            reference=f"all of them {shown(every.p95)} ms",
            ratio=times(first.p95, every.p95),
        )
    if options == 300 and aim:
        yield _conflict_line(conflicts, first)


def _conflict_line(conflicts: Laps, first: Laps) -> Line:
    thing = f"conflict with three repairs, 300 options, p95 ({len(conflicts.wall)} of them)"
    if not conflicts.wall:
        return Line(thing, None, "ms", 50, 100, trouble="no walk met one")
    return Line(
        thing,
        conflicts.p95,
        "ms",
        50,
        100,
        figure=str(conflicts),
        reference=f"the configuration alone {shown(first.p50)} ms",
        ratio=times(conflicts.p50, first.p50),
    )


def _domains(name: str, text: str) -> Line:
    """Valid domains after every click, against a plain loop of one question per value on another solver."""
    family = uvl.read(text, f"{name.replace(' ', '-')}.uvl")
    validity = Validity(Engine(family).formula)
    judge = Judge(Reference(text), family)
    ours, theirs = Laps(), Laps()
    for session in range(SESSIONS):
        random = Random(f"domains {session}")
        choices = Choices()
        for click in range(PICKS):
            with ours.lap():
                available = validity.available(choices)
            if click % 10 == 5:
                with theirs.lap():
                    allowed = judge.available(choices, judge.can(choices)[0])
                if allowed != available:
                    raise AssertionError(f"{name}: the domains of {choices} are not the independent solver's")
            choices = _picked(random, family, choices, available, validity)
    return Line(
        f"{name} ({len(family.option_by_key)} features): domains, p95",
        percentile(ours.wall, 95),
        "ms",
        3,
        6,
        figure=str(ours),
        reference=f"one question per value {shown(theirs.p50)} ms",
        ratio=times(ours.p50, theirs.p50),
    )


def _picked(random: Random, family: Family, choices: Choices, available, validity: Validity) -> Choices:
    """The choices after a random pick that fits; none at all where there is none left."""
    keys = sorted(key for key in available if key not in choices)
    random.shuffle(keys)
    for key in keys:
        wanted = choices.with_pick(family.group_by_code[key.group], key)
        if validity.fits(validity.literals(wanted)):
            return wanted
    return Choices()
