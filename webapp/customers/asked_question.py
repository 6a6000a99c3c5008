"""Questions that the shop has asked a customer by itself: one short one, seldom, and never twice in a week."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.locks import alone

REST = timedelta(days=7)  # between two questions
OPEN = timedelta(days=1)  # how long one waits for its answer
AGAIN = timedelta(days=180)  # until the same is asked once more, if it was skipped


class AskedQuestion(SQLModel, table=True):
    """One question that was asked, and when it was answered or skipped."""

    __tablename__ = "asked_questions"
    __table_args__ = (Index("ix_asked_questions_customer_id_asked_at", "customer_id", "asked_at"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    trait: str = Field(max_length=60)
    family: str = Field(max_length=60, description="which catalogue's words it is asked in")
    asked_at: datetime
    closed_at: datetime | None = None


def ask(
    session: Session, customer_id: int, traits: Sequence[str], *, family: str, at: datetime
) -> AskedQuestion | None:
    """Asks about the first of these traits that was not asked for half a year; None in the week after a question."""
    alone(session, f"question {customer_id}")
    theirs = col(AskedQuestion.customer_id) == customer_id
    recent = session.exec(select(AskedQuestion).where(theirs, col(AskedQuestion.asked_at) > at - AGAIN)).all()
    if any(each.asked_at > at - REST for each in recent):
        return None
    trait = next((each for each in traits if all(old.trait != each for old in recent)), None)
    if trait is None:
        return None
    asked = AskedQuestion(customer_id=customer_id, trait=trait, family=family, asked_at=at)
    session.add(asked)
    session.flush()
    return asked


def waiting(session: Session, customer_id: int, *, at: datetime) -> AskedQuestion | None:
    """The question that waits for an answer, if any."""
    theirs = select(AskedQuestion).where(
        AskedQuestion.customer_id == customer_id,
        col(AskedQuestion.closed_at).is_(None),
        col(AskedQuestion.asked_at) > at - OPEN,
    )
    return session.exec(theirs.order_by(col(AskedQuestion.id).desc())).first()


def close(session: Session, customer_id: int, *, at: datetime) -> None:
    """It was answered, or skipped."""
    theirs = (col(AskedQuestion.customer_id) == customer_id, col(AskedQuestion.closed_at).is_(None))
    session.execute(update(AskedQuestion).where(*theirs).values(closed_at=at))


def sweep(session: Session, *, before: datetime) -> None:
    session.execute(delete(AskedQuestion).where(col(AskedQuestion.asked_at) < before))
