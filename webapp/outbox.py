"""Letters on their way out: written with their cause in one transaction, sent by the worker."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Index, Text, delete, false, func, or_, text
from sqlmodel import Field, Session, SQLModel, col, select

from webapp import naming  # noqa: F401  before any table is declared

# How long a claimed letter is one worker's alone: longer than the slowest mail server takes, or else another worker
# would send it too; but who is killed with a letter in hand keeps it from its reader for so long.
LOCK = timedelta(minutes=30)
PAGE = 50
WAITING = text("sent_at IS NULL AND given_up_at IS NULL")
GIVEN_UP = text("given_up_at IS NOT NULL")
EMPTY = text("''")
PATIENCE = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 720, 1440)]


class State(StrEnum):
    """Where a letter is."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given-up"


class NotNow(Exception):
    """A letter is sent again only after it was given up."""


class Letter(NamedTuple):
    """A message in its reader's language, ready to be put into the outbox."""

    to: str
    language: str
    subject: str
    text: str
    html: str
    secret: bool = False  # holds a key to somebody's account, which is for its reader alone
    unsubscribe: str = ""  # where mail programs end what it tells of, in the words of RFC 2369
    reply_to: str = ""  # where an answer goes, if not to the sender


class OutboxLetter(SQLModel, table=True):
    """A letter that is to be sent, has been sent, or could not be."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Only what still waits: the sent ones stay for a month and must not slow the worker down.
        Index("ix_outbox_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_outbox_given_up", "given_up_at", sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP),
        Index("ix_outbox_recipient_put_at", "recipient", "put_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True, max_length=64, description="the same at every try")
    recipient: str = Field(max_length=254)
    language: str = Field(max_length=10)
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    secret: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    consent_id: int | None = Field(
        default=None,
        foreign_key="consents.id",
        index=True,
        ondelete="CASCADE",
        description="what allows it, where it takes any",
    )
    unsubscribe: str = Field(
        default="",
        sa_type=Text,
        sa_column_kwargs={"server_default": EMPTY},
        description="where mail programs end what it tells of (RFC 2369, RFC 8058)",
    )
    reply_to: str = Field(
        default="",
        max_length=254,
        sa_column_kwargs={"server_default": EMPTY},
        description="where an answer goes, if not to the sender",
    )
    put_at: datetime
    due_at: datetime
    locked_until: datetime | None = None
    tries: int = Field(default=0, description="since it was put, or sent again by staff")
    sent_at: datetime | None = None
    given_up_at: datetime | None = None
    called_back_at: datetime | None = Field(
        default=None, description="while it was being handed over: if that fails it is not tried again"
    )
    trouble: str = ""

    @property
    def state(self) -> State:
        if self.sent_at is not None:
            return State.SENT
        return State.WAITING if self.given_up_at is None else State.GIVEN_UP


class LetterConsent(SQLModel, table=True):
    """A further consent that a letter rests on: it leaves only while all of them hold."""

    __tablename__ = "outbox_consents"

    letter_id: int = Field(foreign_key="outbox.id", ondelete="CASCADE", primary_key=True)
    consent_id: int = Field(foreign_key="consents.id", ondelete="CASCADE", primary_key=True, index=True)


class LetterTry(SQLModel, table=True):
    """One try to send a letter; without trouble, the one that worked."""

    __tablename__ = "outbox_tries"

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="outbox.id", ondelete="CASCADE", index=True)
    at: datetime
    trouble: str = ""


def put(
    session: Session,
    letter: Letter,
    *,
    at: datetime,
    consent_id: int | None = None,
    consents: Sequence[int] = (),
) -> OutboxLetter:
    """Puts a letter into the outbox; it leaves if and only if this transaction is committed.

    `consent_id`, or several `consents`: what allows it, if it takes any; it leaves only while all of that holds.
    Whoever was erased has no address any more: a letter to nobody is not kept.
    """
    if consents:
        consent_id, *consents = consents
    kept = OutboxLetter(
        message_id=uuid.uuid4().hex,
        recipient=letter.to,
        language=letter.language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        secret=letter.secret,
        consent_id=consent_id,
        unsubscribe=letter.unsubscribe,
        reply_to=letter.reply_to,
        put_at=at,
        due_at=at,
    )
    if kept.recipient:
        session.add(kept)
        if consents:
            session.flush()
            session.add_all(LetterConsent(letter_id=kept.id or 0, consent_id=each) for each in consents)
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


def sent(session: Session, number: int, *, at: datetime, forget_secrets: bool = True) -> None:
    """Notes that a letter has left; what only its reader may know is not kept any longer."""
    letter = session.get(OutboxLetter, number)
    if letter is None:  # called back while it was under way
        return
    letter.sent_at, letter.given_up_at, letter.locked_until, letter.trouble = at, None, None, ""
    if letter.secret and forget_secrets:
        letter.text = letter.html = ""
    _count(session, letter, at)


def failed(session: Session, number: int, trouble: str, *, for_good: bool, at: datetime) -> None:
    """Notes a failure: tried again later and later, given up after the last try or a final refusal."""
    letter = session.get(OutboxLetter, number)
    if letter is None:
        return
    if letter.called_back_at is not None:
        session.delete(letter)
        return
    letter.locked_until, letter.trouble = None, trouble[:500]
    if for_good or letter.tries >= len(PATIENCE):
        letter.given_up_at = at
    else:
        letter.due_at = at + PATIENCE[letter.tries]
    _count(session, letter, at)


def count_optional(session: Session, recipient: str, *, since: datetime) -> int:
    """How many letters somebody got, or is about to get, that take a consent or can be unsubscribed from."""
    return optional_counts(session, [recipient], since=since).get(recipient, 0)


def optional_counts(session: Session, recipients: Collection[str], *, since: datetime) -> dict[str, int]:
    """The same of many at once; who got none is left out."""
    optional = or_(col(OutboxLetter.consent_id).is_not(None), col(OutboxLetter.unsubscribe) != "")
    theirs = (col(OutboxLetter.recipient).in_(recipients), col(OutboxLetter.put_at) > since)
    count = select(OutboxLetter.recipient, func.count()).group_by(col(OutboxLetter.recipient))
    counted = count.where(*theirs, optional, col(OutboxLetter.given_up_at).is_(None))
    return dict(session.exec(counted).all())


def send_again(session: Session, letter: OutboxLetter, *, at: datetime) -> None:
    """Lets a dead letter, read for update, leave after all, under its old Message-ID. Raises NotNow for any other."""
    if letter.state is not State.GIVEN_UP:
        raise NotNow
    letter.given_up_at, letter.due_at, letter.tries = None, at, 0


def by_message_id(session: Session, message_id: str, *, for_update: bool = False) -> OutboxLetter | None:
    query = select(OutboxLetter).where(OutboxLetter.message_id == message_id)
    return session.exec(query.with_for_update() if for_update else query).first()


def tries(session: Session, letter: OutboxLetter) -> Sequence[LetterTry]:
    """What was tried, the latest first."""
    query = select(LetterTry).where(LetterTry.letter_id == letter.id).order_by(col(LetterTry.id).desc())
    return session.exec(query).all()


def latest(
    session: Session,
    *,
    state: State | None = None,
    words: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[OutboxLetter]:
    """Letters, the newest first, from a place in the list on; by state, by recipient or subject."""
    query = select(OutboxLetter)
    if state is not None:
        query = query.where(_in_state(state))
    if words:
        query = query.where(
            or_(
                col(OutboxLetter.recipient).icontains(words, autoescape=True),
                col(OutboxLetter.subject).icontains(words, autoescape=True),
            )
        )
    if before is not None:
        query = query.where(col(OutboxLetter.id) < before)
    return session.exec(query.order_by(col(OutboxLetter.id).desc()).limit(limit)).all()


def count(session: Session, state: State) -> int:
    """How many letters are in a state."""
    return session.exec(select(func.count()).select_from(OutboxLetter).where(_in_state(state))).one()


def sweep(session: Session, *, before: datetime) -> None:
    """Drops letters that were sent or given up long ago: they hold names and addresses."""
    done = or_(col(OutboxLetter.sent_at) < before, col(OutboxLetter.given_up_at) < before)
    session.execute(delete(OutboxLetter).where(done))


def _count(session: Session, letter: OutboxLetter, at: datetime) -> None:
    letter.tries += 1
    assert letter.id is not None
    session.add(LetterTry(letter_id=letter.id, at=at, trouble=letter.trouble))


def _in_state(state: State) -> ColumnElement[bool]:
    """The state as the database sees it; the same as `OutboxLetter.state`."""
    is_sent = col(OutboxLetter.sent_at).is_not(None)
    is_given_up = col(OutboxLetter.given_up_at).is_not(None)
    return {
        State.SENT: is_sent,
        State.GIVEN_UP: is_given_up & ~is_sent,
        State.WAITING: ~is_sent & ~is_given_up,
    }[state]


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxLetter.sent_at).is_(None),
        col(OutboxLetter.given_up_at).is_(None),
        col(OutboxLetter.called_back_at).is_(None),
        col(OutboxLetter.due_at) <= at,
        or_(col(OutboxLetter.locked_until).is_(None), col(OutboxLetter.locked_until) < at),
    )
