"""How far the worker has come with counting: no touchpoint is counted twice, and none is left out."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from webapp.customers.touchpoint import BigKey

TOUCHPOINTS = "touchpoints"
BUILDS = "builds"


class DemandProgress(SQLModel, table=True):
    """What is counted already."""

    __tablename__ = "demand_progress"

    name: str = Field(primary_key=True, max_length=20)
    reached: int = Field(default=0, sa_type=BigKey, description="the last row that is counted")
    at: datetime = Field(description="everything older is counted")


def of(session: Session, name: str) -> DemandProgress | None:
    return session.get(DemandProgress, name)


def note(session: Session, name: str, *, at: datetime, reached: int = 0) -> None:
    """Takes note of how far it has come, in the transaction of the counting itself."""
    session.merge(DemandProgress(name=name, reached=reached, at=at))
