"""What follows of customers' acts, written down so that all of them can be asked at once: for segments alone.

The mirror and every page work a profile out anew. This is a copy of what follows for all who allow it, which the worker
renews; it holds only where `covers` says that it is of all their acts, and of the catalogues on sale.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, Select, delete, func, select
from sqlmodel import Field, Session, SQLModel, col

from webapp.customers.touchpoint import Touchpoint


class InferredPreference(SQLModel, table=True):
    """One thing that somebody seems to prefer. `until`: when its evidence is too old to say so."""

    __tablename__ = "inferred_preferences"
    __table_args__ = (Index("ix_inferred_preferences_customer_id", "customer_id"),)

    trait: str = Field(primary_key=True, max_length=60)
    value: str = Field(primary_key=True, max_length=60)
    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    until: datetime


class Reckoning(SQLModel, table=True):
    """Of which acts, and of which catalogues, the inferred preferences of one customer were worked out."""

    __tablename__ = "preference_reckonings"

    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    acts: int
    last_at: datetime = Field(description="of the latest of these acts")
    sold: str = Field(max_length=64, description="which catalogues were on sale, and by which figures")


def acts() -> Select[*tuple[Any, ...]]:
    """How many acts are each customer's, and when the latest was: what their reckoning has to say, too."""
    whose = col(Touchpoint.customer_id)
    counted: Select[*tuple[Any, ...]] = select(
        whose.label("customer_id"), func.count().label("acts"), func.max(Touchpoint.at).label("last_at")
    )
    return counted.where(whose.is_not(None)).group_by(whose)


def covers(reckoning: Any, counted: Any) -> ColumnElement[bool]:
    """Whether a reckoning is of all acts that there are; one that was forgotten is counted no more."""
    same: ColumnElement[bool] = (reckoning.acts == counted.acts) & (reckoning.last_at == counted.last_at)
    return same


def keep(session: Session, fresh: Sequence[Reckoning], found: Sequence[InferredPreference]) -> None:
    """Puts what was worked out in place of what was before."""
    forget(session, [each.customer_id for each in fresh])
    session.add_all([*fresh, *found])
    session.flush()


def forget(session: Session, customers: Collection[int]) -> None:
    for table in (InferredPreference, Reckoning):
        session.execute(delete(table).where(col(table.customer_id).in_(customers)))
