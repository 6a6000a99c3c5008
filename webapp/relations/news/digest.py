"""Digests: letters that tell what has come together for somebody, each thing once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import UniqueConstraint, delete, exists, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from webapp import outbox, recall
from webapp.customers import letter_cap
from webapp.outbox import Letter, OutboxLetter
from webapp.relations.news import permission
from webapp.relations.news.subscriber import Subscriber, address_of
from webapp.relations.news.subscription import Subscription


class Digest(SQLModel, table=True):
    """One letter to one subscriber, and what became of it."""

    __tablename__ = "digests"

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int | None = Field(foreign_key="subscribers.id", ondelete="SET NULL", index=True)
    letter_id: int | None = Field(foreign_key="outbox.id", ondelete="SET NULL", unique=True)
    language: str = Field(max_length=10)
    written_at: datetime
    sent_at: datetime | None = None
    given_up_at: datetime | None = None


class DigestEntry(SQLModel, table=True):
    """One thing that a digest tells. The database keeps it from being told to the same person twice."""

    __tablename__ = "digest_entries"
    __table_args__ = (UniqueConstraint("subscriber_id", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    digest_id: int = Field(foreign_key="digests.id", ondelete="CASCADE", index=True)
    subscriber_id: int | None = Field(foreign_key="subscribers.id", ondelete="SET NULL")
    source: str = Field(max_length=60, description="what it tells, as in item:12 or sighting:40")
    item_id: int | None = Field(default=None, foreign_key="news_items.id", ondelete="CASCADE", index=True)
    topic: str = Field(default="", max_length=200, description="by which subscription")
    at: datetime


class Entry(NamedTuple):
    """A thing to tell. `topic`: by which subscription; "" for what is told under a consent alone."""

    source: str
    topic: str = ""
    item_id: int | None = None


class Outcome(NamedTuple):
    """Whether a letter was written; `is_held`: not yet, since its reader has had enough this week."""

    is_written: bool
    is_held: bool = False


def told_to(session: Session, subscribers: Collection[int]) -> set[tuple[int, str]]:
    """What these were told already."""
    rows = select(DigestEntry.subscriber_id, DigestEntry.source).where(
        col(DigestEntry.subscriber_id).in_(subscribers)
    )
    return {(number, source) for number, source in session.exec(rows) if number}


def write(
    session: Session,
    subscriber_id: int,
    entries: Sequence[Entry],
    letter: Letter,
    *,
    most: int,
    at: datetime,
) -> Outcome:
    """Puts a digest into the outbox, if all of it still holds: subscriptions, consents, and that nobody told it before.

    Where something has changed since it was rendered nothing is written; the next look renders another one.
    """
    who = session.get(Subscriber, subscriber_id, with_for_update=True)
    if who is None or address_of(session, who) != letter.to:
        return Outcome(False)
    allowed = permission.of_one(session, who, for_update=True)
    if not _still_wanted(session, subscriber_id, entries, allowed):
        return Outcome(False)
    if not letter_cap.allows(session, letter.to, most=most, at=at):
        return Outcome(False, is_held=True)
    try:
        with session.begin_nested():
            put = outbox.put(session, letter, at=at, consents=allowed.consents(entries))
            session.flush()
            kept = Digest(
                subscriber_id=subscriber_id, letter_id=put.id, language=letter.language, written_at=at
            )
            session.add(kept)
            session.flush()
            session.add_all(
                DigestEntry(
                    digest_id=kept.id or 0,
                    subscriber_id=subscriber_id,
                    source=each.source,
                    item_id=each.item_id,
                    topic=each.topic,
                    at=at,
                )
                for each in entries
            )
            session.flush()
    except IntegrityError:  # another worker was faster
        return Outcome(False)
    return Outcome(True)


def _still_wanted(
    session: Session, subscriber_id: int, entries: Iterable[Entry], allowed: "permission.Permission"
) -> bool:
    wanted = {each.topic for each in entries if each.topic}
    mine = select(Subscription.topic).where(Subscription.subscriber_id == subscriber_id)
    there = set(session.exec(mine.where(col(Subscription.topic).in_(wanted))))
    return wanted <= there and all(allowed.allows(each.topic) for each in entries)


def call_back(session: Session, subscriber_id: int, topics: Collection[str], *, at: datetime) -> None:
    """Drops letters that wait and tell something of these topics; what else they told comes with the next one.

    One that is being handed over at the moment has told it all, if that succeeds.
    """
    mine = select(Digest).join(OutboxLetter, col(OutboxLetter.id) == col(Digest.letter_id))
    waiting = mine.where(
        Digest.subscriber_id == subscriber_id,
        col(OutboxLetter.sent_at).is_(None),
        exists().where(col(DigestEntry.digest_id) == col(Digest.id), col(DigestEntry.topic).in_(topics)),
    )
    by_letter = {one.letter_id: one.id or 0 for one in session.exec(waiting) if one.letter_id}
    _drop(session, [by_letter[letter] for letter in recall.by_number(session, by_letter, at=at)])


def settle(session: Session) -> None:
    """Notes which digests have left; lets go of those called back with a consent, so that the rest is told anew."""
    for name in ("sent_at", "given_up_at"):
        noted = getattr(OutboxLetter, name)
        there = col(OutboxLetter.id) == col(Digest.letter_id)
        moment = select(noted).where(there).scalar_subquery()
        done = exists().where(there, noted.is_not(None))
        session.execute(
            update(Digest).where(getattr(Digest, name).is_(None), done).values({name: moment}),
            execution_options={"synchronize_session": False},
        )
    lost = select(Digest.id).where(
        col(Digest.letter_id).is_(None), col(Digest.sent_at).is_(None), col(Digest.given_up_at).is_(None)
    )
    _drop(session, [number for number in session.exec(lost) if number])


def has_to_settle(session: Session) -> bool:
    """Whether any digest is still under way."""
    open_ = select(Digest.id).where(col(Digest.sent_at).is_(None), col(Digest.given_up_at).is_(None))
    return session.exec(open_.limit(1)).first() is not None


def forget(session: Session, *, before: datetime) -> None:
    """After that time nothing says any more who was told what; how many were told stays."""
    old = select(Digest.id).where(col(Digest.written_at) < before, col(Digest.subscriber_id).is_not(None))
    numbers = [number for number in session.exec(old.limit(1000)) if number]
    entries = update(DigestEntry).where(col(DigestEntry.digest_id).in_(numbers))
    session.execute(entries.values(subscriber_id=None))
    session.execute(update(Digest).where(col(Digest.id).in_(numbers)).values(subscriber_id=None))


def _drop(session: Session, digests: Sequence[int]) -> None:
    session.execute(delete(DigestEntry).where(col(DigestEntry.digest_id).in_(digests)))
    session.execute(delete(Digest).where(col(Digest.id).in_(digests)))
