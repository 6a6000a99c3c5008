"""Threads for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from webapp.relations.talk import talk
from webapp.relations.talk.message import By
from webapp.relations.talk.talk import Promise, Said
from webapp.relations.talk.thread import Thread

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
TOKENS = count(1)


def theirs(text: str = "Will it fit me?", **more: Any) -> Said:
    return Said(By.GUEST, "Anna", text, more.pop("token", f"token-{next(TOKENS):010}"), **more)


def ours(text: str = "It will.", **more: Any) -> Said:
    return Said(By.STAFF, "Olga", text, more.pop("token", f"token-{next(TOKENS):010}"), **more)


def a_thread(session: Session, *, at: datetime = NOW, promise: Promise | None = None, **given: Any) -> Thread:
    """A thread that somebody has just opened."""
    usual: dict[str, Any] = {
        "code": "",
        "token": f"thread-{next(TOKENS):010}",
        "language": "en",
        "title": "A question",
        "opened_at": at,
        "latest_at": at,
    }
    fresh = Thread(**usual | given)
    return talk.begin(session, fresh, theirs(), at=at, promise=promise)
