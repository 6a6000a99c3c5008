"""What somebody prefers, as a fact: only of those who allow a profile, and only of kinds that they let be used."""

from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlmodel import col

from catalog.fitting import COLOUR
from webapp.customers.inference import FAMILY, FactKind
from webapp.customers.stated_fact import StatedFact
from webapp.customers.unused_fact import UnusedFact
from webapp.customers.wording import Purpose
from webapp.relations.condition import Atom, Shape
from webapp.relations.fact import Fact, Lexicon, Reading, Situation, Source
from webapp.relations.person_facts import consents


def _prefers(situation: Situation, atom: Atom) -> Reading:
    customer, allowed = (
        col(StatedFact.customer_id),
        consents(situation, Purpose.PERSONALISATION).rows.subquery(),
    )
    kind = {COLOUR: FactKind.COLOURS, FAMILY: FactKind.FAMILIES}.get(atom.subject, FactKind.LIKINGS)
    is_off = exists().where(col(UnusedFact.customer_id) == customer, col(UnusedFact.kind) == kind.value)
    rows: Select[*tuple[Any, ...]] = (
        select(customer.label("key"), func.max(StatedFact.at).label("said_at"))
        .join(allowed, allowed.c.key == customer)
        .where(
            situation.numbered(customer),
            col(StatedFact.trait) == atom.subject,
            col(StatedFact.value) == atom.value,
            ~is_off,
        )
        .group_by(customer)
    )
    return Reading("said_at", Source(f"prefers {atom.subject} {atom.value}", rows, by="id"))


def _traits(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(lexicon.traits)


def _values(lexicon: Lexicon, trait: str) -> tuple[str, ...]:
    return lexicon.traits.get(trait, ())


PREFERS = Fact(
    "prefers",
    Shape.WORDS,
    "prefers(use: commute)",
    _prefers,
    subjects=_traits,
    values=_values,
    needs=Purpose.PERSONALISATION.value,
)
