"""Kept builds: a configuration with a name, a private address to change it and another one to show it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, ForeignKey, Index, Integer, UniqueConstraint, bindparam, func
from sqlalchemy import select as select_rows
from sqlalchemy.exc import IntegrityError
from sqlmodel import Column, Field, Relationship, Session, SQLModel, col, select

from webapp.customers import touchpoint
from webapp.prepared import Prepared
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.key import Lock, Purpose, new_code
from webapp.sales.specification import Specification

LONGEST_NAME = 60


class Build(SQLModel, table=True):
    """What somebody keeps: its name, its addresses, and which of its versions counts."""

    __tablename__ = "builds"
    __table_args__ = (
        Index("ix_builds_owner_saved_at", "owner", "saved_at"),  # of the version before, while it still runs
        Index("ix_builds_owner_changed_at", "owner", "changed_at"),
        UniqueConstraint("owner", "token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    token: str = Field(max_length=64, description="of the form that saved it: sent twice, kept once")
    owner: str = Field(max_length=22, description="a guest's or a customer's random name")
    name: str = Field(max_length=LONGEST_NAME)
    latest_number: int = Field(default=1, description="of the version that counts")
    edit_counter: int = 0
    look_counter: int = 0
    branched_from_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("builds.id", ondelete="SET NULL"), index=True, nullable=True),
    )
    branched_from_number: int | None = Field(default=None, description="the version that it started as")
    saved_at: datetime
    changed_at: datetime

    latest: BuildVersion = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Build.id == foreign(BuildVersion.build_id), "
            "Build.latest_number == foreign(BuildVersion.number))",
            "uselist": False,
            "viewonly": True,
            "lazy": "joined",
            "innerjoin": True,
        }
    )

    @property
    def edit_lock(self) -> Lock:
        return Lock(self.code, self.edit_counter)

    @property
    def look_lock(self) -> Lock:
        return Lock(self.code, self.look_counter)


LATEST_CHANGED = (col(Build.changed_at).desc(), col(Build.id).desc())
COUNT = Prepared(select_rows(func.count(col(Build.id))).where(col(Build.owner) == bindparam("owner")))


def save(
    session: Session,
    *,
    token: str,
    owner: str,
    name: str,
    specification: Mapping[str, Any],
    at: datetime,
    cause: Cause = Cause.SAVED,
    branched_from: BuildVersion | None = None,
) -> Build:
    """Keeps a build; the same form sent again answers with the build it made."""
    kept = by_token(session, token, owner)
    if kept is not None:
        return kept
    fresh = Build(code=new_code(), token=token, owner=owner, name=name, saved_at=at, changed_at=at)
    if branched_from is not None:
        fresh.branched_from_id, fresh.branched_from_number = branched_from.build_id, branched_from.number
    try:
        with session.begin_nested():
            session.add(fresh)
            session.flush()
            session.add(_version(fresh, specification, cause, at))
    except IntegrityError:  # the same form a moment earlier, in another process
        kept = by_token(session, token, owner)
        if kept is None:
            raise
        return kept
    session.refresh(fresh)
    return fresh


def change(
    session: Session, build: Build, specification: Mapping[str, Any], cause: Cause, *, at: datetime
) -> bool:
    """Lets a build become what its owner has made of it: a version more. The build was read for update.

    What is already its latest version makes no new one; answers whether there is one.
    """
    latest = build.latest
    if all(getattr(latest, name) == value for name, value in specification.items()):
        return False
    build.latest_number += 1
    build.changed_at = at
    session.add(_version(build, specification, cause, at))
    session.flush()
    session.refresh(build)
    return True


def _version(build: Build, specification: Mapping[str, Any], cause: Cause, at: datetime) -> BuildVersion:
    assert build.id is not None
    return BuildVersion(
        build_id=build.id, number=build.latest_number, cause=cause.value, made_at=at, **specification
    )


def copied(specification: Specification) -> dict[str, Any]:
    """The columns of a specification, for a copy of it."""
    return {name: getattr(specification, name) for name in Specification.model_fields}


def rename(build: Build, name: str, *, at: datetime) -> None:
    build.name, build.changed_at = name, at


def duplicate(session: Session, build: Build, *, token: str, owner: str, name: str, at: datetime) -> Build:
    """A build of one's own that starts as a copy of this one."""
    return save(
        session,
        token=token,
        owner=owner,
        name=name,
        specification=copied(build.latest),
        at=at,
        cause=Cause.COPIED,
    )


def restore(session: Session, build: Build, version: BuildVersion, *, at: datetime) -> None:
    """Goes back to an earlier version: it becomes the latest once more. The build was read for update."""
    change(session, build, copied(version), Cause.RESTORED, at=at)


