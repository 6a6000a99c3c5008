"""Watches: what the owner of a build wants to be told when it comes true."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import JSON, ColumnElement, Index, UniqueConstraint, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.expression import OptionKey
from webapp.sales.build import Build

MOST = 20  # watches of one build
RECENT = 20  # sightings that are told at a time


class Kind(StrEnum):
    """What is watched for."""

    POSSIBLE = "possible"  # the build can be had as it is
    CHEAPER = "cheaper"  # than `amount`
    DELIVERABLE = "deliverable"  # by `day`
    RETURNS = "returns"  # an option is made again
    FITS = "fits"  # an option goes with the build's choices


class Watch(SQLModel, table=True):
    """One thing to look out for, and whether it was true when last looked at."""

    __tablename__ = "watches"
    __table_args__ = (
        Index("ix_watches_family_checked_version", "family", "checked_version"),
        Index("ix_watches_kind_checked_on", "kind", "checked_on"),
        UniqueConstraint("build_id", "token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    build_id: int = Field(foreign_key="builds.id", index=True, ondelete="CASCADE")
    token: str = Field(max_length=64, description="of its form: sent twice, set once")
    kind: str = Field(max_length=20)
    family: str = Field(max_length=60)
    option_group: str | None = Field(default=None, max_length=60)
    option: str | None = Field(default=None, max_length=60)
    option_title: dict[str, str] = Field(default={}, sa_type=JSON, description="as it was called then")
    amount: int | None = Field(default=None, description="minor units; watched for a total below it")
    day: date | None = None
    by_mail: bool = False
    language: str = Field(max_length=10, description="of the letters")
    set_at: datetime
    holds: bool = Field(description="whether it was true when last looked at")
    checked_number: int = Field(description="the version of the build that was looked at")
    checked_version: int = Field(description="the version of the catalogue that was looked at")
    checked_on: date = Field(description="where the workshop is: days pass, and truths with them")

    @property
    def key(self) -> OptionKey:
        """The option that is watched for."""
        assert self.option_group is not None
        assert self.option is not None
        return OptionKey(self.option_group, self.option)

    def is_like(self, other: "Watch") -> bool:
        """Whether both look out for the same."""
        aim = ("kind", "option_group", "option", "amount", "day")
        return all(getattr(self, name) == getattr(other, name) for name in aim)


class Sighting(SQLModel, table=True):
    """What was watched for has come true: one row for each change of truth."""

    __tablename__ = "sightings"

    id: int | None = Field(default=None, primary_key=True)
    watch_id: int = Field(foreign_key="watches.id", index=True, ondelete="CASCADE")
    version: int
    total: int | None = Field(default=None, description="minor units; what the build came to then")
    at: datetime
    seen_at: datetime | None = None


class News(NamedTuple):
    """A sighting with what it was looked out for, and in which build."""

    sighting: Sighting
    watch: Watch
    build: Build


def keep(session: Session, fresh: Watch) -> Watch:
    """Sets a watch; the same form sent again, or another one that looks out for the same, sets none."""
    kept = next((each for each in of(session, fresh.build_id) if _is_double(each, fresh)), None)
    if kept is not None:
        return kept
    try:
        with session.begin_nested():
            session.add(fresh)
            session.flush()
    except IntegrityError:  # the same form a moment earlier, in another process
        return next(each for each in of(session, fresh.build_id) if _is_double(each, fresh))
    return fresh


def _is_double(one: Watch, other: Watch) -> bool:
    return one.token == other.token or one.is_like(other)


def of(session: Session, build_id: int) -> Sequence[Watch]:
    """The watches of a build, in the order in which they were set."""
    return session.exec(select(Watch).where(Watch.build_id == build_id).order_by(col(Watch.id))).all()


def find(session: Session, build_id: int, number: int) -> Watch | None:
    return session.exec(select(Watch).where(Watch.id == number, Watch.build_id == build_id)).first()


def sightings_of(session: Session, owner: str) -> Sequence[News]:
    """What has come true for the builds of an owner and was not seen yet, the latest first."""
    return _news(session, Build.owner == owner, col(Sighting.seen_at).is_(None))


def sightings_in(session: Session, build_id: int) -> Sequence[News]:
    """What has come true for one build, seen or not, the latest first."""
    return _news(session, Build.id == build_id)


def seen(session: Session, sightings: Iterable[int], *, at: datetime) -> None:
    """Notes that sightings were shown to whom they are for."""
    unseen = col(Sighting.id).in_(list(sightings)), col(Sighting.seen_at).is_(None)
    session.execute(update(Sighting).where(*unseen).values(seen_at=at))


def _news(session: Session, *which: ColumnElement[bool] | bool) -> Sequence[News]:
    query = (
        select(Sighting, Watch, Build)
        .join(Watch, col(Watch.id) == Sighting.watch_id)
        .join(Build, col(Build.id) == Watch.build_id)
        .where(*which)
        .order_by(col(Sighting.id).desc())
        .limit(RECENT)
    )
    return [News(*row) for row in session.exec(query)]
