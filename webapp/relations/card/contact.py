"""Contacts: calls, visits and notes that colleagues write down, so that the next one knows."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, delete
from sqlmodel import Field, Session, SQLModel, col, select

LONGEST = 2000


class Way(StrEnum):
    """How it came about, and who began."""

    CALLED_US = "called-us"
    WE_CALLED = "we-called"
    VISIT = "visit"
    NOTE = "note"  # nobody spoke with anybody


class Contact(SQLModel, table=True):
    """One contact with a customer, or a note about them. Never changed."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_customer_id_at", "customer_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    way: str = Field(max_length=20)
    words: str = Field(default="", sa_type=Text)
    at: datetime
    staff_member_id: int = Field(foreign_key="staff_members.id", ondelete="RESTRICT")
    staff_name: str = Field(max_length=100, description="as it was then")


def log(session: Session, fresh: Contact) -> Contact:
    """Keeps a contact; the same form sent again answers with what it kept."""
    kept = session.exec(select(Contact).where(Contact.token == fresh.token)).first()
    if kept is not None:
        return kept
    session.add(fresh)
    session.flush()
    return fresh


def sweep(session: Session, *, before: datetime) -> None:
    """Drops what was written down so long ago that it serves nobody."""
    session.execute(delete(Contact).where(col(Contact.at) < before))


def of(session: Session, customer_id: int, *, before: datetime, limit: int) -> Sequence[Contact]:
    """The latest ones before a moment."""
    theirs = select(Contact).where(Contact.customer_id == customer_id, Contact.at < before)
    return session.exec(theirs.order_by(col(Contact.at).desc()).limit(limit)).all()