def branch(
    session: Session, version: BuildVersion, *, token: str, owner: str, name: str, at: datetime
) -> Build:
    """Another build that starts as a version of this one, under a name of its own."""
    return save(
        session,
        token=token,
        owner=owner,
        name=name,
        specification=copied(version),
        at=at,
        cause=Cause.COPIED,
        branched_from=version,
    )


def renew_edit_link(build: Build, *, seen: int) -> None:
    """Ends all private links given out so far; not again by a form that was shown before they ended."""
    if build.edit_counter == seen:
        build.edit_counter += 1


def renew_look_link(build: Build, *, seen: int) -> None:
    """Ends all links to share given out so far."""
    if build.look_counter == seen:
        build.look_counter += 1


def delete(session: Session, build: Build) -> None:
    """Drops a build, and what it told a profile."""
    touchpoint.forget_about(session, build.code)
    session.delete(build)


def of(session: Session, owner: str, *, skip: int = 0, limit: int | None = None) -> list[Build]:
    """The owner's builds, the latest changed first."""
    mine = select(Build).where(Build.owner == owner)
    return list(session.exec(mine.order_by(*LATEST_CHANGED).offset(skip).limit(limit)))


def count(connection: Connection, owner: str) -> int:
    """How many builds an owner has kept. One quick statement: the head of every page asks."""
    found = COUNT.first(connection, owner=owner)
    return found[0] if found else 0


def mine(session: Session, owner: str, code: str) -> Build | None:
    """The owner's build of a code; None where there is none or it is somebody else's."""
    return session.exec(select(Build).where(Build.code == code, Build.owner == owner)).first()


def of_codes(session: Session, owner: str, codes: Iterable[str]) -> Sequence[Build]:
    """The owner's builds of these codes."""
    wanted = list(codes)
    if not wanted:
        return []
    return session.exec(select(Build).where(Build.owner == owner, col(Build.code).in_(wanted))).all()


class Listed(NamedTuple):
    """A build in a list to choose from."""

    code: str
    look_counter: int
    name: str


def listed(session: Session, owner: str, family: str | None = None, *, limit: int) -> list[Listed]:
    """So many of the owner's builds by name alone, of one family or of all, the latest changed first."""
    rows = select(Build.code, Build.look_counter, Build.name).where(Build.owner == owner)
    if family is not None:
        is_latest = (col(BuildVersion.build_id) == Build.id) & (
            col(BuildVersion.number) == Build.latest_number
        )
        rows = rows.join(BuildVersion, is_latest).where(BuildVersion.family == family)
    return [Listed(*row) for row in session.exec(rows.order_by(*LATEST_CHANGED).limit(limit))]


def by_codes(session: Session, codes: Iterable[str]) -> list[Build]:
    """The builds with these codes, which alone give nobody the right to them."""
    return list(session.exec(select(Build).where(col(Build.code).in_(list(codes)))))


def branches(session: Session, build: Build, owner: str) -> list[Build]:
    """The owner's builds that started as a version of this one, the oldest first."""
    mine = select(Build).where(Build.branched_from_id == build.id, Build.owner == owner)
    return list(session.exec(mine.order_by(col(Build.id))))


def by_lock(
    session: Session, purpose: Purpose, lock: Lock | None, *, for_update: bool = False
) -> Build | None:
    """The build that a key opens, unless the key was withdrawn."""
    if lock is None:
        return None
    found = by_code(session, lock.code, for_update=for_update)
    if found is None:
        return None
    return found if lock == (found.edit_lock if purpose is Purpose.EDIT else found.look_lock) else None


def by_code(session: Session, code: str, *, for_update: bool = False) -> Build | None:
    """The build with a code, which alone gives nobody the right to it."""
    # To wait for it and to read it are two statements: one that joined the latest version would look, after its wait,
    # for the one that was the latest before it, and find nothing.
    query = select(Build).where(Build.code == code)
    if for_update:
        session.exec(select(Build.id).where(Build.code == code).with_for_update()).first()
        query = query.execution_options(populate_existing=True)
    return session.exec(query).first()


def locked(session: Session, number: int) -> Build | None:
    """The build as it stands once nobody else holds it, ours until the transaction ends."""
    session.exec(select(Build.id).where(Build.id == number).with_for_update()).first()
    return session.get(Build, number, populate_existing=True)


def by_token(session: Session, token: str, owner: str) -> Build | None:
    return session.exec(select(Build).where(Build.token == token, Build.owner == owner)).first()


def named_as_copy(name: str, word: str) -> str:
    """A name for a copy, within the length that names have."""
    ending = f" ({word})"
    return name.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending
