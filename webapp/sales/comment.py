"""Comments that others leave on a build they were shown."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

LONGEST = 1000


class Comment(SQLModel, table=True):
    """What somebody had to say about a build."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_build_id_at", "build_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE")
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    author: str = Field(max_length=60, description="as they call themselves")
    writer: str = Field(max_length=22, description="the random name of whoever wrote it")
    text: str = Field(max_length=LONGEST)
    at: datetime
