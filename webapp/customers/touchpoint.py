"""Touchpoints: one dated act of a visitor each, from which demand is counted later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Connection, Index, Integer, insert, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.prepared import Prepared

BigKey = BigInteger().with_variant(Integer, "sqlite")


class Kind(StrEnum):
    """What the visitor did; docs/demand.md says when each is recorded and with which details."""

    PICK = "pick"
    REFUSAL = "refusal"  # "without" in an optional group
    BLOCKED = "blocked"  # a click on an option that the rules rule out
    REPAIR = "repair"
    UNDO = "undo"
    RESET = "reset"
    COMPLETION = "completion"  # "complete it for me"
    SAVE = "save"
    CART = "cart"
    CHECKOUT = "checkout"  # its page was opened
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
    detail: dict[str, Any] | None = Field(
        default=None,
        sa_type=JSON(none_as_null=True),
        description="what stood against a blocked click and what was offered; what a repair led to",
    )


INSERT = Prepared(
    insert(Touchpoint.__table__).inline(),  # type: ignore[attr-defined]
    ["visitor", "kind", "family", "version", "option_group", "option", "at", "detail"],
)


def record(
    connection: Connection,
    *,
    visitor: str | None,
    kind: Kind,
    family: str,
    version: int,
    at: datetime,
    pick: tuple[str, str] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds one touchpoint, in whatever transaction is open."""
    group, option = pick or (None, None)
    INSERT.run(
        connection,
        visitor=visitor,
        kind=kind.value,
        family=family,
        version=version,
        option_group=group,
        option=option,
        at=at,
        detail=detail,
    )


def older(session: Session, *, than: datetime, limit: int) -> Sequence[int]:
    """Touchpoints that still name a visitor after that time."""
    named = select(Touchpoint.id).where(col(Touchpoint.visitor).is_not(None), col(Touchpoint.at) < than)
    return [number for number in session.exec(named.order_by(col(Touchpoint.id)).limit(limit)) if number]


def forget_visitors(session: Session, numbers: Sequence[int]) -> None:
    """Lets touchpoints count without saying whose they were."""
    session.execute(update(Touchpoint).where(col(Touchpoint.id).in_(numbers)).values(visitor=None))
