"""Links of letters that were opened: counted, and known by whom only while they allow that."""

from datetime import datetime

from sqlalchemy import exists, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import consent, touchpoint
from webapp.customers.consent import Consent
from webapp.customers.touchpoint import Kind, Whose
from webapp.customers.wording import Purpose
from webapp.relations.news import subscriber


class Opening(SQLModel, table=True):
    """One press on a link of a letter."""

    __tablename__ = "news_openings"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="news_items.id", ondelete="CASCADE", index=True)
    at: datetime
    customer_id: int | None = Field(
        default=None, foreign_key="customers.id", ondelete="SET NULL", index=True, description="who allows it"
    )


def record(session: Session, item_id: int, code: str, *, at: datetime) -> None:
    """Counts a press. `code`: of the subscriber, where the link says it; kept while they allow personalisation."""
    who = subscriber.by_code(session, code) if code else None
    customer_id = who.customer_id if who else None
    if customer_id and not consent.holds(session, customer_id, Purpose.PERSONALISATION):
        customer_id = None
    session.add(Opening(item_id=item_id, at=at, customer_id=customer_id))
    if customer_id:
        theirs = Whose(customer_id)
        touchpoint.record(
            session.connection(), visitor=None, kind=Kind.MAIL, family="", version=0, at=at, whose=theirs
        )


def count(session: Session, item_id: int) -> int:
    return session.exec(select(func.count(col(Opening.id))).where(Opening.item_id == item_id)).one()


def leave(session: Session, customer_id: int) -> None:
    """Takes somebody off all that they opened."""
    session.execute(update(Opening).where(col(Opening.customer_id) == customer_id).values(customer_id=None))


def forget(session: Session, *, before: datetime) -> None:
    """Lets openings count without a person: after their time, and once it is no longer allowed."""
    named = col(Opening.customer_id).is_not(None)
    allowed = exists().where(
        col(Consent.customer_id) == col(Opening.customer_id),
        col(Consent.purpose) == Purpose.PERSONALISATION.value,
        col(Consent.withdrawn_at).is_(None),
    )
    over = update(Opening).where(named, (col(Opening.at) < before) | ~allowed).values(customer_id=None)
    session.execute(over, execution_options={"synchronize_session": False})
