"""Who somebody is, as facts: since when a customer, in which language, and what they allow."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from webapp.customers.consent import Consent
from webapp.customers.wording import Purpose
from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Lexicon, Reading, Situation, Source

# "email" is any kind of letter beyond one's own orders and builds.
CONSENTS: Mapping[str, tuple[Purpose, ...]] = {
    "email": (Purpose.NEWS_LETTERS, Purpose.CARE_LETTERS, Purpose.EVENT_LETTERS),
    **{purpose.value: (purpose,) for purpose in Purpose},
}


def allows(purpose: Purpose) -> Atom:
    """That somebody allows one use of what is known about them."""
    return Atom(CONSENT.code, Shape.FLAG, subject=purpose.value, text=f"{CONSENT.code}.{purpose.value}")


def consents(situation: Situation, subject: str) -> Source:
    """Who holds a consent today, and since when."""
    customer = col(Consent.customer_id)
    rows: Select[*tuple[Any, ...]] = (
        select(customer.label("key"), func.max(Consent.given_at).label("given_at"))
        .where(
            situation.numbered(customer),
            col(Consent.purpose).in_([purpose.value for purpose in CONSENTS[subject]]),
            col(Consent.withdrawn_at).is_(None),
        )
        .group_by(customer)
    )
    return Source(f"consent {subject}", rows, by="id")


def _consent(situation: Situation, atom: Atom) -> Reading:
    return Reading("given_at", consents(situation, atom.subject))


def _since(_situation: Situation, _atom: Atom) -> Reading:
    return Reading("since")


def _language(_situation: Situation, _atom: Atom) -> Reading:
    return Reading("language")


def _subjects(_lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(CONSENTS)


def _languages(lexicon: Lexicon, _subject: str) -> tuple[str, ...]:
    return lexicon.languages


SINCE = Fact("since", Shape.MOMENT, "since > 1 year ago", _since)
LANGUAGE = Fact("language", Shape.NAME, "language is ru", _language, values=_languages)
CONSENT = Fact("consent", Shape.FLAG, "consent.email", _consent, subjects=_subjects)
