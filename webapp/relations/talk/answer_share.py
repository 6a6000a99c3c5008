"""How many were answered in time: reckoned from the waits themselves, and not said of too few."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from webapp.relations.talk import answer_wait
from webapp.relations.talk.answer_wait import Outcome

ENOUGH = 20  # fewer answers say more about chance than about us
PERIODS = (30, 90)  # days


class AnswerShare(NamedTuple):
    """The answers of so many days. Waits with time left, and those that needed no answer, do not count."""

    days: int
    in_time: int
    late: int
    waiting: int = 0
    let_go: int = 0

    @property
    def counted(self) -> int:
        return self.in_time + self.late

    @property
    def is_enough(self) -> bool:
        return self.counted >= ENOUGH

    @property
    def percent(self) -> int:
        """Whole ones, rounded down: 99.6 of 100 is not all."""
        return self.in_time * 100 // self.counted if self.counted else 0


def shares(session: Session, *, at: datetime) -> list[AnswerShare]:
    """For each of the periods that end now. A statement for each."""
    return [_share(session, days, at) for days in PERIODS]


def _share(session: Session, days: int, at: datetime) -> AnswerShare:
    found = answer_wait.counts(session, since=at - timedelta(days=days), at=at)
    kinds = (Outcome.IN_TIME, Outcome.LATE, Outcome.WAITING, Outcome.LET_GO)
    return AnswerShare(days, *(found.get(each, 0) for each in kinds))
