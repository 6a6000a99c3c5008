"""Waits: each time somebody wrote and waited for an answer, what they were promised and when it came."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from sqlalchemy import Case, ColumnElement, Index, case, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.relations.talk.thread import Thread

OPEN = text("answered_at IS NULL AND let_go_at IS NULL")
MOST = 500  # rows on a page


class Outcome(StrEnum):
    """How a wait went."""

    IN_TIME = "in-time"
    LATE = "late"  # answered, or not yet, after the moment that was promised
    WAITING = "waiting"  # there is time left
    LET_GO = "let-go"  # the thread was closed: nothing was left to answer


class AnswerWait(SQLModel, table=True):
    """One wait. `promised_by` is what was said when it began, whatever is promised since."""

    __tablename__ = "answer_waits"
    __table_args__ = (
        Index("ix_answer_waits_since", "since"),
        Index("ix_answer_waits_open", "thread_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    thread_id: int | None = Field(
        default=None, foreign_key="threads.id", index=True, ondelete="SET NULL", description="None: erased"
    )
    since: datetime
    promised_by: datetime
    level: str = Field(default="", max_length=20, description="the code of their level then")
    hours: int = Field(description="working hours that were promised")
    answered_at: datetime | None = None
    answered_by: str = Field(
        default="", max_length=100, description="the colleague, as they were called then"
    )
    let_go_at: datetime | None = None

    def outcome(self, at: datetime) -> Outcome:
        """How it went, or goes at a moment."""
        if self.answered_at is not None:
            return Outcome.IN_TIME if self.answered_at <= self.promised_by else Outcome.LATE
        if self.let_go_at is not None and self.let_go_at <= self.promised_by:
            return Outcome.LET_GO
        return Outcome.LATE if self.promised_by < at else Outcome.WAITING


def outcome_at(at: datetime) -> Case[str]:
    """The outcome as the database sees it; the same as `AnswerWait.outcome`."""
    answered, let_go, by = (
        col(each) for each in (AnswerWait.answered_at, AnswerWait.let_go_at, AnswerWait.promised_by)
    )
    return case(
        (answered <= by, Outcome.IN_TIME.value),
        (answered.is_not(None), Outcome.LATE.value),
        (let_go <= by, Outcome.LET_GO.value),
        (by < at, Outcome.LATE.value),
        else_=Outcome.WAITING.value,
    )


class Promise(Protocol):
    """What somebody is promised when they begin to wait."""

    @property
    def by(self) -> datetime: ...
    @property
    def level(self) -> str: ...
    @property
    def hours(self) -> int: ...


class Followed(NamedTuple):
    """A wait with its thread, where that is still there."""

    wait: AnswerWait
    thread: Thread | None


def begin(session: Session, thread_id: int, promise: Promise, *, at: datetime) -> AnswerWait:
    """Notes that somebody begins to wait. Of a thread in which they do already, answers with that wait."""
    open_ = _open(session, thread_id)
    if open_ is not None:
        return open_
    fresh = AnswerWait(
        thread_id=thread_id, since=at, promised_by=promise.by, level=promise.level, hours=promise.hours
    )
    session.add(fresh)
    session.flush()
    return fresh


def answer(session: Session, thread_id: int, *, who: str, at: datetime) -> None:
    """Ends the wait of a thread, if somebody waits there."""
    if (found := _open(session, thread_id)) is not None:
        found.answered_at, found.answered_by = at, who
        session.flush()


def let_go(session: Session, thread_id: int, *, at: datetime) -> None:
    """Ends a wait without an answer: what was said last needs none. One that is late already stays late."""
    if (found := _open(session, thread_id)) is not None:
        found.let_go_at = at
        session.flush()


def counts(session: Session, *, since: datetime, at: datetime) -> dict[Outcome, int]:
    """How many of the waits that began in a stretch of time had each outcome."""
    outcome = outcome_at(at)
    query = select(outcome, func.count()).where(*_begun(since, at)).group_by(outcome)
    return {Outcome(name): number for name, number in session.exec(query)}


def begun(
    session: Session, *, since: datetime, at: datetime, outcome: Outcome | None = None, limit: int = MOST
) -> Sequence[Followed]:
    """The waits that began in a stretch of time, those with one outcome or all, the latest first."""
    rows = (
        select(AnswerWait, Thread)
        .outerjoin(Thread, col(Thread.id) == col(AnswerWait.thread_id))
        .where(*_begun(since, at))
        .order_by(col(AnswerWait.since).desc(), col(AnswerWait.id).desc())
        .limit(limit)
    )
    if outcome is not None:
        rows = rows.where(outcome_at(at) == outcome.value)
    return [Followed(wait, thread) for wait, thread in session.exec(rows)]


def _open(session: Session, thread_id: int) -> AnswerWait | None:
    query = select(AnswerWait).where(
        AnswerWait.thread_id == thread_id,
        col(AnswerWait.answered_at).is_(None),
        col(AnswerWait.let_go_at).is_(None),
    )
    return session.exec(query.with_for_update()).first()


def _begun(since: datetime, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(AnswerWait.since) >= since, col(AnswerWait.since) < at)
