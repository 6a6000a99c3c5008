"""Requests of guests to be told of topics: nothing comes of one until the link of its letter is confirmed."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import consent, guest_consent
from webapp.customers.customer import LONGEST_EMAIL, Customer
from webapp.customers.wording import Purpose
from webapp.relations.news import subscriber, subscription, topic
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.subscriber import Subscriber

LIFE = timedelta(days=2)


class OptIn(SQLModel, table=True):
    """What was asked for in somebody's name, and the link that confirms it."""

    __tablename__ = "opt_ins"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, asked once")
    link_hash: str = Field(unique=True, max_length=64, description="SHA-256 of the link's secret")
    email: str = Field(max_length=LONGEST_EMAIL, index=True)
    topics: list[str] = Field(sa_type=JSON)
    editions: dict[str, str] = Field(sa_type=JSON, description="of the words of each consent that was ticked")
    frequency: str = Field(max_length=10)
    language: str = Field(max_length=10)
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.expires_at > at


def new_link() -> str:
    return secrets.token_urlsafe(24)


def ask(
    session: Session,
    email: str,
    link: str,
    *,
    token: str,
    topics: Sequence[str],
    editions: dict[Purpose, str],
    frequency: Frequency,
    language: str,
    at: datetime,
) -> bool:
    """Keeps a request; False where it was kept before, since its form was sent twice."""
    asked = OptIn(
        token=token,
        link_hash=_hash(link),
        email=email,
        topics=list(topics),
        editions={purpose.value: edition for purpose, edition in editions.items()},
        frequency=frequency.value,
        language=language,
        asked_at=at,
        expires_at=at + LIFE,
    )
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:
        return False
    return True


def by_link(session: Session, link: str, *, for_update: bool = False) -> OptIn | None:
    query = select(OptIn).where(OptIn.link_hash == _hash(link))
    return session.exec(query.with_for_update() if for_update else query).first()


def confirm(session: Session, link: str, *, at: datetime) -> Subscriber | None:
    """Subscribes whoever reads the letters of the address; None for a link that is unknown, old or was used."""
    asked = by_link(session, link, for_update=True)
    if asked is None or not asked.is_open(at):
        return None
    asked.used_at = at
    who = subscriber.for_guest(session, asked.email, at=at)
    for name, edition in asked.editions.items():
        _allow(session, asked, subscriber.customer_of(session, who), Purpose(name), edition, at=at)
    for code in asked.topics:
        if (about := topic.read(code)) is not None:
            subscription.keep(
                session,
                who.id or 0,
                about,
                frequency=Frequency(asked.frequency),
                language=asked.language,
                at=at,
            )
    return who


def _allow(
    session: Session, asked: OptIn, who: Customer | None, purpose: Purpose, edition: str, *, at: datetime
) -> None:
    if who is None:
        guest_consent.give(
            session, asked.email, purpose, edition, language=asked.language, asked_at=asked.asked_at, at=at
        )
        return
    consent.give(
        session,
        who.id or 0,
        purpose,
        edition,
        language=asked.language,
        channel=guest_consent.CHANNEL,
        at=at,
    )


def sweep(session: Session, *, before: datetime) -> None:
    """Drops requests that nobody can confirm any more: they hold addresses of people who may never have asked."""
    session.execute(delete(OptIn).where(col(OptIn.expires_at) < before))


def _hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()
