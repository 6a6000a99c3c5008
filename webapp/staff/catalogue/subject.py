"""The document that a proof, a rehearsal or a publication is about: the draft as it stands, or an older version."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, request

from catalog.model import Family
from webapp.catalogues import task, version
from webapp.catalogues.task import Kind, Task
from webapp.catalogues.version import PublishedVersion
from webapp.database import reading
from webapp.guards import LARGEST_NUMBER
from webapp.staff.catalogue.opened import Opened, opened


@dataclass(frozen=True)
class Subject:
    """A document on its way to the shop. `older`: the version that is to be published once more."""

    page: Opened
    older: PublishedVersion | None = None

    @property
    def code(self) -> str:
        return self.page.code

    @property
    def sha256(self) -> str:
        return self.older.sha256 if self.older else self.page.revision.sha256

    @cached_property
    def family(self) -> Family:
        return version.read(self.older.document) if self.older else self.page.family

    @property
    def beside(self) -> int:
        """The number of the version on sale; 0 where there is none."""
        return self.page.on_sale.number if self.page.on_sale else 0

    @property
    def is_on_sale(self) -> bool:
        """Whether just this is on sale."""
        return self.beside == self.older.number if self.older else self.page.is_published

    @property
    def named(self) -> dict[str, Any]:
        """How an address names it."""
        return {"version": self.older.number} if self.older else {}

    @cached_property
    def proof(self) -> Task | None:
        return task.latest(reading(), Kind.PROOF, self.code, self.sha256)

    @cached_property
    def rehearsal(self) -> Task | None:
        return task.latest(reading(), Kind.REHEARSAL, self.code, self.sha256, beside=self.beside)


def subject(code: str) -> Subject:
    """What the address is about, or 404: `version` names an older one."""
    page = opened(code)
    number = request.values.get("version", type=int)
    if number is None:
        return Subject(page)
    if not 0 < number <= LARGEST_NUMBER:
        abort(404)
    return Subject(page, version.find(reading(), code, number) or abort(404))
