"""Threads: what somebody and the shop have to say to each other about a build, an order or nothing in particular."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, delete, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.key import Lock

LONGEST_TITLE = 120
MOST = 200  # threads of one person on a page


class State(StrEnum):
    """Whether anything is left to say; whoever writes in a closed thread opens it again."""

    OPEN = "open"
    CLOSED = "closed"


class Thread(SQLModel, table=True):
    """One thread. `name`, `email` and `language` are a guest's; those of a customer stand with their account."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_state_latest_at", "state", "latest_at"),
        Index("ix_threads_awaiting_since_promised_by", "awaiting_since", "promised_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16, description="unguessable; its private link is signed")
    key_counter: int = Field(default=0, description="how often its private link was changed")
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, opened once")
    owner: str | None = Field(
        default=None, max_length=22, index=True, description="the random name of whoever it is with"
    )
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True, ondelete="CASCADE")
    name: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=254, index=True, description="in lower case")
    language: str = Field(max_length=10, description="of a guest's letters")
    build_id: int | None = Field(default=None, foreign_key="builds.id", index=True, ondelete="SET NULL")
    order_id: int | None = Field(default=None, foreign_key="orders.id", index=True, ondelete="SET NULL")
    title: str = Field(max_length=LONGEST_TITLE)
    state: str = Field(default=State.OPEN.value, max_length=10)
    assigned_id: int | None = Field(
        default=None, foreign_key="staff_members.id", index=True, ondelete="RESTRICT"
    )
    opened_at: datetime
    latest_at: datetime = Field(description="of its latest message")
    awaiting_since: datetime | None = Field(
        default=None, description="the first word of theirs that nobody has answered"
    )
    promised_by: datetime | None = Field(default=None, description="until when they were promised an answer")
    level_rank: int = Field(
        default=0, description="of their service level when they began to wait: a higher one goes first"
    )
    seen_at: datetime | None = Field(default=None, description="until when they have read it")

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits for a word of ours."""
        return self.awaiting_since is not None

    @property
    def lock(self) -> Lock:
        """What fits its private link."""
        return Lock(self.code, self.key_counter)


def by_id(session: Session, number: int, *, for_update: bool = False) -> Thread | None:
    query = select(Thread).where(Thread.id == number)
    return session.exec(query.with_for_update() if for_update else query).first()


def by_lock(session: Session, lock: Lock, *, for_update: bool = False) -> Thread | None:
    """The thread that a private link opens; None where the link was changed since."""
    query = select(Thread).where(Thread.code == lock.code, Thread.key_counter == lock.counter)
    return session.exec(query.with_for_update() if for_update else query).first()


def of(session: Session, owner: str, code: str, *, for_update: bool = False) -> Thread | None:
    """Somebody's own thread; None where it is another's."""
    query = select(Thread).where(Thread.owner == owner, Thread.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()


def all_of(session: Session, owner: str, *, limit: int = MOST) -> Sequence[Thread]:
    """Somebody's threads, the liveliest first."""
    theirs = select(Thread).where(Thread.owner == owner)
    return session.exec(
        theirs.order_by(col(Thread.latest_at).desc(), col(Thread.id).desc()).limit(limit)
    ).all()


def about(
    session: Session, *, build_id: int | None = None, order_id: int | None = None, owner: str | None = None
) -> Sequence[Thread]:
    """The threads about a build or an order, or one person's among them."""
    found = select(Thread).where(
        Thread.build_id == build_id if build_id is not None else Thread.order_id == order_id
    )
    if owner is not None:
        found = found.where(Thread.owner == owner)
    return session.exec(found.order_by(col(Thread.latest_at).desc()).limit(MOST)).all()


def claim(session: Session, customer_id: int, owner: str, email: str, guest: str | None) -> int:
    """Gives a customer what they wrote as a guest: on this device, or under the address that they have just proven.

    How many there were.
    """
    theirs: list[ColumnElement[bool]] = [col(Thread.email) == email] if email else []
    if guest is not None:
        theirs.append(col(Thread.owner) == guest)
    moved = (
        update(Thread)
        .where(col(Thread.customer_id).is_(None), or_(*theirs))
        .values(owner=owner, customer_id=customer_id)
    )
    return session.connection().execute(moved).rowcount if theirs else 0


def see(session: Session, number: int, *, until: datetime) -> None:
    """Whoever it is with has read it, until a message."""
    session.execute(update(Thread).where(col(Thread.id) == number).values(seen_at=until))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops threads in which nobody has said anything for so long, with all that was said."""
    session.execute(delete(Thread).where(col(Thread.latest_at) < before))
