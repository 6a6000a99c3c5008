"""Privileges: what somebody's service level gives, as a value that pages and prices can be handed."""

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from catalog.model import Texts
from catalog.terms import NO_TERMS, Terms
from webapp.relations.customer_level import level_of
from webapp.relations.service_level import ServiceLevel


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


def of(session: Session, customer_id: int | None) -> Privileges:
    """What a customer has; one statement, and none for a guest."""
    level = level_of(session, customer_id)
    return of_level(level) if level else NONE


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
