"""Managers: which colleague looks after a customer, and who stands in. Anybody may serve them all the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.customer import Customer
from webapp.customers.staff_member import StaffMember
from webapp.locks import alone

MOST = 500  # customers that are handed over at once


class Manager(SQLModel, table=True):
    """Who looks after one customer."""

    __tablename__ = "managers"

    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    staff_member_id: int = Field(foreign_key="staff_members.id", index=True, ondelete="RESTRICT")
    stand_in_id: int | None = Field(
        default=None, foreign_key="staff_members.id", index=True, ondelete="RESTRICT"
    )
    since: datetime


class Named(NamedTuple):
    """Manager and stand-in of a customer by number and name; nobody stands in where there is none."""

    staff_member_id: int
    name: str
    stand_in_id: int | None
    stand_in: str


def of(session: Session, customer_id: int) -> Named | None:
    """Who looks after a customer. A colleague who has left looks after nobody."""
    stand_in = aliased(StaffMember)
    query = (
        select(Manager.staff_member_id, StaffMember.name, stand_in.id, stand_in.name)
        .join(StaffMember, col(StaffMember.id) == col(Manager.staff_member_id))
        .outerjoin(stand_in, (col(stand_in.id) == col(Manager.stand_in_id)) & col(stand_in.left_at).is_(None))
        .where(Manager.customer_id == customer_id, col(StaffMember.left_at).is_(None))
    )
    found = session.exec(query).first()
    return Named(found[0], found[1], found[2], found[3] or "") if found else None


def entrust(
    session: Session, customer_id: int, staff_member_id: int | None, stand_in_id: int | None, *, at: datetime
) -> None:
    """Lets a colleague look after a customer; with None nobody does."""
    alone(session, f"manager {customer_id}")
    kept = session.get(Manager, customer_id)
    if staff_member_id is None:
        if kept is not None:
            session.delete(kept)
        return
    if kept is None:
        kept = Manager(customer_id=customer_id, staff_member_id=staff_member_id, since=at)
        session.add(kept)
    if kept.staff_member_id != staff_member_id:
        kept.staff_member_id, kept.since = staff_member_id, at
    kept.stand_in_id = stand_in_id if stand_in_id != staff_member_id else None
    session.flush()


def of_row(session: Session, customer_id: int) -> Manager | None:
    """Who looks after a customer, whether or not they are still here."""
    return session.get(Manager, customer_id)


def looked_after(session: Session, staff_member_id: int) -> Sequence[Customer]:
    """The customers of a colleague, by name."""
    theirs = select(Customer).join(Manager, col(Manager.customer_id) == col(Customer.id))
    theirs = theirs.where(Manager.staff_member_id == staff_member_id)
    return session.exec(theirs.order_by(Customer.name, Customer.email).limit(MOST)).all()
