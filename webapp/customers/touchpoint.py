"""Touchpoints: one dated act of a visitor each, from which demand is counted later."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Connection, Index, Integer, insert
from sqlmodel import Field, SQLModel

BigKey = BigInteger().with_variant(Integer, "sqlite")


class Kind(StrEnum):
    """What the visitor did."""

    PICK = "pick"
    REFUSAL = "refusal"  # "without" in an optional group
    BLOCKED = "blocked"  # a click on an option that the rules rule out
    REPAIR = "repair"
    UNDO = "undo"
    RESET = "reset"
    COMPLETION = "completion"  # "complete it for me"
    SAVE = "save"
    ORDER = "order"


class Touchpoint(SQLModel, table=True):
    """One act: who (a visitor's random name), what, on which option of which version, when."""

    __tablename__ = "touchpoints"
    __table_args__ = (Index("ix_touchpoints_visitor_at", "visitor", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    visitor: str | None = Field(default=None, max_length=22)
    kind: str = Field(max_length=20)
    family: str = Field(max_length=60)
    version: int
    option_group: str | None = Field(default=None, max_length=60)
    option: str | None = Field(default=None, max_length=60)
    at: datetime


INSERT = insert(Touchpoint.__table__)  # type: ignore[attr-defined]


def record(
    connection: Connection,
    *,
    visitor: str | None,
    kind: Kind,
    family: str,
    version: int,
    at: datetime,
    pick: tuple[str, str] | None = None,
) -> None:
    """Adds one touchpoint, in whatever transaction is open."""
    group, option = pick or (None, None)
    connection.execute(
        INSERT,
        {
            "visitor": visitor,
            "kind": kind.value,
            "family": family,
            "version": version,
            "option_group": group,
            "option": option,
            "at": at,
        },
    )
