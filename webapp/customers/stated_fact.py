"""Stated facts: what customers say of themselves, in the catalogues' own words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import NONE

LONGEST = 60


class StatedFact(SQLModel, table=True):
    """One thing that a customer says. Said otherwise it is another row; taken back it is gone."""

    __tablename__ = "stated_facts"
    __table_args__ = (UniqueConstraint("customer_id", "trait", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    trait: str = Field(
        max_length=LONGEST, description="of options, or a measure, or one of the shop's own questions"
    )
    value: str = Field(max_length=LONGEST)
    at: datetime


def say(
    session: Session, customer_id: int, trait: str, values: Sequence[str], *, only: bool = False, at: datetime
) -> None:
    """Adds what a customer says of a trait; what they said before and still say keeps its day.

    `only`: it is all that they say of it. "No preference" ends what was said otherwise, and ends with it.
    """
    theirs = (col(StatedFact.customer_id) == customer_id, col(StatedFact.trait) == trait)
    gone = col(StatedFact.value).not_in(values) if only or NONE in values else col(StatedFact.value) == NONE
    session.execute(delete(StatedFact).where(*theirs, gone, col(StatedFact.value).not_in(values)))
    said = set(session.exec(select(StatedFact.value).where(*theirs)))
    session.add_all(
        StatedFact(customer_id=customer_id, trait=trait, value=value, at=at)
        for value in dict.fromkeys(values)
        if value not in said
    )
    session.flush()


def unsay(session: Session, customer_id: int, trait: str, value: str) -> None:
    theirs = (col(StatedFact.customer_id) == customer_id, col(StatedFact.trait) == trait)
    session.execute(delete(StatedFact).where(*theirs, col(StatedFact.value) == value))


def forget(session: Session, customer_id: int, trait: str | None = None) -> None:
    """Drops what a customer said, of one trait or altogether."""
    theirs = delete(StatedFact).where(col(StatedFact.customer_id) == customer_id)
    session.execute(theirs if trait is None else theirs.where(col(StatedFact.trait) == trait))
