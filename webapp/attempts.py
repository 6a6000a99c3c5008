"""How often something was tried lately, counted in the database so that it holds for all processes."""

from datetime import datetime, timedelta
from importlib import import_module
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from sqlalchemy import Dialect, bindparam, case, delete, update
from sqlmodel import Field, Session, SQLModel, col

from webapp import naming  # noqa: F401  before any table is declared
from webapp.prepared import Prepared

ONE_HOME = 64  # bits of an IPv6 address that name a subscriber; the rest they choose themselves


class Attempts(SQLModel, table=True):
    """The tries under one key, such as an address or a form, within one stretch of time."""

    __tablename__ = "attempts"

    key: str = Field(primary_key=True, max_length=200)
    since: datetime
    tries: int


def wait(session: Session, key: str, *, limit: int, within: timedelta, at: datetime) -> timedelta | None:
    """How long to wait for the next try, None where it is free; to be asked inside a write transaction.

    It counts nothing, but holds the key until the transaction ends, so that nobody else tries between this answer
    and `allowed`. Whoever asks under several keys does so in one order everywhere, lest two wait for each other.
    """
    tries, since = _counted(session, key, 0, within=within, at=at)
    return since + within - at if tries >= limit else None


def allowed(session: Session, key: str, *, limit: int, within: timedelta, at: datetime) -> bool:
    """Counts one more try, inside a write transaction; whether it is still within the limit."""
    tries, _ = _counted(session, key, 1, within=within, at=at)
    return tries <= limit


def take_back(session: Session, key: str) -> None:
    """Uncounts a try that was counted beforehand and was none of those that the limit is for."""
    counted = (col(Attempts.key) == key) & (col(Attempts.tries) > 0)
    session.execute(update(Attempts).where(counted).values(tries=col(Attempts.tries) - 1))


def forget(session: Session, key: str) -> None:
    """Starts the count anew, as after a sign-in that worked."""
    session.execute(delete(Attempts).where(col(Attempts.key) == key))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops counts that no limit looks at any more."""
    session.execute(delete(Attempts).where(col(Attempts.since) < before))


def place(address: str | None) -> str:
    """Where a try comes from, as keys name it: one IPv4 address, or all IPv6 addresses of one home."""
    try:
        known = ip_address(address or "")
    except ValueError:  # a socket, or a proxy that writes something else
        return (address or "nowhere")[:60]
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((int(known), ONE_HOME), strict=False))


def _counted(
    session: Session, key: str, more: int, *, within: timedelta, at: datetime
) -> tuple[int, datetime]:
    """The tries under a key with those added, and since when they are counted; its row is ours from here on."""
    found = COUNT.first(
        session.connection(), key=key, since=at, tries=more, more=more, at=at, over=at - within
    )
    assert found is not None
    tries, since = found
    return tries, since


def _count(dialect: Dialect) -> Any:
    # Only the database in use is loaded: the other one's module would delay each start.
    insert = import_module(f"sqlalchemy.dialects.{dialect.name}").insert
    table = Attempts.__table__  # type: ignore[attr-defined]
    goes_on = table.c.since > bindparam("over", type_=table.c.since.type)
    at, more = bindparam("at", type_=table.c.since.type), bindparam("more", type_=table.c.tries.type)
    counted = insert(table).on_conflict_do_update(
        index_elements=["key"],
        set_={
            "since": case((goes_on & (table.c.tries > 0), table.c.since), else_=at),
            "tries": case((goes_on, table.c.tries + more), else_=more),
        },
    )
    return counted.returning(table.c.tries, table.c.since)


COUNT = Prepared(_count, ["key", "since", "tries"])
