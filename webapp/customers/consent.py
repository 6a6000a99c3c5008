"""Consents: what a customer allows, each with its own words, and the receipt of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, delete, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp import recall
from webapp.customers import inferred_preference, stated_address, stated_fact, touchpoint, unused_fact
from webapp.customers.wording import WORDINGS as WORDINGS
from webapp.customers.wording import Purpose as Purpose
from webapp.customers.wording import Wording as Wording
from webapp.customers.wording import wording as wording
from webapp.locks import alone


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
    how: str = Field(
        default="",
        max_length=200,
        sa_column_kwargs={"server_default": text("''")},
        description="in words, where it was given elsewhere",
    )
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def wording(self) -> Wording:
        """What exactly was agreed to."""
        return next(one for one in WORDINGS[Purpose(self.purpose)] if one.edition == self.edition)


def give(
    session: Session,
    customer_id: int,
    purpose: Purpose,
    edition: str = "",
    *,
    language: str,
    at: datetime,
    channel: str = "site",
    how: str = "",
) -> Consent:
    """Takes note that a customer has agreed to the words of an edition, today's unless it says which.

    What they agreed to before and still holds is answered again: sent twice, given once. An older edition that they
    had agreed to ends with the newer one. Raises LookupError for an edition that there never was.
    """
    edition = edition or wording(purpose).edition
    if edition not in {one.edition for one in WORDINGS[purpose]}:
        raise LookupError(f"{purpose} has no edition {edition!r}")
    alone(session, f"consent {customer_id} {purpose}")
    held = held_by(session, customer_id, purpose)
    if held is not None and held.edition == edition:
        return held
    if held is not None:
        _end(session, customer_id, purpose, at=at)
    given = Consent(
        customer_id=customer_id,
        purpose=purpose.value,
        edition=edition,
        language=language,
        channel=channel,
        how=how,
        given_at=at,
    )
    session.add(given)
    session.flush()
    return given


def withdraw(session: Session, customer_id: int, purpose: Purpose, *, at: datetime) -> None:
    """From this moment on it holds no more, and all that it allowed ends: letters that still wait do not leave, and of
    a profile nothing is left."""
    recall.by_consents(session, _end(session, customer_id, purpose, at=at), at=at)
    if purpose is Purpose.PERSONALISATION:
        touchpoint.leave(session, customer_id)
        stated_fact.forget(session, customer_id)
        stated_address.forget(session, customer_id)
        inferred_preference.forget(session, [customer_id])
        unused_fact.forget(session, customer_id)


def holds(session: Session, customer_id: int, purpose: Purpose) -> bool:
    """Whether a customer allows it now; asked at each use, so that a withdrawal acts at once."""
    return held_by(session, customer_id, purpose) is not None


def held_by(
    session: Session, customer_id: int, purpose: Purpose, *, for_update: bool = False
) -> Consent | None:
    """The consent that holds now."""
    held = select(Consent).where(
        Consent.customer_id == customer_id,
        Consent.purpose == purpose.value,
        col(Consent.withdrawn_at).is_(None),
    )
    latest = held.order_by(col(Consent.id).desc())
    return session.exec(latest.with_for_update() if for_update else latest).first()


def receipts(session: Session, customer_id: int) -> Sequence[Consent]:
    """All that a customer ever agreed to, the newest first."""
    theirs = select(Consent).where(Consent.customer_id == customer_id)
    return session.exec(theirs.order_by(col(Consent.id).desc())).all()


def sweep(session: Session, *, withdrawn_before: datetime) -> None:
    """Drops receipts of consents that were withdrawn so long ago that nobody asks for a proof."""
    session.execute(delete(Consent).where(col(Consent.withdrawn_at) < withdrawn_before))


def _end(session: Session, customer_id: int, purpose: Purpose, *, at: datetime) -> list[int]:
    """The consents that this ends."""
    held = (col(Consent.customer_id) == customer_id, col(Consent.purpose) == purpose.value)
    ended = update(Consent).where(*held, col(Consent.withdrawn_at).is_(None)).values(withdrawn_at=at)
    return list(session.execute(ended.returning(col(Consent.id))).scalars())
