"""The service level that somebody has, as a fact: `level is gold`."""

from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from webapp.relations.levels.customer_level import CustomerLevel
from webapp.relations.levels.service_level import ServiceLevel
from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Lexicon, Reading, Situation, Source


def _level(situation: Situation, _atom: Atom) -> Reading:
    customer = col(CustomerLevel.customer_id)
    rows: Select[*tuple[Any, ...]] = (
        select(customer.label("key"), col(ServiceLevel.code).label("level"))
        .join(ServiceLevel, col(ServiceLevel.id) == col(CustomerLevel.level_id))
        .where(situation.numbered(customer))
    )
    return Reading("level", Source("levels", rows, by="id"))


def _codes(lexicon: Lexicon, _subject: str) -> tuple[str, ...]:
    return tuple(lexicon.levels)


LEVEL = Fact("level", Shape.NAME, "level is gold", _level, values=_codes)
