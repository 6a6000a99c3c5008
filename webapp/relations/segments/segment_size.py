"""Sizes of segments: how many people were in one, a row a day, without saying who."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.locks import alone
from webapp.relations.segments.segment import Segment


class SegmentSize(SQLModel, table=True):
    """The size of one segment on one day, by the rule as it was then."""

    __tablename__ = "segment_sizes"

    segment_id: int = Field(primary_key=True, foreign_key="segments.id", ondelete="CASCADE")
    day: date = Field(primary_key=True, description="where the shop is")
    size: int
    edition: int = Field(description="of the rule that was counted")
    counted_at: datetime


def note(session: Session, of: Segment, size: int, *, day: date, at: datetime) -> None:
    """Keeps a day's size; counted again that day, the later count stands."""
    alone(session, f"segment size {of.id}")
    session.merge(SegmentSize(segment_id=of.id or 0, day=day, size=size, edition=of.edition, counted_at=at))
    session.flush()


def uncounted(session: Session, day: date) -> Sequence[Segment]:
    """Segments whose rule as it is now has no size of that day."""
    counted = select(SegmentSize.segment_id).where(
        SegmentSize.segment_id == Segment.id, SegmentSize.day == day, SegmentSize.edition == Segment.edition
    )
    return session.exec(select(Segment).where(~counted.exists()).order_by(col(Segment.id))).all()


def history(session: Session, of: Segment, *, since: date) -> Sequence[SegmentSize]:
    """A segment's sizes since a day, the oldest first."""
    theirs = select(SegmentSize).where(SegmentSize.segment_id == of.id, SegmentSize.day >= since)
    return session.exec(theirs.order_by(col(SegmentSize.day))).all()


def latest(session: Session) -> Mapping[int, SegmentSize]:
    """The newest size of each segment that has any."""
    newest = (
        select(col(SegmentSize.segment_id), func.max(col(SegmentSize.day)).label("day"))
        .group_by(col(SegmentSize.segment_id))
        .subquery()
    )
    rows = select(SegmentSize).join(
        newest, (newest.c.segment_id == SegmentSize.segment_id) & (newest.c.day == SegmentSize.day)
    )
    return {each.segment_id: each for each in session.exec(rows)}


def earlier(session: Session, day: date, *, days: int) -> Mapping[int, SegmentSize]:
    """The size of each segment so many days before, or on the next day after that which has one."""
    start = day - timedelta(days=days)
    oldest = (
        select(col(SegmentSize.segment_id), func.min(col(SegmentSize.day)).label("day"))
        .where(col(SegmentSize.day) >= start)
        .group_by(col(SegmentSize.segment_id))
        .subquery()
    )
    rows = select(SegmentSize).join(
        oldest, (oldest.c.segment_id == SegmentSize.segment_id) & (oldest.c.day == SegmentSize.day)
    )
    return {each.segment_id: each for each in session.exec(rows)}
