"""Proposals: another way to make a build, suggested by somebody who was asked; its owner decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from catalog.choices import Choices
from webapp.sales import build as builds
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.specification import Specification

LONGEST = 1000
MOST_SHOWN = 50


class Proposal(Specification, table=True):
    """A build as somebody would have it, beside the version that they were shown."""

    __tablename__ = "proposals"
    __table_args__ = (Index("ix_proposals_build_id_made_at", "build_id", "made_at"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE")
    build_number: int = Field(description="the version of the build that they were shown")
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, made once")
    author: str = Field(max_length=60, description="as they call themselves")
    writer: str = Field(max_length=22, index=True, description="the random name of whoever made it")
    message: str = Field(default="", max_length=LONGEST)
    made_at: datetime
    accepted_at: datetime | None = None
    declined_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.declined_at is None


def make(session: Session, proposal: Proposal) -> bool:
    """Keeps a proposal; False where its form was sent before, and this one was kept then."""
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        if not was_made(session, proposal.token):
            raise
        return False
    return True


def was_made(session: Session, token: str) -> bool:
    """Whether the form of this token has been sent."""
    return session.exec(select(Proposal.id).where(Proposal.token == token)).first() is not None


def of(session: Session, build_id: int, *, writer: str | None = None) -> Sequence[Proposal]:
    """The latest proposals for a build, or one writer's, newest first."""
    mine = select(Proposal).where(Proposal.build_id == build_id)
    if writer is not None:
        mine = mine.where(Proposal.writer == writer)
    return session.exec(
        mine.order_by(col(Proposal.made_at).desc(), col(Proposal.id).desc()).limit(MOST_SHOWN)
    ).all()


def open_counts(session: Session, build_ids: Sequence[int]) -> dict[int, int]:
    """How many proposals wait for an answer, for those of the builds that have any."""
    counted = (
        select(Proposal.build_id, func.count())
        .where(
            col(Proposal.build_id).in_(build_ids),
            col(Proposal.accepted_at).is_(None),
            col(Proposal.declined_at).is_(None),
        )
        .group_by(col(Proposal.build_id))
    )
    return dict(session.exec(counted).all())


def find(session: Session, build_id: int, code: str) -> Proposal | None:
    return session.exec(select(Proposal).where(Proposal.build_id == build_id, Proposal.code == code)).first()


def shown_versions(session: Session, build_id: int, proposals: Sequence[Proposal]) -> dict[int, BuildVersion]:
    """The versions of a build that its proposals were made from, by their numbers."""
    numbers = {each.build_number for each in proposals}
    named = select(BuildVersion).where(
        BuildVersion.build_id == build_id, col(BuildVersion.number).in_(numbers)
    )
    return {version.number: version for version in session.exec(named)}


def accept(
    session: Session, build: Build, proposal: Proposal, specification: Mapping[str, Any], *, at: datetime
) -> bool:
    """Makes a proposal the build's next version; False where it was decided before. The build was read for update."""
    if not _decide(session, proposal, accepted_at=at):
        return False
    builds.change(session, build, specification, Cause.PROPOSED, at=at)
    return True


def decline(session: Session, proposal: Proposal, *, at: datetime) -> bool:
    """Leaves the build as it is; False where it was decided before."""
    return _decide(session, proposal, declined_at=at)


def carried_over(shown: Choices, proposed: Choices, now: Choices) -> Choices:
    """What was proposed for a build as it was shown, made of the build as it is now."""
    groups = {key.group for key in (*shown, *proposed)}
    touched = {group for group in groups if set(shown.of(group)) != set(proposed.of(group))}
    untouched = [key for key in now if key.group not in touched]
    return Choices((*untouched, *(key for key in proposed if key.group in touched)))


def _decide(session: Session, proposal: Proposal, **values: datetime) -> bool:
    """Decides once, whoever is faster."""
    undecided = (
        col(Proposal.id) == proposal.id,
        col(Proposal.accepted_at).is_(None),
        col(Proposal.declined_at).is_(None),
    )
    decided = update(Proposal).where(*undecided).values(**values).returning(col(Proposal.id))
    return session.execute(decided).first() is not None
