"""Kinds of facts that a customer does not want to be used: nothing of the kind is derived while the row is there."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from webapp.customers import inferred_preference


class UnusedFact(SQLModel, table=True):
    """One kind that one customer has switched off."""

    __tablename__ = "unused_facts"

    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=20)
    at: datetime


def switch_off(session: Session, customer_id: int, kind: str, *, at: datetime) -> None:
    """From now on nothing of this kind is derived or used."""
    if session.get(UnusedFact, (customer_id, kind)) is None:
        session.add(UnusedFact(customer_id=customer_id, kind=kind, at=at))
        session.flush()
        inferred_preference.forget(session, [customer_id])


def switch_on(session: Session, customer_id: int, kind: str) -> None:
    theirs = (col(UnusedFact.customer_id) == customer_id, col(UnusedFact.kind) == kind)
    session.execute(delete(UnusedFact).where(*theirs))
    inferred_preference.forget(session, [customer_id])


def forget(session: Session, customer_id: int) -> None:
    session.execute(delete(UnusedFact).where(col(UnusedFact.customer_id) == customer_id))
