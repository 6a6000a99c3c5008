"""Long jobs on a document: asked for by a page, done by whichever worker is free, told as they go on."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import JsonValue
from sqlalchemy import JSON, ColumnElement, Index, and_, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.locks import alone

# How long a worker that is not heard of keeps a task; it tells several times in a while.
LEASE = timedelta(seconds=30)
MOST_TRIES = 5


class Kind(StrEnum):
    """What is done."""

    PROOF = "proof"  # whether the document is sound
    REHEARSAL = "rehearsal"  # what it does to everybody's builds


class State(StrEnum):
    """How far a task is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.WAITING.value, State.RUNNING.value)


class Task(SQLModel, table=True):
    """One job on one document. `done` of `total` pieces; `cursor` is where another worker would go on."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_state_claimed_until", "state", "claimed_until"),
        Index("ix_tasks_family_code_kind_sha256", "family_code", "kind", "sha256"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    family_code: str = Field(max_length=64)
    sha256: str = Field(max_length=64, description="of the document")
    beside: int = Field(default=0, description="the version on sale that it is held against; 0: none")
    asked_by: str = Field(max_length=254)
    asked_at: datetime
    state: str = Field(default=State.WAITING.value, max_length=20)
    done: int = 0
    total: int = 0
    cursor: dict[str, JsonValue] = Field(default={}, sa_type=JSON)
    result: dict[str, JsonValue] = Field(default={}, sa_type=JSON)
    trouble: str = Field(default="", max_length=500)
    tries: int = 0
    claim: str | None = Field(default=None, max_length=22)
    claimed_until: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def share(self) -> int:
        """How much is done, in percent."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def ask(
    session: Session,
    kind: Kind,
    code: str,
    sha256: str,
    *,
    who: str,
    at: datetime,
    beside: int = 0,
    anew: bool = False,
) -> Task:
    """A task for a document: the one asked for already, else a new one; a finished one counts unless `anew`."""
    alone(session, f"tasks {code}")
    known = latest(session, kind, code, sha256, beside=beside)
    if known is not None and (known.is_open or (known.is_done and not anew)):
        return known
    fresh = Task(kind=kind.value, family_code=code, sha256=sha256, beside=beside, asked_by=who, asked_at=at)
    session.add(fresh)
    session.flush()
    return fresh


def latest(session: Session, kind: Kind, code: str, sha256: str, *, beside: int = 0) -> Task | None:
    """The last task of a kind for a document, whatever became of it."""
    same = (Task.kind == kind, Task.family_code == code, Task.sha256 == sha256, Task.beside == beside)
    return session.exec(select(Task).where(*same).order_by(col(Task.id).desc()).limit(1)).first()


def finished(session: Session, kind: Kind, *, limit: int) -> Sequence[Task]:
    """The latest tasks of a kind that came to their end, of all families."""
    done = select(Task).where(Task.kind == kind, Task.state == State.DONE, Task.total > 0)
    return session.exec(done.order_by(col(Task.id).desc()).limit(limit)).all()


def find(session: Session, code: str, number: int) -> Task | None:
    return session.exec(select(Task).where(Task.id == number, Task.family_code == code)).first()


def has_open(session: Session, *, at: datetime) -> bool:
    """Whether there is anything for a worker to take."""
    return session.exec(select(Task.id).where(_to_be_taken(at)).limit(1)).first() is not None


def take(session: Session, *, at: datetime) -> Task | None:
    """The next task, for this worker alone as long as it is heard of; one that ended three workers is given up."""
    found = session.exec(
        select(Task).where(_to_be_taken(at)).order_by(col(Task.id)).limit(1).with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    if found.tries >= MOST_TRIES:
        found.state, found.ended_at, found.claim = State.FAILED.value, at, None
        found.trouble = "no worker has come to its end"
        return None
    found.state, found.claim, found.claimed_until = State.RUNNING.value, secrets.token_urlsafe(16), at + LEASE
    found.tries += 1
    return found


def tell(session: Session, mine: Task, *, at: datetime, **news: Any) -> bool:
    """Notes how far a task is; False where it is not this worker's any more, since it was cancelled or taken over."""
    return _change(session, mine, {**news, "claimed_until": at + LEASE})


def end(session: Session, mine: Task, state: State, *, at: datetime, **news: Any) -> bool:
    """Notes what became of a task; False where it is not this worker's any more."""
    return _change(session, mine, {**news, "state": state.value, "ended_at": at, "claim": None})


def let_go(session: Session, mine: Task) -> None:
    """Leaves a task to the next worker at once, as one that is told to stop does."""
    _change(session, mine, {"state": State.WAITING.value, "claim": None, "tries": Task.tries - 1})


def cancel(session: Session, task: Task, *, at: datetime) -> bool:
    """Calls a task off; whether it was still open. Whoever works on it hears of it when they next tell."""
    still_open = col(Task.id) == task.id, col(Task.state).in_(OPEN)
    gone = session.execute(
        update(Task).where(*still_open).values(state=State.CANCELLED.value, ended_at=at, claim=None)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def sweep(session: Session, *, before: datetime) -> None:
    """Drops tasks that ended long ago, with what they found."""
    for old in session.exec(select(Task).where(col(Task.ended_at) < before).limit(5)):
        session.delete(old)


def _change(session: Session, mine: Task, values: Mapping[str, Any]) -> bool:
    still_mine = col(Task.id) == mine.id, col(Task.claim) == mine.claim
    changed = session.execute(
        update(Task).where(*still_mine).values(**values).execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _to_be_taken(at: datetime) -> ColumnElement[bool]:
    forgotten = and_(col(Task.state) == State.RUNNING.value, col(Task.claimed_until) < at)
    return or_(col(Task.state) == State.WAITING.value, forgotten)
