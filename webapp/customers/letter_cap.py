"""How many letters somebody gets a week that they did not set off themselves; what an order needs is never counted."""

from datetime import datetime, timedelta

from sqlmodel import Session

from webapp import outbox
from webapp.locks import alone

WEEK = timedelta(days=7)


def allows(session: Session, email: str, *, most: int, at: datetime) -> bool:
    """Whether one more may leave now; to be asked in the transaction that puts it into the outbox."""
    alone(session, f"letters to {email}")
    return outbox.count_optional(session, email, since=at - WEEK) < most
