"""Drafts as if they were on sale: compiled once per process and revision, for those who look at them before."""

from datetime import date, datetime
from functools import lru_cache

from catalog.faults import Fault, faults_in
from catalog.schedule import in_force
from webapp.catalogues import version
from webapp.catalogues.draft import DraftRevision
from webapp.catalogues.published import Published

KEPT = 4  # compiled drafts in memory


class Unsound(ValueError):
    """A draft that cannot be configured as it stands; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def previewed(revision: DraftRevision, on: date) -> Published:
    """A revision as it would be sold on a day, ready to configure with, under its own number. Raises Unsound."""
    return _compiled(revision.document, revision.number, revision.sha256, revision.at, on)


@lru_cache(maxsize=KEPT)
def _compiled(document: str, number: int, sha256: str, at: datetime, on: date) -> Published:
    family = in_force(version.read(document), on)
    if faults := faults_in(family):
        raise Unsound(faults)
    return Published(family, number, f"{sha256[:40]}-{on}", at)
