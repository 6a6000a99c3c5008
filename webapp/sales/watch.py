"""Watches: what the owner of a build wants to be told when it comes true."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


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
    amount: int | None = Field(default=None, description="minor units; watched for a total below it")
    day: date | None = None
    by_mail: bool = False
    language: str = Field(max_length=10, description="of the letters")
    set_at: datetime
    holds: bool = Field(description="whether it was true when last looked at")
    checked_number: int = Field(description="the version of the build that was looked at")
    checked_version: int = Field(description="the version of the catalogue that was looked at")
    checked_on: date = Field(description="where the workshop is: days pass, and truths with them")


class Sighting(SQLModel, table=True):
    """What was watched for has come true: one row for each change of truth."""

    __tablename__ = "sightings"

    id: int | None = Field(default=None, primary_key=True)
    watch_id: int = Field(foreign_key="watches.id", index=True, ondelete="CASCADE")
    version: int
    total: int | None = Field(default=None, description="minor units; what the build came to then")
    at: datetime
    seen_at: datetime | None = None
