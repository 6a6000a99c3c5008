"""The answer clock of a thread: it starts with the first word of theirs, and stops with the first one of ours."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from webapp.relations.talk import answer_promise, answer_wait, office_day
from webapp.relations.talk.thread import Thread
from webapp.relations.talk.working_hours import NeverOpen


class Promise(NamedTuple):
    """Until when somebody is promised an answer.

    `rank`, `level`: of their service level, a higher one goes first; `hours`: working hours that were promised.
    """

    by: datetime
    rank: int = 0
    level: str = ""
    hours: int = 0


def promise(session: Session, customer_id: int | None, *, zone: str, at: datetime) -> Promise | None:
    """What somebody who writes now is promised; None where nobody will be there for a year.

    `zone`: where office hours are kept; `customer_id`: None for a guest.
    """
    said = answer_promise.to(session, customer_id)
    try:
        by = office_day.hours(session, zone).after(at, said.span)
    except NeverOpen:
        return None
    return Promise(by, said.rank, said.level, said.hours)


def begin(session: Session, thread: Thread, promise: Promise | None, *, at: datetime) -> None:
    """Starts the clock of a thread in which nobody waits yet."""
    thread.awaiting_since = at
    thread.promised_by = promise.by if promise else None
    thread.level_rank = promise.rank if promise else 0
    if promise is not None:
        session.flush()
        answer_wait.begin(session, thread.id or 0, promise, at=at)


def answered(session: Session, thread: Thread, *, who: str, at: datetime) -> None:
    """Stops the clock: they were answered. `who`: the colleague's name."""
    answer_wait.answer(session, thread.id or 0, who=who, at=at)
    _stop(thread)


def let_go(session: Session, thread: Thread, *, at: datetime) -> None:
    """Stops the clock without an answer, such as after a word of thanks."""
    answer_wait.let_go(session, thread.id or 0, at=at)
    _stop(thread)


def _stop(thread: Thread) -> None:
    thread.awaiting_since = thread.promised_by = None
    thread.level_rank = 0
