"""Consents: what a customer allows, each with its own words, and the receipt of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar


class Purpose(StrEnum):
    """What a consent is for. What an order needs is not asked for: the contract covers it."""

    BUILD_LETTERS = "build-letters"  # letters about one's own builds: watches, promises that end


EDITIONS = {Purpose.BUILD_LETTERS: "2026-11"}  # of the words beside each box


class Consent(SQLModel, table=True):
    """One consent, given and perhaps withdrawn. Never changed but for its withdrawal."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_customer_id_purpose", "customer_id", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    purpose: str = Field(max_length=40)
    edition: str = Field(max_length=20, description="of the words that were agreed to")
    language: str = Field(max_length=10, description="in which they were read")
    channel: str = Field(default="site", max_length=20)
    given_at: datetime
    withdrawn_at: datetime | None = None


def give(session: Session, customer_id: int, purpose: Purpose, *, language: str, at: datetime) -> Consent:
    """Keeps a consent to the words of today's edition; one that holds already stays as it is."""
    held = session.exec(_held(customer_id, purpose)).first()
    if held is not None and held.edition == EDITIONS[purpose]:
        return held
    given = Consent(
        customer_id=customer_id,
        purpose=purpose.value,
        edition=EDITIONS[purpose],
        language=language,
        given_at=at,
    )
    session.add(given)
    return given


def withdraw(session: Session, customer_id: int, purpose: Purpose, *, at: datetime) -> None:
    """Ends a consent, whatever the edition of its words."""
    for held in session.exec(_held(customer_id, purpose)):
        held.withdrawn_at = at


def holds(session: Session, customer_id: int, purpose: Purpose) -> bool:
    """Whether the customer allows it at this moment."""
    return session.exec(_held(customer_id, purpose).limit(1)).first() is not None


def _held(customer_id: int, purpose: Purpose) -> SelectOfScalar[Consent]:
    return select(Consent).where(
        Consent.customer_id == customer_id,
        Consent.purpose == purpose.value,
        col(Consent.withdrawn_at).is_(None),
    )
