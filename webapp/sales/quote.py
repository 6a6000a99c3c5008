"""Quotes: a build with its price promised until a day."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from webapp.sales.specification import Specification


class Quote(Specification, table=True):
    """A promise: this very configuration for this total until the end of a day. The database refuses to change it."""

    __tablename__ = "quotes"
    __table_args__ = (Index("ix_quotes_build_id_until", "build_id", "until"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    token: str = Field(
        unique=True, max_length=64, description="of the form that asked: sent twice, given once"
    )
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE")
    build_number: int = Field(description="the version of the build that it is about")
    promised_at: datetime
    until: date = Field(description="the last day, where the workshop is")
