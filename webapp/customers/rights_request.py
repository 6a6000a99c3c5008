"""Requests about one's own data: who asked for what, by when the law wants an answer, and what it was."""

import calendar
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Text, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

LONGEST = 4000
PAGE = 50
WORKING_DAYS = 10


class Kind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    ERASE = "erase"
    CORRECT = "correct"
    OBJECT = "object"
    OTHER = "other"


class State(StrEnum):
    """Where a request is."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"


class Channel(StrEnum):
    """How it came."""

    SITE = "site"
    MAIL = "mail"
    PHONE = "phone"
    POST = "post"


class NotNow(Exception):
    """A request that was answered already."""


class RightsRequest(SQLModel, table=True):
    """One request. What was asked and answered is forgotten with the customer; that it was, and when, stays."""

    __tablename__ = "rights_requests"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(default_factory=lambda: secrets.token_urlsafe(9), unique=True, max_length=16)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, made once")
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True, ondelete="SET NULL")
    kind: str = Field(max_length=20)
    channel: str = Field(max_length=20)
    language: str = Field(max_length=10, description="of the answer; it decides the deadline too")
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=100)
    words: str = Field(default="", sa_type=Text)
    received_at: datetime
    due_on: date
    state: str = Field(default=State.OPEN.value, max_length=20)
    answer: str = Field(default="", sa_type=Text)
    answered_at: datetime | None = Field(default=None, index=True)

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def is_overdue(self, day: date) -> bool:
        return self.is_open and self.due_on < day


def due_on(day: date, language: str) -> date:
    """The last day for an answer to what came on a day.

    One month (article 12 (3) GDPR: the same day of the next month, or its last one). Whoever writes in Russian may be
    a citizen of Russia, whose law asks for ten working days (152-FZ, articles 20 and 21); nobody is asked for a
    passport, so the earlier of both holds. Monday to Friday count as working days, holidays too: that is sooner.
    """
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    month_later = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    if language != "ru":
        return month_later
    working, last = 0, day
    while working < WORKING_DAYS:
        last += timedelta(days=1)
        working += last.weekday() < 5
    return min(last, month_later)


def ask(session: Session, fresh: RightsRequest) -> RightsRequest:
    """Keeps a request; its form sent again answers with the one it made."""
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        kept = session.exec(select(RightsRequest).where(RightsRequest.token == fresh.token)).first()
        if kept is None:
            raise
        return kept
    return fresh


def answer(request: RightsRequest, words: str, *, refused: bool = False, at: datetime) -> None:
    """Closes a request, read for update, with its answer. Raises NotNow for one that was closed before."""
    if not request.is_open:
        raise NotNow
    request.state = (State.REFUSED if refused else State.ANSWERED).value
    request.answer, request.answered_at = words, at


def by_code(session: Session, code: str, *, for_update: bool = False) -> RightsRequest | None:
    query = select(RightsRequest).where(RightsRequest.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()


def of(session: Session, customer_id: int) -> Sequence[RightsRequest]:
    """A customer's requests, the newest first."""
    theirs = select(RightsRequest).where(RightsRequest.customer_id == customer_id)
    return session.exec(theirs.order_by(col(RightsRequest.id).desc())).all()


def listed(
    session: Session,
    *,
    state: State | None = None,
    overdue_on: date | None = None,
    skip: int = 0,
    limit: int = PAGE,
) -> Sequence[RightsRequest]:
    """Requests for the desk: what is due first comes first, what is done after it."""
    query = select(RightsRequest)
    if state is not None:
        query = query.where(RightsRequest.state == state.value)
    if overdue_on is not None:
        query = query.where(RightsRequest.state == State.OPEN.value, RightsRequest.due_on < overdue_on)
    is_done = col(RightsRequest.answered_at).is_not(None)
    ordered = query.order_by(is_done, col(RightsRequest.due_on), col(RightsRequest.id))
    return session.exec(ordered.offset(skip).limit(limit)).all()


def count_open(session: Session) -> int:
    query = select(func.count(col(RightsRequest.id))).where(RightsRequest.state == State.OPEN.value)
    return session.exec(query).one()


def forget(session: Session, numbers: Sequence[int]) -> None:
    """Lets requests prove that they were made and answered, without saying by whom."""
    nameless = {"email": "", "name": "", "words": "", "answer": "", "customer_id": None}
    session.execute(update(RightsRequest).where(col(RightsRequest.id).in_(numbers)).values(**nameless))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops requests that were answered long ago."""
    session.execute(delete(RightsRequest).where(col(RightsRequest.answered_at) < before))
