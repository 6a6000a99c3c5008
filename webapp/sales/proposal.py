"""Proposals: another way to make a build, suggested by somebody who was asked; its owner decides."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from webapp.sales.specification import Specification


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
    writer: str = Field(max_length=22, description="the random name of whoever made it")
    message: str = Field(default="", max_length=1000)
    made_at: datetime
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
