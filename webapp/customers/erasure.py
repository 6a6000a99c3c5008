"""Erasures: the proof that somebody was forgotten, which says nothing of who it was. Only ever added to.

The hashes are of random names that stood nowhere but in our rows, so nobody can tell from them whom they were given
to; but where an older state of the shop comes back, they tell whom to forget once more.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select


class Erasure(SQLModel, table=True):
    """One erasure. Its code is told to whoever asked for it, and is kept with nothing else of theirs."""

    __tablename__ = "erasures"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    at: datetime
    channel: str = Field(max_length=20, description="`site`, or `desk` where a colleague did it")
    hashes: list[str] = Field(sa_type=JSON, description="SHA-256 of the random names that were forgotten")
    orders_kept: int = Field(description="how many orders stay for the accounts")


class UnfinishedErasure(SQLModel, table=True):
    """An order that was still under way: what only its delivery needs is forgotten once it is over."""

    __tablename__ = "unfinished_erasures"

    order_id: int = Field(primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    erasure_code: str = Field(max_length=16)


def record(
    session: Session, hashes: Iterable[str], *, channel: str, orders_kept: int, at: datetime, code: str = ""
) -> Erasure:
    """Takes note of an erasure, in its transaction. `hashes`: of the names, by `hashed`."""
    done = Erasure(
        code=code or secrets.token_urlsafe(9),
        at=at,
        channel=channel,
        hashes=sorted(hashes),
        orders_kept=orders_kept,
    )
    session.add(done)
    session.flush()
    return done


def hashed(name: str) -> str:
    """What is kept of a random name that is forgotten."""
    return hashlib.sha256(b"lekalo erasure " + name.encode()).hexdigest()


def all_of(session: Session) -> Sequence[Erasure]:
    """All erasures, the oldest first."""
    return session.exec(select(Erasure).order_by(col(Erasure.id))).all()


def by_code(session: Session, code: str) -> Erasure | None:
    return session.exec(select(Erasure).where(Erasure.code == code)).first()
