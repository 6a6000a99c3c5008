"""How often something was tried lately, counted in the database so that it holds for all processes."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col


class Attempts(SQLModel, table=True):
    """The tries under one key, such as an address or a form, within one stretch of time."""

    __tablename__ = "attempts"

    key: str = Field(primary_key=True, max_length=200)
    since: datetime
    tries: int


def allowed(session: Session, key: str, *, limit: int, within: timedelta, at: datetime) -> bool:
    """Counts one more try, inside a write transaction; whether it is still within the limit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    goes_on = col(Attempts.since) > at - within
    counted = (
        insert(Attempts)
        .values(key=key, since=at, tries=1)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "since": case((goes_on, col(Attempts.since)), else_=at),
                "tries": case((goes_on, col(Attempts.tries) + 1), else_=1),
            },
        )
        .returning(col(Attempts.tries))
    )
    return session.execute(counted).scalar_one() <= limit


def forget(session: Session, key: str) -> None:
    """Starts the count anew, as after a sign-in that worked."""
    session.execute(delete(Attempts).where(col(Attempts.key) == key))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops counts that no limit looks at any more."""
    session.execute(delete(Attempts).where(col(Attempts.since) < before))
