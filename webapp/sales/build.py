"""Kept builds: a configuration with a name, a private address to change it and another one to show it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from webapp.sales.key import Lock, Purpose, new_code
from webapp.sales.specification import Specification

LONGEST_NAME = 60


class Build(Specification, table=True):
    """A build as it was when it was saved."""

    __tablename__ = "builds"
    __table_args__ = (
        Index("ix_builds_visitor_saved_at", "visitor", "saved_at"),
        UniqueConstraint("visitor", "token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    token: str = Field(max_length=64, description="of the form that saved it: sent twice, kept once")
    visitor: str = Field(max_length=22)
    name: str = Field(max_length=LONGEST_NAME)
    edit_counter: int = 0
    look_counter: int = 0
    saved_at: datetime
    changed_at: datetime

    @property
    def edit_lock(self) -> Lock:
        return Lock(self.code, self.edit_counter)

    @property
    def look_lock(self) -> Lock:
        return Lock(self.code, self.look_counter)


def save(
    session: Session, *, token: str, visitor: str, name: str, specification: Mapping[str, Any], at: datetime
) -> Build:
    """Keeps a build; the same form sent again answers with the build it made."""
    kept = by_token(session, token, visitor)
    if kept is not None:
        return kept
    fresh = Build(
        code=new_code(), token=token, visitor=visitor, name=name, saved_at=at, changed_at=at, **specification
    )
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # the same form a moment earlier, in another process
        kept = by_token(session, token, visitor)
        if kept is None:
            raise
        return kept
    return fresh


def change(build: Build, specification: Mapping[str, Any], *, at: datetime) -> None:
    """Lets a build become what its owner has made of it."""
    for name, value in specification.items():
        setattr(build, name, value)
    build.changed_at = at


def rename(build: Build, name: str, *, at: datetime) -> None:
    build.name, build.changed_at = name, at


def duplicate(session: Session, build: Build, *, token: str, visitor: str, name: str, at: datetime) -> Build:
    """A build of one's own that starts as a copy of this one."""
    copied = {field: getattr(build, field) for field in Specification.model_fields}
    return save(session, token=token, visitor=visitor, name=name, specification=copied, at=at)


def delete(session: Session, build: Build) -> None:
    session.delete(build)


def of(session: Session, visitor: str) -> list[Build]:
    """The visitor's builds, the newest first."""
    mine = select(Build).where(Build.visitor == visitor)
    return list(session.exec(mine.order_by(col(Build.saved_at).desc(), col(Build.id).desc())))


def by_lock(
    session: Session, purpose: Purpose, lock: Lock | None, *, for_update: bool = False
) -> Build | None:
    """The build that a key opens, unless the key was withdrawn."""
    if lock is None:
        return None
    query = select(Build).where(Build.code == lock.code)
    found = session.exec(query.with_for_update() if for_update else query).first()
    if found is None:
        return None
    return found if lock == (found.edit_lock if purpose is Purpose.EDIT else found.look_lock) else None


def by_token(session: Session, token: str, visitor: str) -> Build | None:
    return session.exec(select(Build).where(Build.token == token, Build.visitor == visitor)).first()


def named_as_copy(name: str, word: str) -> str:
    """A name for a copy, within the length that names have."""
    ending = f" ({word})"
    return name.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending
