"""The test cases of a document, run: what came of each. Quick enough for every save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalog.cases import trial
from catalog.completion import Completion
from catalog.elimination import Plan
from catalog.factors import Factors
from catalog.faults import faults_in
from catalog.health import Finding
from catalog.health.logic import Logic
from catalog.health.trial import Trials
from catalog.model import Case, Family
from catalog.schedule import in_force
from catalog.tree import MOST_CELLS
from webapp.catalogues import version
from webapp.catalogues.draft import DraftRevision


@dataclass(frozen=True)
class Outcome:
    """A case with what is wrong with it; nothing where it comes out as it must."""

    case: Case
    finding: Finding | None

    @property
    def holds(self) -> bool:
        return self.finding is None


class Untried(ValueError):
    """A document that cannot be configured, so that no case of it can be tried."""


def outcomes(revision: DraftRevision, on: date) -> Sequence[Outcome]:
    """All cases of a revision, tried as it would be sold on a day. Raises Untried."""
    return _tried(revision.document, on)


@lru_cache(maxsize=16)
def _tried(document: str, on: date) -> tuple[Outcome, ...]:
    return tried(in_force(version.read(document), on))


def tried(family: Family) -> tuple[Outcome, ...]:
    """All cases of a family, tried. Raises Untried."""
    if not family.cases:
        return ()
    if faults_in(family):
        raise Untried(family.code)
    wants_totals = any(case.expect == "total" for case in family.cases)
    is_light = wants_totals and Plan(Factors(family)).cells <= MOST_CELLS
    trials = Trials(Logic(family), Completion(family) if is_light else None)
    return tuple(Outcome(case, next(trials.cases([trial(case)]), None)) for case in family.cases)
