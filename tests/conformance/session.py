"""Random sessions of one model: at each click the engine and the independent solver must say the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter

from catalog import uvl
from catalog.choices import Choices
from catalog.configuration import Configuration, Origin
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.model import NONE, Family
from catalog.validity import Validity
from tests.conformance.judge import Judge
from tests.conformance.reference import Reference

COUNTED = 1_000
YES, UNDO = 0.8, 0.15
ASKED_WHY = 3


@dataclass
class Findings:
    """What a model is, how long its questions took (seconds), and where the two did not agree."""

    model: str
    family: Family
    solutions: str = ""
    load: float = 0
    dead: int = 0
    always: int = 0
    cheapest: int = 0
    domains: list[float] = field(default_factory=list)
    configurations: list[float] = field(default_factory=list)
    conflicts: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    def must_equal(self, where: str, engine: frozenset[OptionKey], judge: frozenset[OptionKey]) -> None:
        """Notes each option that only one of the two has."""
        for key in sorted(engine ^ judge):
            said = "only the engine" if key in engine else "only the independent solver"
            self.disagreements.append(f"{where}: {key}: {said}")


def examine(path: Path, sessions: int, clicks: int, prices: Path | None = None) -> Findings:
    """Compares the engine with the independent solver on one UVL file, along seeded sessions."""
    began = perf_counter()
    family = uvl.load(path, prices)
    engine = Engine(family)
    findings = Findings(path.stem, family, load=perf_counter() - began)
    reference = Reference(path.read_text("utf-8"))
    judge = Judge(reference, family)
    findings.solutions = _solutions(reference, judge)
    findings.cheapest = engine.complete(Choices()).total
    findings.disagreements += judge.differences()
    had, spared = judge.can(Choices())
    findings.dead = len(family.option_by_key) - len(had)
    findings.always = len(family.option_by_key) - len(spared)
    validity = Validity(engine.formula)
    everything = frozenset(family.option_by_key)
    findings.must_equal("dead", _options(validity, validity.never), everything - had)
    findings.must_equal("always on", _options(validity, validity.always), everything - spared)
    for number in range(sessions):
        _session(Random(f"{path.stem} {number}"), clicks, findings, engine, validity, judge)
    return findings


def _session(
    random: Random, clicks: int, findings: Findings, engine: Engine, validity: Validity, judge: Judge
) -> None:
    before: list[Choices] = []
    choices = Choices()
    for _ in range(clicks):
        available = _compare(choices, findings, engine, validity, judge, random)
        if before and random.random() < UNDO:
            choices = before.pop()
        elif following := _click(random, engine.family, choices, available, judge):
            before.append(choices)
            choices = following


def _compare(
    choices: Choices, findings: Findings, engine: Engine, validity: Validity, judge: Judge, random: Random
) -> frozenset[OptionKey]:
    """What is available with the choices, after all the engine's answers were held against the judge's."""
    where = f"with {', '.join(map(str, choices)) or 'no choices'}"
    with _clock(findings.domains):
        available = validity.available(choices)
    with _clock(findings.configurations):
        configuration = engine.configure(choices)
    can, cannot = validity.reach(validity.literals(choices))
    with _clock(findings.reference):
        had, spared = judge.can(choices)
    allowed = judge.available(choices, had)
    findings.must_equal(f"{where}: can be yes", _options(validity, can), had)
    findings.must_equal(f"{where}: can be no", _options(validity, cannot), spared)
    findings.must_equal(f"{where}: available", available, allowed)
    cards = {key: card for key, card in configuration.cards.items() if key.option != NONE}
    shown = frozenset(key for key, card in cards.items() if card.available)
    findings.must_equal(f"{where}: card available", shown, allowed)
    forced = frozenset(key for key, card in cards.items() if card.origin is Origin.FORCED)
    only_left = frozenset(key for key in cards if key not in spared and key not in choices)
    findings.must_equal(f"{where}: card forced", forced, only_left)
    if not judge.fits(Choices((*choices.said, *configuration.picked))):
        findings.disagreements.append(f"{where}: the completion is no solution")
    if any(option.price for option in engine.family.option_by_key.values()):
        _compare_totals(where, configuration, findings, judge, random)
    refused = sorted(cards.keys() - allowed)
    for key in random.sample(refused, min(ASKED_WHY, len(refused))):
        _compare_conflict(where, key, configuration, findings, engine, judge)
    return available


def _compare_totals(
    where: str, configuration: Configuration, findings: Findings, judge: Judge, random: Random
) -> None:
    if configuration.total != judge.cheapest(configuration.choices):
        findings.disagreements.append(f"{where}: {configuration.total} is not the least total")
    offers = [card for card in configuration.cards.values() if card.available and card.delta is not None]
    for card in random.sample(offers, min(ASKED_WHY, len(offers))):
        if configuration.total + (card.delta or 0) != judge.cheapest(card.after):
            findings.disagreements.append(f"{where}: {card.key} does not make a difference of {card.delta}")


def _compare_conflict(
    where: str, key: OptionKey, configuration: Configuration, findings: Findings, engine: Engine, judge: Judge
) -> None:
    with _clock(findings.conflicts):
        conflict = engine.conflict(configuration, key)
    wanted = configuration.choices.with_pick(engine.family.group_by_code[key.group], key)
    if flaw := judge.flaw(key, wanted, [rule.code for rule in conflict.rules], conflict.choices):
        findings.disagreements.append(f"{where}: {flaw}")
    for repair in conflict.repairs:
        if key not in repair.after or not judge.fits(repair.after):
            findings.disagreements.append(f"{where}: a repair does not let in {key}")


@contextmanager
def _clock(times: list[float]) -> Iterator[None]:
    began = perf_counter()
    yield
    times.append(perf_counter() - began)


def _click(random: Random, family: Family, choices: Choices, available, judge: Judge) -> Choices | None:
    """The choices after a random click that fits: mostly a pick, sometimes a refusal."""
    keys: list[OptionKey] = sorted(available)
    if random.random() > YES:
        keys = [OptionKey(group.code, NONE) for group in family.groups if group.is_optional]
    random.shuffle(keys)
    for key in keys:
        wanted = choices.with_pick(family.group_by_code[key.group], key)
        if key not in choices and judge.fits(wanted):
            return wanted
    return None


def _options(validity: Validity, mask: int) -> frozenset[OptionKey]:
    return frozenset(key for key, variable in validity.formula.variable.items() if mask >> variable & 1)


def _solutions(reference: Reference, judge: Judge) -> str:
    if reference.is_tree:
        return _short(reference.count_of_tree())
    found = judge.solutions(COUNTED)
    return _short(found) if found < COUNTED else f"> {COUNTED:,}"


def _short(number: int) -> str:
    return f"{number:,}" if number < 10**9 else f"{float(number):.1e}"


def files(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Each UVL file with its price list, where `<name>-prices.xml` lies beside it."""
    for path in sorted(folder.glob("**/*.uvl")):
        prices = path.with_name(f"{path.stem}-prices.xml")
        yield path, prices if prices.exists() else None
