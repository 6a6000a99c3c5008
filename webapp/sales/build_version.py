"""Versions of a kept build: each save of a changed build adds one, and none is ever changed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from webapp.sales.specification import Specification


class Cause(StrEnum):
    """What a version came about by."""

    SAVED = "saved"  # in the configurator
    COPIED = "copied"  # from another build, or as a branch
    RESTORED = "restored"  # an earlier version, made the latest again
    MERGED = "merged"  # with an option of another build
    REPAIRED = "repaired"  # after the catalogue moved on
    PROPOSED = "proposed"  # by somebody who was asked, and accepted


class BuildVersion(Specification, table=True):
    """A build as it was at one save. The database refuses to change it."""

    __tablename__ = "build_versions"
    __table_args__ = (UniqueConstraint("build_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    build_id: int = Field(default=None, foreign_key="builds.id", ondelete="CASCADE")
    number: int = 1
    cause: str = Field(default=Cause.SAVED.value, max_length=20)
    made_at: datetime


def history(
    session: Session, build_id: int, *, most: int, before: int | None = None
) -> Sequence[BuildVersion]:
    """Versions of a build, the newest first; those `before` a number."""
    mine = select(BuildVersion).where(BuildVersion.build_id == build_id)
    if before is not None:
        mine = mine.where(BuildVersion.number < before)
    return session.exec(mine.order_by(col(BuildVersion.number).desc()).limit(most)).all()


def find(session: Session, build_id: int, number: int) -> BuildVersion | None:
    return session.exec(
        select(BuildVersion).where(BuildVersion.build_id == build_id, BuildVersion.number == number)
    ).first()
