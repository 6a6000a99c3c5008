"""How often something was tried lately, counted in the database so that it holds for all processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select


class Attempts(SQLModel, table=True):
    """The tries under one key, such as an address or a form, within one stretch of time."""

    __tablename__ = "attempts"

    key: str = Field(primary_key=True, max_length=200)
    since: datetime
    tries: int


def allowed(session: Session, key: str, *, limit: int, within: timedelta, at: datetime) -> bool:
    """Counts one more try, inside a write transaction; whether it is still within the limit."""
    counted = session.execute(
        update(Attempts)
        .where(col(Attempts.key) == key, col(Attempts.since) > at - within)
        .values(tries=Attempts.tries + 1)
        .returning(col(Attempts.tries))
    ).scalar_one_or_none()
    if counted is None:
        found = session.exec(select(Attempts).where(Attempts.key == key).with_for_update()).first()
        if found is None:
            session.add(Attempts(key=key, since=at, tries=1))
        else:
            found.since, found.tries = at, 1
        session.flush()
        return limit >= 1
    return counted <= limit


def forget(session: Session, key: str) -> None:
    """Starts the count anew, as after a sign-in that worked."""
    session.execute(delete(Attempts).where(col(Attempts.key) == key))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops counts that no limit looks at any more."""
    session.execute(delete(Attempts).where(col(Attempts.since) < before))
