"""Receipts of consents whose giver was forgotten: the proof that a letter was allowed, without a name."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from webapp.customers.consent import Consent
from webapp.customers.guest_consent import GuestConsent


class PastConsent(SQLModel, table=True):
    """One receipt. Whoever still has the code of the erasure can be shown it; nobody else can tell whose it was."""

    __tablename__ = "past_consents"

    id: int | None = Field(default=None, primary_key=True)
    erasure_code: str = Field(max_length=16, index=True)
    purpose: str = Field(max_length=40)
    edition: str = Field(max_length=20)
    language: str = Field(max_length=10)
    channel: str = Field(max_length=20)
    given_at: datetime
    withdrawn_at: datetime = Field(index=True, description="at the latest by the erasure")


def keep(session: Session, receipts: Iterable[Consent | GuestConsent], code: str, *, at: datetime) -> None:
    """Keeps what these receipts prove, without the customer."""
    for one in receipts:
        session.add(
            PastConsent(
                erasure_code=code,
                purpose=one.purpose,
                edition=one.edition,
                language=one.language,
                channel=one.channel,
                given_at=one.given_at,
                withdrawn_at=one.withdrawn_at or at,
            )
        )


def sweep(session: Session, *, before: datetime) -> None:
    """Drops receipts that nobody can ask for any more."""
    session.execute(delete(PastConsent).where(col(PastConsent.withdrawn_at) < before))
