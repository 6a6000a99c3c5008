"""Letters that are called back: what waits is dropped, what is being handed over at the moment is let finish."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import Session, col, select

from webapp.outbox import LetterConsent, OutboxLetter


def by_consents(session: Session, consents: Sequence[int], *, at: datetime) -> None:
    """Drops the letters that these consents allowed and that have not left: nobody sends them any more."""
    also = select(LetterConsent.letter_id).where(col(LetterConsent.consent_id).in_(consents))
    _drop(session, or_(col(OutboxLetter.consent_id).in_(consents), col(OutboxLetter.id).in_(also)), at)


def by_number(session: Session, letters: Iterable[int], *, at: datetime) -> set[int]:
    """Drops letters that have not left and that nobody wants any more; which of them it could."""
    return _drop(session, col(OutboxLetter.id).in_(list(letters)), at)


def drop_lost(session: Session, *, at: datetime) -> None:
    """Drops what was called back while it was under way, and of which its worker never said what became of it."""
    lost = (col(OutboxLetter.called_back_at).is_not(None), col(OutboxLetter.locked_until) < at)
    session.execute(delete(OutboxLetter).where(*lost, col(OutboxLetter.sent_at).is_(None)))


def _drop(session: Session, which: ColumnElement[bool], at: datetime) -> set[int]:
    """What is being handed over at this moment stays until that has ended: dropped, it could be told twice."""
    waiting = (which, col(OutboxLetter.sent_at).is_(None))
    under_way = (*waiting, col(OutboxLetter.locked_until) >= at, col(OutboxLetter.given_up_at).is_(None))
    session.execute(update(OutboxLetter).where(*under_way).values(called_back_at=at))
    done = delete(OutboxLetter).where(*waiting, col(OutboxLetter.called_back_at).is_(None))
    return {number for number in session.execute(done.returning(col(OutboxLetter.id))).scalars() if number}
