"""Letters to us that were read: what became of each, so that none is taken in twice and none gets lost in silence."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, Text, delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

PAGE = 50


class Fate(StrEnum):
    """What became of a letter."""

    SAID = "said"  # a message of the thread that it was sent to
    OPENED = "opened"  # the first message of a new thread
    AUTOMATIC = "automatic"  # a machine wrote it; nobody waits for an answer
    BOUNCE = "bounce"  # a letter of ours did not arrive
    OWN = "own"  # a letter of ours came back
    ASTRAY = "astray"  # sent to no thread that we know
    TOO_MANY = "too-many"  # of one thread or sender within an hour
    UNREADABLE = "unreadable"


# What a colleague should look at in the mailbox itself.
TO_LOOK_AT = (Fate.ASTRAY, Fate.BOUNCE, Fate.TOO_MANY, Fate.UNREADABLE)


class IncomingMail(SQLModel, table=True):
    """One letter. `words`: all of it, where the message shows less; `left_out`: files that were not taken."""

    __tablename__ = "incoming_mails"
    __table_args__ = (
        Index("ix_incoming_mails_sender_read_at", "sender", "read_at"),
        Index("ix_incoming_mails_thread_id_read_at", "thread_id", "read_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mail_id: str = Field(unique=True, max_length=250)
    sender: str = Field(max_length=254, description="an address in small letters")
    subject: str = Field(default="", max_length=200)
    fate: str = Field(max_length=12)
    read_at: datetime
    thread_id: int | None = Field(default=None, foreign_key="threads.id", ondelete="CASCADE")
    message_id: int | None = Field(
        default=None, foreign_key="messages.id", unique=True, ondelete="CASCADE", description="what it became"
    )
    is_foreign: bool = Field(default=False, description="not from the address of whom the thread is with")
    is_cut: bool = Field(default=False, description="it was too large to be read to its end")
    words: str = Field(default="", sa_type=Text)
    left_out: list[str] = Field(default_factory=list, sa_type=JSON)

    @property
    def is_to_look_at(self) -> bool:
        return self.fate in TO_LOOK_AT


def by_mail_id(session: Session, mail_id: str) -> IncomingMail | None:
    return session.exec(select(IncomingMail).where(IncomingMail.mail_id == mail_id)).first()


def note(session: Session, fresh: IncomingMail) -> bool:
    """Keeps what became of a letter; False where another reader was faster."""
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        if by_mail_id(session, fresh.mail_id) is None:
            raise
        return False
    return True


def recent(session: Session, *, since: datetime, thread_id: int | None = None, sender: str = "") -> int:
    """How many letters were read since a moment: of a thread, or of a sender."""
    count = select(func.count()).select_from(IncomingMail).where(col(IncomingMail.read_at) > since)
    if thread_id is not None:
        count = count.where(IncomingMail.thread_id == thread_id)
    if sender:
        count = count.where(IncomingMail.sender == sender)
    return session.exec(count).one()


def of_messages(session: Session, message_ids: Sequence[int]) -> dict[int, IncomingMail]:
    """The letters that messages came by."""
    query = select(IncomingMail).where(col(IncomingMail.message_id).in_(message_ids))
    return {each.message_id or 0: each for each in session.exec(query)}


def unsaid(session: Session, thread_id: int) -> Sequence[IncomingMail]:
    """Letters to a thread that became no message: from machines, or that our own did not arrive."""
    query = select(IncomingMail).where(
        IncomingMail.thread_id == thread_id, col(IncomingMail.message_id).is_(None)
    )
    return session.exec(query.order_by(col(IncomingMail.read_at).desc()).limit(PAGE)).all()


def latest(session: Session, *, fates: Sequence[Fate] = (), limit: int = PAGE) -> Sequence[IncomingMail]:
    """The letters that were read last, or those of some fates."""
    query = select(IncomingMail)
    if fates:
        query = query.where(col(IncomingMail.fate).in_([each.value for each in fates]))
    return session.exec(query.order_by(col(IncomingMail.id).desc()).limit(limit)).all()


def sweep(session: Session, *, before: datetime) -> None:
    """Drops letters that became no message; those that did go with their thread."""
    became_one = col(IncomingMail.fate).in_([Fate.SAID.value, Fate.OPENED.value])
    session.execute(delete(IncomingMail).where(col(IncomingMail.read_at) < before, ~became_one))
