"""Letters about builds that had to wait, since their reader has had enough this week: the next digest tells them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, delete
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.build import Build


class HeldLetter(SQLModel, table=True):
    """One letter that was not sent, in the words of its subject."""

    __tablename__ = "held_letters"

    id: int | None = Field(default=None, primary_key=True)
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE", index=True)
    language: str = Field(max_length=10)
    subject: str = Field(sa_type=Text)
    at: datetime = Field(index=True)


class Held(NamedTuple):
    """A letter that waits, and the build that it is about."""

    letter: HeldLetter
    build: Build


def keep(session: Session, build: Build, subject: str, language: str, *, at: datetime) -> None:
    """Keeps what a letter would have said."""
    session.add(HeldLetter(build_id=build.id or 0, language=language, subject=subject, at=at))


def of_owners(session: Session, owners: Collection[str]) -> list[Held]:
    """What is held for these, the oldest first."""
    rows = session.exec(
        select(HeldLetter, Build)
        .join(Build, col(Build.id) == HeldLetter.build_id)
        .where(col(Build.owner).in_(owners))
        .order_by(col(HeldLetter.id))
    )
    return [Held(*row) for row in rows]


def sweep(session: Session, *, before: datetime) -> None:
    """Drops what was told long ago."""
    session.execute(delete(HeldLetter).where(col(HeldLetter.at) < before))
