"""Errands: what a colleague is to do for a customer, by which day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.customer import Customer
from webapp.customers.staff_member import StaffMember

LONGEST = 300
PAGE = 50


class Errand(SQLModel, table=True):
    """One thing to do. `asked_by` and `done_by`: colleagues, as they were called then."""

    __tablename__ = "errands"
    __table_args__ = (
        Index("ix_errands_customer_id_done_at", "customer_id", "done_at"),
        Index("ix_errands_staff_member_id_done_at", "staff_member_id", "done_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    staff_member_id: int = Field(
        foreign_key="staff_members.id", ondelete="RESTRICT", description="who is to do it"
    )
    words: str = Field(max_length=LONGEST)
    due_on: date
    asked_at: datetime
    asked_by: str = Field(max_length=100)
    done_at: datetime | None = None
    done_by: str = Field(default="", max_length=100)

    def is_overdue(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today


class Assigned(NamedTuple):
    """An errand with who is to do it, and for whom."""

    errand: Errand
    colleague: str
    customer: str


def ask(session: Session, fresh: Errand) -> Errand:
    """Keeps an errand; the same form sent again answers with what it kept."""
    kept = session.exec(select(Errand).where(Errand.token == fresh.token)).first()
    if kept is not None:
        return kept
    session.add(fresh)
    session.flush()
    return fresh


def finish(session: Session, number: int, *, who: str, at: datetime) -> Errand | None:
    """Notes that an errand is done; None where there is none, or somebody has done it before."""
    query = select(Errand).where(Errand.id == number, col(Errand.done_at).is_(None))
    found = session.exec(query.with_for_update()).first()
    if found is not None:
        found.done_at, found.done_by = at, who
    return found


def open_for(session: Session, customer_id: int) -> Sequence[Assigned]:
    """What is to be done for a customer, what is due first before the rest."""
    return _assigned(session, Errand.customer_id == customer_id, limit=PAGE)


def open_of(session: Session, staff_member_id: int | None, *, limit: int = PAGE) -> Sequence[Assigned]:
    """What a colleague has to do, or everybody."""
    mine = () if staff_member_id is None else (Errand.staff_member_id == staff_member_id,)
    return _assigned(session, *mine, limit=limit)


def sweep(session: Session, *, before: datetime) -> None:
    """Drops what was done so long ago that nobody asks for it."""
    session.execute(delete(Errand).where(col(Errand.done_at) < before))


def _assigned(session: Session, *which: bool, limit: int) -> Sequence[Assigned]:
    query = (
        select(Errand, StaffMember.name, Customer.name, Customer.email)
        .join(StaffMember, col(StaffMember.id) == col(Errand.staff_member_id))
        .join(Customer, col(Customer.id) == col(Errand.customer_id))
        .where(col(Errand.done_at).is_(None), *which)
        .order_by(col(Errand.due_on), col(Errand.id))
        .limit(limit)
    )
    return [Assigned(each, who, name or email) for each, who, name, email in session.exec(query)]
