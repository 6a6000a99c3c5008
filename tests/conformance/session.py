"""Random sessions of one model: at each click the engine and the independent solver must say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter

from catalog import uvl
from catalog.choices import Choices
from catalog.conflicts import Conflicts
from catalog.expression import OptionKey
from catalog.formula import Formula
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
    domains: list[float] = field(default_factory=list)
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
    formula = Formula(family)
    validity = Validity(formula)
    conflicts = Conflicts(formula, validity)
    findings = Findings(path.stem, family, load=perf_counter() - began)
    reference = Reference(path.read_text("utf-8"))
    judge = Judge(reference, family)
    findings.solutions = _solutions(reference, judge)
    findings.disagreements += judge.differences()
    had, spared = judge.can(Choices())
    findings.dead = len(family.option_by_key) - len(had)
    findings.always = len(family.option_by_key) - len(spared)
    everything = frozenset(family.option_by_key)
    findings.must_equal("dead", _options(formula, validity.never), everything - had)
    findings.must_equal("always on", _options(formula, validity.always), everything - spared)
    for number in range(sessions):
        random = Random(f"{path.stem} {number}")
        _session(random, clicks, findings, formula, validity, conflicts, judge)
    return findings


def _session(random: Random, clicks: int, findings: Findings, formula, validity, conflicts, judge) -> None:
    family = findings.family
    before: list[Choices] = []
    choices = Choices()
    for _ in range(clicks):
        began = perf_counter()
        available = validity.available(choices)
        findings.domains.append(perf_counter() - began)
        can, cannot = validity.reach(validity.literals(choices))
        began = perf_counter()
        had, spared = judge.can(choices)
        findings.reference.append(perf_counter() - began)
        where = f"with {', '.join(map(str, choices)) or 'no choices'}"
        findings.must_equal(f"{where}: can be yes", _options(formula, can), had)
        findings.must_equal(f"{where}: can be no", _options(formula, cannot), spared)
        findings.must_equal(f"{where}: available", available, judge.available(choices, had))
        refused = [key for key in family.option_by_key if key not in available]
        for key in random.sample(refused, min(ASKED_WHY, len(refused))):
            wanted = choices.with_pick(family.group_by_code[key.group], key)
            began = perf_counter()
            rules, mine = conflicts.reason(wanted.without(key), key, wanted)
            findings.conflicts.append(perf_counter() - began)
            if flaw := judge.flaw(key, wanted, rules, mine):
                findings.disagreements.append(f"{where}: {flaw}")
        if before and random.random() < UNDO:
            choices = before.pop()
        elif following := _click(random, family, choices, available, judge):
            before.append(choices)
            choices = following


def _click(random: Random, family: Family, choices: Choices, available, judge: Judge) -> Choices | None:
    """The choices after a random click that fits: mostly a pick, sometimes a refusal."""
    keys: list[OptionKey] = sorted(available)
    if random.random() > YES:
        keys = [OptionKey(group.code, NONE) for group in family.groups if group.is_optional]
    random.shuffle(keys)
    for key in keys:
        wanted = choices.with_pick(family.group_by_code[key.group], key)
        if key not in choices and judge.model.solve(judge.literals(wanted, wanted)):
            return wanted
    return None


def _options(formula: Formula, mask: int) -> frozenset[OptionKey]:
    return frozenset(key for key, variable in formula.variable.items() if mask >> variable & 1)


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
