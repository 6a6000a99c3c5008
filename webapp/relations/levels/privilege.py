"""Privileges: what somebody's service level gives, as a value that pages and prices can be handed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select

from catalog.model import Texts
from catalog.terms import NO_TERMS, Terms
from webapp.prepared import Prepared
from webapp.relations.levels.customer_level import CustomerLevel
from webapp.relations.levels.service_level import ServiceLevel


@dataclass(frozen=True, slots=True)
class Privileges:
    """What a level gives. Without one: nothing beyond what everybody has, under the code ""."""

    code: str = ""
    title: Texts = Texts({"en": "–", "ru": "–"})
    percent: Decimal = Decimal(0)
    terms: Terms = NO_TERMS
    free_methods: frozenset[str] = frozenset()
    promise_days: int | None = None
    comes_first: bool = False
    answer_hours: int | None = None
    has_manager: bool = False

    def __bool__(self) -> bool:
        return bool(self.code)

    def delivers_free(self, method: str) -> bool:
        return method in self.free_methods

    def days_promised(self, usual: int) -> int:
        """For how many days a price is promised; never for fewer than to everybody."""
        return max(usual, self.promise_days or 0)


NONE = Privileges()


LEVELS = ServiceLevel.__table__  # type: ignore[attr-defined]
HELD = CustomerLevel.__table__  # type: ignore[attr-defined]
GIVEN = (
    "code",
    "title",
    "percent",
    "free_methods",
    "promise_days",
    "comes_first",
    "answer_hours",
    "has_manager",
)
MINE = Prepared(
    select(*(LEVELS.c[name] for name in GIVEN))
    .join(HELD, HELD.c.level_id == LEVELS.c.id)
    .where(HELD.c.customer_id == bindparam("customer_id"))
)


def of(rows: Connection, customer_id: int) -> Privileges:
    """What a customer has; one quick statement, since every click asks."""
    found = MINE.first(rows, customer_id=customer_id)
    if found is None:
        return NONE
    said: dict[str, Any] = dict(zip(GIVEN, found, strict=True))
    return of_level(ServiceLevel(**said))


def of_level(level: ServiceLevel) -> Privileges:
    return Privileges(
        level.code,
        level.texts,
        Decimal(level.percent),
        level.terms,
        frozenset(level.free_methods),
        level.promise_days,
        level.comes_first,
        level.answer_hours,
        level.has_manager,
    )
