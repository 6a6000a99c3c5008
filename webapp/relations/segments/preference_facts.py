"""What somebody prefers, as a fact: only of those who allow a profile, and only of kinds that they let be used.

What they say comes first. Of a trait that they say nothing of, what follows from their acts counts, as it was written
down (`inferred_preference`); where that is not of all their acts, since they have just done something, it does not.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union_all
from sqlmodel import col

from catalog.fitting import COLOUR
from webapp.customers import inferred_preference
from webapp.customers.consent import Consent
from webapp.customers.inference import FAMILY, FactKind
from webapp.customers.inferred_preference import InferredPreference, Reckoning
from webapp.customers.stated_fact import StatedFact
from webapp.customers.touchpoint import Touchpoint
from webapp.customers.unused_fact import UnusedFact
from webapp.customers.wording import SAY_SO_OF_GROUPS, Purpose
from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Lexicon, Reading, Situation, Source
from webapp.relations.segments.person_facts import consents


def _prefers(situation: Situation, atom: Atom) -> Reading:
    both = union_all(_stated(situation, atom), _inferred(situation, atom)).subquery()
    allowed = consents(situation, Purpose.PERSONALISATION).rows.where(_says_so()).subquery()
    rows: Select[*tuple[Any, ...]] = select(both.c.key, both.c.said_at).join(
        allowed, allowed.c.key == both.c.key
    )
    return Reading("said_at", Source(f"prefers {atom.subject} {atom.value}", rows, by="id"))


def _says_so() -> ColumnElement[bool]:
    """An older consent does not speak of groups of customers."""
    return col(Consent.edition).in_(SAY_SO_OF_GROUPS)


def _stated(situation: Situation, atom: Atom) -> Select[*tuple[Any, ...]]:
    whose = col(StatedFact.customer_id)
    return (
        select(whose.label("key"), func.max(StatedFact.at).label("said_at"))
        .where(
            situation.numbered(whose),
            col(StatedFact.trait) == atom.subject,
            col(StatedFact.value) == atom.value,
            ~_is_off(whose, atom),
        )
        .group_by(whose)
    )


def _inferred(situation: Situation, atom: Atom) -> Select[*tuple[Any, ...]]:
    """Of those who say nothing of the trait; when they last did anything stands for when it was shown."""
    whose = col(InferredPreference.customer_id)
    counted = (
        inferred_preference.acts().where(situation.numbered(col(Touchpoint.customer_id))).subquery("acts")
    )
    says = exists().where(col(StatedFact.customer_id) == whose, col(StatedFact.trait) == atom.subject)
    return (
        select(whose.label("key"), col(Reckoning.last_at).label("said_at"))
        .join(Reckoning, col(Reckoning.customer_id) == whose)
        .join(counted, counted.c.customer_id == whose)
        .where(
            situation.numbered(whose),
            col(InferredPreference.trait) == atom.subject,
            col(InferredPreference.value) == atom.value,
            col(InferredPreference.until) > situation.at,
            col(Reckoning.sold) == situation.lexicon.sold,
            inferred_preference.covers(Reckoning, counted.c),
            ~says,
            ~_is_off(whose, atom),
        )
    )


def _is_off(whose: Any, atom: Atom) -> ColumnElement[bool]:
    kind = {COLOUR: FactKind.COLOURS, FAMILY: FactKind.FAMILIES}.get(atom.subject, FactKind.LIKINGS)
    return exists().where(col(UnusedFact.customer_id) == whose, col(UnusedFact.kind) == kind.value)


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
