"""The examination of a family before it is published, chapter by chapter, so that a page can show how far it is."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.completion import Completion
from catalog.elimination import Plan
from catalog.expression import OptionKey
from catalog.factors import Factors
from catalog.faults import faults_in
from catalog.health import amounts, gaps
from catalog.health.amounts import Extreme
from catalog.health.finding import Finding, Kind, Severity
from catalog.health.idle import Idle
from catalog.health.logic import Logic
from catalog.health.trial import Trial, Trials
from catalog.health.weight import Weight, heaviest
from catalog.health.words import in_words, listed
from catalog.model import Family
from catalog.tree import MOST_CELLS

A_FEW = 25  # rules that are looked at before the page hears of it


class Chapter(StrEnum):
    """What is looked at, in this order."""

    DOCUMENT = "document"  # whether all can be read
    LOGIC = "logic"  # whether anything can be built
    GAPS = "gaps"  # options without price, picture or text, odd prices
    OPTIONS = "options"  # whether each option can be had, and be left out
    BUILDS = "builds"  # ready-made builds and test cases
    PRICES = "prices"  # the cheapest and the dearest build
    RULES = "rules"  # whether each rule changes anything


@dataclass(frozen=True, slots=True)
class Health:
    """What was found so far. `done`: the chapters that are through; `rules`: how many of `of_rules` were looked at.

    `cells`: entries of the tables that a click passes over; `heaviest`: the rule that makes most of them, None where
    no rule makes any. `cheapest`, `dearest`: complete builds, None where that is not known.
    """

    findings: tuple[Finding, ...] = ()
    done: tuple[Chapter, ...] = ()
    rules: int = 0
    of_rules: int = 0
    cells: int = 0
    heaviest: Weight | None = None
    cheapest: Extreme | None = None
    dearest: Extreme | None = None
    is_complete: bool = False

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.WARNING]

    @property
    def contradiction(self) -> tuple[str, ...]:
        """Codes that together allow nothing; empty where the family allows something."""
        return next((each.culprits for each in self.of(Kind.NOTHING)), ())

    @property
    def dead(self) -> tuple[OptionKey, ...]:
        return tuple(each.option for each in self.of(Kind.DEAD) if each.option)

    @property
    def always(self) -> tuple[OptionKey, ...]:
        return tuple(each.option for each in self.of(Kind.ALWAYS) if each.option)

    def of(self, kind: Kind) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind is kind]

    def obstacles(self) -> list[str]:
        """A sentence for each reason not to publish the family; none where it can be sold."""
        return [in_words(finding) for finding in self.errors]

    def remarks(self) -> list[str]:
        """A sentence for each thing that an editor may not have meant, and how heavy the family is."""
        found: list[str] = []
        if self.dead:
            found.append(f"can never be chosen: {listed(self.dead)}")
        if self.always:
            found.append(f"cannot be left out: {listed(self.always)}")
        told = (Kind.DEAD, Kind.ALWAYS, *GAPS)
        found += [in_words(finding) for finding in self.warnings if finding.kind not in told]
        for kind, said in GAPS.items():
            if lacking := [each.option for each in self.of(kind)]:
                found.append(f"{said}: {listed(lacking)}")
        blame = f', {self.heaviest.cells:,} of them for "{self.heaviest.rule}"' if self.heaviest else ""
        return [*found, f"{self.cells:,} table cells{blame}"]


GAPS = {Kind.NO_PRICE: "no price", Kind.NO_PICTURE: "no picture", Kind.NO_TEXT: "no full text"}


def examine(family: Family, trials: Sequence[Trial] = ()) -> Health:
    """All findings about a family."""
    return deque(examined(family, trials), maxlen=1).pop()


def examined(family: Family, trials: Sequence[Trial] = ()) -> Iterator[Health]:
    """The same, as it grows; the last one is complete."""
    return _Examination(family, trials).steps()


class _Examination:
    def __init__(self, family: Family, trials: Sequence[Trial]) -> None:
        self.family, self.trials = family, trials
        charges = len(family.price_rules) + len(family.bundles)
        self.health = Health(of_rules=len(family.rules) + len(family.resources) + charges)

    def steps(self) -> Iterator[Health]:
        yield self.health
        for fault in faults_in(self.family):
            self._note([Finding(Kind.FAULT, path=tuple(fault.path), message=fault.message)])
        if self.health.findings:
            yield self._ended()
            return
        yield self._through(Chapter.DOCUMENT)
        logic = Logic(self.family)
        plan = Plan(Factors(self.family))
        weight = heaviest(plan)
        self.health = replace(self.health, cells=plan.cells, heaviest=weight)
        if plan.cells > MOST_CELLS:
            culprits = (weight.rule,) if weight else ()
            self._note([Finding(Kind.TOO_WIDE, culprits=culprits, amount=plan.cells, beside=MOST_CELLS)])
        self._note(logic.nothing())
        yield self._through(Chapter.LOGIC)
        self._note(gaps.gaps(self.family))
        self._note(amounts.odd(self.family))
        yield self._through(Chapter.GAPS)
        if not logic.consistent:
            yield self._ended()
            return
        self._note(logic.dead())
        self._note(logic.always())
        yield self._through(Chapter.OPTIONS)
        completion = Completion(self.family) if plan.cells <= MOST_CELLS else None
        tried = Trials(logic, completion)
        self._note(tried.ready_made())
        self._note(tried.cases(self.trials))
        yield self._through(Chapter.BUILDS)
        if completion is not None:
            cheapest = amounts.cheapest(self.family, completion)
            self._note(amounts.of_cheapest(cheapest))
            self.health = replace(self.health, cheapest=cheapest, dearest=amounts.dearest(self.family))
        yield self._through(Chapter.PRICES)
        yield from self._rules(logic)
        self._through(Chapter.RULES)
        yield self._ended()

    def _rules(self, logic: Logic) -> Iterator[Health]:
        idle = Idle(self.family, logic)
        charges = [
            thing.code for things in (self.family.price_rules, self.family.bundles) for thing in things
        ]
        asked: list[tuple[Callable[[str], Finding | None], str]] = [
            *((idle.rule, rule.code) for rule in self.family.rules),
            *((idle.resource, resource.code) for resource in self.family.resources),
            *((idle.charge, code) for code in charges),
        ]
        for number, (ask, code) in enumerate(asked, start=1):
            if (finding := ask(code)) is not None:
                self._note([finding])
            self.health = replace(self.health, rules=number)
            if number % A_FEW == 0:
                yield self.health

    def _note(self, findings: Iterable[Finding]) -> None:
        self.health = replace(self.health, findings=(*self.health.findings, *findings))

    def _through(self, chapter: Chapter) -> Health:
        self.health = replace(self.health, done=(*self.health.done, chapter))
        return self.health

    def _ended(self) -> Health:
        self.health = replace(self.health, is_complete=True)
        return self.health
