"""What people without an account allow: by a form, and by a link in a letter that only they can have read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.customer import LONGEST_EMAIL, normal
from webapp.customers.wording import WORDINGS, Purpose, Wording
from webapp.locks import alone

CHANNEL = "double opt-in"


class GuestConsent(SQLModel, table=True):
    """One receipt: who asked for which words, and when they confirmed it. Never changed but for its withdrawal."""

    __tablename__ = "guest_consents"
    __table_args__ = (Index("ix_guest_consents_email_purpose", "email", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=LONGEST_EMAIL, description="in lower case")
    purpose: str = Field(max_length=40)
    edition: str = Field(max_length=20, description="of the words that were agreed to")
    language: str = Field(max_length=10, description="in which they were read")
    channel: str = Field(default=CHANNEL, max_length=20)
    asked_at: datetime = Field(description="when the form was sent")
    given_at: datetime = Field(description="when the link of the letter was confirmed")
    withdrawn_at: datetime | None = None

    @property
    def of_purpose(self) -> Purpose:
        return Purpose(self.purpose)

    @property
    def wording(self) -> Wording:
        """What exactly was agreed to."""
        return next(one for one in WORDINGS[self.of_purpose] if one.edition == self.edition)


def give(
    session: Session,
    email: str,
    purpose: Purpose,
    edition: str,
    *,
    language: str,
    asked_at: datetime,
    at: datetime,
) -> None:
    """Takes note that whoever reads the letters of an address agrees; what holds already is not given twice."""
    alone(session, f"guest consent {normal(email)} {purpose}")
    if any(one.purpose == purpose and one.edition == edition for one in held(session, email)):
        return
    withdraw(session, email, purpose, at=at)
    session.add(
        GuestConsent(
            email=normal(email),
            purpose=purpose.value,
            edition=edition,
            language=language,
            asked_at=asked_at,
            given_at=at,
        )
    )
    session.flush()


def held(session: Session, email: str, *, for_update: bool = False) -> Sequence[GuestConsent]:
    """What somebody allows now; asked at each use."""
    query = select(GuestConsent).where(
        GuestConsent.email == normal(email), col(GuestConsent.withdrawn_at).is_(None)
    )
    return session.exec(query.with_for_update() if for_update else query).all()


def withdraw(session: Session, email: str, purpose: Purpose, *, at: datetime) -> None:
    """From this moment on it holds no more."""
    which = (col(GuestConsent.email) == normal(email), col(GuestConsent.purpose) == purpose.value)
    still = update(GuestConsent).where(*which, col(GuestConsent.withdrawn_at).is_(None))
    session.execute(still.values(withdrawn_at=at))


def sweep(session: Session, *, withdrawn_before: datetime) -> None:
    """Drops receipts of consents that were withdrawn so long ago that nobody asks for a proof."""
    session.execute(delete(GuestConsent).where(col(GuestConsent.withdrawn_at) < withdrawn_before))
