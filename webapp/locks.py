"""Being alone with something inside a write transaction, where a row to lock may not exist yet."""

from sqlalchemy import func, select
from sqlmodel import Session


def alone(session: Session, name: str) -> None:
    """Waits until no other transaction holds this name; it is let go with the transaction.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
