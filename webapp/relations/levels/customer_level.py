"""Levels of customers: which one each has, since when, and all that became of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.customer import Customer
from webapp.relations.levels.service_level import ServiceLevel


class Event(StrEnum):
    """What may become of somebody's level."""

    REACHED = "reached"
    ANNOUNCED = "announced"  # a fall that comes later
    KEPT = "kept"  # an announced fall that does not come
    FELL = "fell"


class CustomerLevel(SQLModel, table=True):
    """What was found out about one customer last. `falls_on`: the day of a fall that was announced."""

    __tablename__ = "customer_levels"

    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    level_id: int | None = Field(
        default=None,
        foreign_key="service_levels.id",
        index=True,
        ondelete="RESTRICT",
        description="None: none",
    )
    since: datetime
    judged_at: datetime
    look_on: date | None = Field(default=None, index=True, description="when time alone may change something")
    falls_on: date | None = None
    falls_to: int | None = Field(
        default=None, foreign_key="service_levels.id", ondelete="RESTRICT", description="None: to no level"
    )
    announced_at: datetime | None = None


class LevelChange(SQLModel, table=True):
    """One thing that became of somebody's level, with the sums that it followed from. Nothing changes it."""

    __tablename__ = "level_changes"
    __table_args__ = (Index("ix_level_changes_customer_id_at", "customer_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    event: str = Field(max_length=10)
    level: str = Field(max_length=20, description="the code of the level afterwards; '' for none")
    title: dict[str, str] = Field(sa_type=JSON, description="as it was called then")
    before: str = Field(max_length=20, description="the code of the level before")
    day: date | None = Field(default=None, description="of a fall that was announced")
    why: dict[str, Any] = Field(sa_type=JSON, description="the sums: orders, paid, months, rule")
    at: datetime


class LevelDue(SQLModel, table=True):
    """A customer whose level is to be looked at: something was ordered, paid, sent back or called off.

    Triggers write it, so that no code can forget to.
    """

    __tablename__ = "level_dues"

    id: int | None = Field(default=None, primary_key=True)
    about: int = Field(index=True, description="the number of a customer")


def level_of(session: Session, customer_id: int | None) -> ServiceLevel | None:
    """The level that a customer has now, with all that it gives; one statement, and none for a guest."""
    if customer_id is None:
        return None
    mine = (
        select(ServiceLevel)
        .join(CustomerLevel, col(CustomerLevel.level_id) == col(ServiceLevel.id))
        .where(CustomerLevel.customer_id == customer_id)
    )
    return session.exec(mine).first()


def levels_of(session: Session, customer_ids: Collection[int]) -> Mapping[int, ServiceLevel]:
    """The levels of many customers by their numbers; who has none is not among them. One statement."""
    if not customer_ids:
        return {}
    theirs = (
        select(CustomerLevel.customer_id, ServiceLevel)
        .join(ServiceLevel, col(CustomerLevel.level_id) == col(ServiceLevel.id))
        .where(col(CustomerLevel.customer_id).in_(customer_ids))
    )
    return dict(session.exec(theirs).all())


def levels_of_owners(session: Session, owners: Collection[str]) -> Mapping[str, ServiceLevel]:
    """The same by the name under which customers keep what is theirs, such as orders."""
    if not owners:
        return {}
    theirs = (
        select(Customer.owner, ServiceLevel)
        .join(CustomerLevel, col(CustomerLevel.customer_id) == col(Customer.id))
        .join(ServiceLevel, col(CustomerLevel.level_id) == col(ServiceLevel.id))
        .where(col(Customer.owner).in_(owners))
    )
    return dict(session.exec(theirs).all())


def row_of(session: Session, customer_id: int, *, for_update: bool = False) -> CustomerLevel | None:
    query = select(CustomerLevel).where(CustomerLevel.customer_id == customer_id)
    return session.exec(query.with_for_update() if for_update else query).first()


def history(session: Session, customer_id: int, *, limit: int) -> Sequence[LevelChange]:
    """What became of somebody's level, the latest first."""
    theirs = select(LevelChange).where(LevelChange.customer_id == customer_id)
    return session.exec(theirs.order_by(col(LevelChange.id).desc()).limit(limit)).all()
