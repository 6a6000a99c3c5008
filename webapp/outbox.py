"""Letters on their way out: written with their cause in one transaction, sent by the worker."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Index, Text, delete, or_, text
from sqlmodel import Field, Session, SQLModel, col, select

# How long a claimed letter is one worker's alone: longer than the slowest mail server takes, or else another worker
# would send it too; but who is killed with a letter in hand keeps it from its reader for so long.
LOCK = timedelta(minutes=30)
WAITING = text("sent_at IS NULL AND given_up_at IS NULL")
PATIENCE = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 720, 1440)]


class Letter(NamedTuple):
    """A message in its reader's language, ready to be put into the outbox."""

    to: str
    language: str
    subject: str
    text: str
    html: str


class OutboxLetter(SQLModel, table=True):
    """A letter that is to be sent, has been sent, or could not be."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Only what still waits: the sent ones stay for a month and must not slow the worker down.
        Index("ix_outbox_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True, max_length=64, description="the same at every try")
    recipient: str = Field(max_length=254)
    language: str = Field(max_length=10)
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    put_at: datetime
    due_at: datetime
    locked_until: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None
    given_up_at: datetime | None = None
    trouble: str = ""


def put(session: Session, letter: Letter, *, at: datetime) -> OutboxLetter:
    """Puts a letter into the outbox; it leaves if and only if this transaction is committed."""
    kept = OutboxLetter(
        message_id=uuid.uuid4().hex,
        recipient=letter.to,
        language=letter.language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        put_at=at,
        due_at=at,
    )
    session.add(kept)
    return kept


def has_due(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to do; asked often, so it takes no lock."""
    return session.exec(select(OutboxLetter.id).where(*_due(at)).limit(1)).first() is not None


def claim(session: Session, *, at: datetime) -> OutboxLetter | None:
    """Takes the next letter for this worker, so that no other sends it meanwhile."""
    letter = session.exec(
        select(OutboxLetter)
        .where(*_due(at))
        .order_by(col(OutboxLetter.due_at), col(OutboxLetter.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if letter is not None:
        letter.locked_until = at + LOCK
    return letter


def sent(session: Session, number: int, *, at: datetime) -> None:
    letter = session.get_one(OutboxLetter, number)
    letter.sent_at, letter.locked_until, letter.trouble = at, None, ""
    letter.tries += 1


def failed(session: Session, number: int, trouble: str, *, for_good: bool, at: datetime) -> None:
    """Notes a failure: tried again later and later, given up after the last try or a final refusal."""
    letter = session.get_one(OutboxLetter, number)
    letter.locked_until, letter.trouble = None, trouble[:500]
    if for_good or letter.tries >= len(PATIENCE):
        letter.given_up_at = at
    else:
        letter.due_at = at + PATIENCE[letter.tries]
    letter.tries += 1


def given_up(session: Session) -> Sequence[OutboxLetter]:
    """The dead letters, newest first."""
    return session.exec(
        select(OutboxLetter)
        .where(col(OutboxLetter.given_up_at).is_not(None))
        .order_by(col(OutboxLetter.given_up_at).desc())
    ).all()


def sweep(session: Session, *, before: datetime) -> None:
    """Drops letters that were sent or given up long ago: they hold names and addresses."""
    done = or_(col(OutboxLetter.sent_at) < before, col(OutboxLetter.given_up_at) < before)
    session.execute(delete(OutboxLetter).where(done))


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxLetter.sent_at).is_(None),
        col(OutboxLetter.given_up_at).is_(None),
        col(OutboxLetter.due_at) <= at,
        or_(col(OutboxLetter.locked_until).is_(None), col(OutboxLetter.locked_until) < at),
    )
