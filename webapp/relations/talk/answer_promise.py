"""Promises to answer: within how many working hours; to all the same, unless somebody's level promises more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.colleague import Colleague
from webapp.relations.levels.customer_level import level_of

USUAL = 8  # hours, until the owner says something else
MOST = 200


class AnswerPromise(SQLModel, table=True):
    """What is promised to all from a moment on; the latest one holds, and those before say what held then."""

    __tablename__ = "answer_promises"

    id: int | None = Field(default=None, primary_key=True)
    hours: int
    since: datetime
    by: str = Field(max_length=100, description="the colleague, as they were called then")


class Promised(NamedTuple):
    """Within how many working hours somebody is answered, and by which level, '' for none."""

    hours: int
    level: str = ""
    rank: int = 0

    @property
    def span(self) -> timedelta:
        return timedelta(hours=self.hours)


def to_all(session: Session) -> int:
    """Working hours."""
    latest = select(AnswerPromise.hours).order_by(col(AnswerPromise.id).desc()).limit(1)
    return session.exec(latest).first() or USUAL


def to(session: Session, customer_id: int | None) -> Promised:
    """What somebody is promised; a level never promises less than everybody has."""
    level, usual = level_of(session, customer_id), to_all(session)
    if level is None:
        return Promised(usual)
    return Promised(min(usual, level.answer_hours or usual), level.code, level.rank)


def promise(session: Session, hours: int, *, who: Colleague, at: datetime) -> bool:
    """Promises so many hours to all who write from now on; whether that is news."""
    if hours == to_all(session):
        return False
    session.add(AnswerPromise(hours=hours, since=at, by=who.name))
    session.flush()
    return True


def history(session: Session) -> Sequence[AnswerPromise]:
    """What was promised, the latest first."""
    return session.exec(select(AnswerPromise).order_by(col(AnswerPromise.id).desc()).limit(MOST)).all()
