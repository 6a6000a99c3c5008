"""Comments that others leave on a build they were shown."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

LONGEST = 1000
MOST_SHOWN = 200


class Comment(SQLModel, table=True):
    """What somebody had to say about a build."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_build_id_at", "build_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE")
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    author: str = Field(max_length=60, description="as they call themselves")
    writer: str = Field(max_length=22, index=True, description="the random name of whoever wrote it")
    text: str = Field(max_length=LONGEST)
    at: datetime


def leave(session: Session, comment: Comment) -> bool:
    """Keeps a comment; False where its form was sent before, and this one was kept then."""
    try:
        with session.begin_nested():
            session.add(comment)
    except IntegrityError:
        if not was_left(session, comment.token):
            raise
        return False
    return True


def was_left(session: Session, token: str) -> bool:
    """Whether the form of this token has been sent."""
    return session.exec(select(Comment.id).where(Comment.token == token)).first() is not None


def of(session: Session, build_id: int, *, writer: str | None = None) -> Sequence[Comment]:
    """The latest comments on a build, or one writer's, oldest first."""
    latest = select(Comment).where(Comment.build_id == build_id)
    if writer is not None:
        latest = latest.where(Comment.writer == writer)
    newest_first = latest.order_by(col(Comment.at).desc(), col(Comment.id).desc()).limit(MOST_SHOWN)
    return session.exec(newest_first).all()[::-1]


def remove(session: Session, build_id: int, number: int) -> None:
    """Takes a comment away from a build; one that is gone already stays gone."""
    found = session.exec(select(Comment).where(Comment.id == number, Comment.build_id == build_id)).first()
    if found is not None:
        session.delete(found)
