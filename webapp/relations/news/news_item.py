"""News items: written once by staff in each language, tagged, and told to whoever follows what they are about."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Texts
from webapp.relations.news.topic import Kind

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
PAGE = 50


class State(StrEnum):
    """How far an item is."""

    DRAFT = "draft"
    WAITING = "waiting"  # for its time
    SENT = "sent"


class NotNow(Exception):
    """What was asked for does not follow from the item's state, or somebody else has changed it meanwhile."""


class NewsItem(SQLModel, table=True):
    """One thing to tell. Once it is sent, its words are never changed: people have read them."""

    __tablename__ = "news_items"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, written once")
    title: dict[str, str] = Field(sa_type=JSON)
    text: dict[str, str] = Field(sa_type=JSON)
    topics: list[str] = Field(sa_type=JSON, description="`events`, `care`")
    families: list[str] = Field(sa_type=JSON)
    options: list[str] = Field(sa_type=JSON, description="as in bicycle:frame.carbon")
    last_day: date | None = Field(default=None, description="after it nobody is told any more")
    revision: int = Field(default=1, description="counts its changes, so that none is overwritten unseen")
    written_at: datetime
    send_at: datetime | None = Field(default=None, index=True, description="it is sent from then on")

    @property
    def titles(self) -> Texts:
        return Texts(self.title)

    @property
    def texts(self) -> Texts:
        return Texts(self.text)

    @property
    def tags(self) -> tuple[str, ...]:
        return (*self.topics, *self.families, *self.options)

    @property
    def is_event(self) -> bool:
        return Kind.EVENTS in self.topics

    @property
    def is_care(self) -> bool:
        return Kind.CARE in self.topics

    def languages(self) -> set[str]:
        """Those in which both its title and its text are written."""
        return {code for code, words in self.title.items() if words and self.text.get(code)}

    def state(self, at: datetime) -> State:
        if self.send_at is None:
            return State.DRAFT
        return State.SENT if self.send_at <= at else State.WAITING


def write(session: Session, fresh: NewsItem) -> NewsItem:
    """Keeps a new draft; the same form sent again answers with what it wrote."""
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        return session.exec(select(NewsItem).where(NewsItem.token == fresh.token)).one()
    return fresh


def change(session: Session, number: int, seen: int, words: Mapping[str, Any], *, at: datetime) -> NewsItem:
    """Changes an item that is not sent. Raises NotNow where it is, or where it is not as it was seen."""
    found = session.get(NewsItem, number, with_for_update=True)
    if found is None or found.revision != seen or found.state(at) is State.SENT:
        raise NotNow
    for name, value in words.items():
        setattr(found, name, value)
    found.revision += 1
    return found


def send(session: Session, number: int, seen: int, *, send_at: datetime, at: datetime) -> NewsItem:
    """Lets an item be sent from a moment on. Raises NotNow."""
    return _dated(session, number, seen, send_at, at)


def take_back(session: Session, number: int, *, at: datetime) -> NewsItem:
    """Makes an item that waits for its time a draft again. Raises NotNow where it is sent already."""
    found = session.get(NewsItem, number, with_for_update=True)
    if found is None or found.state(at) is not State.WAITING:
        raise NotNow
    found.send_at = None
    return found


def told(session: Session, *, since: datetime, until: datetime) -> Sequence[NewsItem]:
    """What is sent, of a stretch of time, the oldest first."""
    out = select(NewsItem).where(col(NewsItem.send_at) > since, col(NewsItem.send_at) <= until)
    return session.exec(out.order_by(col(NewsItem.send_at), col(NewsItem.id))).all()


def listed(
    session: Session, state: State | None, *, at: datetime, skip: int, limit: int
) -> Sequence[NewsItem]:
    """Items, the newest first."""
    query, sent_at = select(NewsItem), col(NewsItem.send_at)
    if state is State.DRAFT:
        query = query.where(sent_at.is_(None))
    elif state is State.WAITING:
        query = query.where(sent_at > at)
    elif state is State.SENT:
        query = query.where(sent_at <= at)
    return session.exec(query.order_by(col(NewsItem.id).desc()).offset(skip).limit(limit)).all()


def _dated(session: Session, number: int, seen: int, send_at: datetime, at: datetime) -> NewsItem:
    """In one statement, so that two who press at once send it once."""
    draft = (col(NewsItem.id) == number, col(NewsItem.revision) == seen, col(NewsItem.send_at).is_(None))
    done = update(NewsItem).where(*draft).values(send_at=max(send_at, at), revision=seen + 1)
    if session.execute(done.returning(col(NewsItem.id))).first() is None:
        raise NotNow
    found = session.get(NewsItem, number, populate_existing=True)
    assert found is not None
    return found
