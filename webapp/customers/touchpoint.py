"""Touchpoints: one dated act each. Demand is counted from them; a customer's profile, too, while they allow it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Integer,
    ScalarSelect,
    String,
    bindparam,
    column,
    delete,
    insert,
    table,
    update,
)
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import retention
from webapp.customers.retention import Retention
from webapp.customers.wording import Purpose
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
    SHARE = "share"  # the link of a build was sent by letter
    MESSAGE = "message"  # a comment on a build, or a proposal
    MAIL = "mail"  # a link in a letter was opened
    VISIT = "visit"  # a day on which somebody was here


# What demand is counted from; the others serve a profile alone.
COUNTED = tuple(kind for kind in Kind if kind not in (Kind.SHARE, Kind.MESSAGE, Kind.MAIL, Kind.VISIT))
OF_A_PROFILE_ALONE = (Kind.MAIL, Kind.VISIT)
DEEDS = (Kind.SAVE, Kind.CART, Kind.ORDER, Kind.SHARE, Kind.MESSAGE)
# How long each kind stays in a profile.
KEPT_FOR: Sequence[tuple[Retention, Sequence[Kind]]] = (
    (retention.VISITS, OF_A_PROFILE_ALONE),
    (retention.DEEDS, DEEDS),
    (retention.CLICKS, [kind for kind in Kind if kind not in (*OF_A_PROFILE_ALONE, *DEEDS)]),
)


class Touchpoint(SQLModel, table=True):
    """One act: who (a visitor's random name), what, on which option of which version, when.

    `customer_id` and `ref` stand there only while that customer allows a profile. Never changed but by forgetting.
    """

    __tablename__ = "touchpoints"
    __table_args__ = (
        Index("ix_touchpoints_visitor_at", "visitor", "at"),
        Index("ix_touchpoints_customer_id_at", "customer_id", "at"),
    )

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
        description="what stood against a blocked click and what was offered; what a repair led to; of a profile: "
        "the choices that were saved or ordered, and their total",
    )
    customer_id: int | None = Field(default=None, foreign_key="customers.id", ondelete="SET NULL")
    ref: str | None = Field(
        default=None, max_length=40, description="the build's code, or the order's number"
    )


class Whose(NamedTuple):
    """A customer who allows a profile, and what of the act only their profile needs."""

    customer_id: int
    ref: str | None = None
    detail: Mapping[str, Any] | None = None


COLUMNS = ["visitor", "kind", "family", "version", "option_group", "option", "at", "detail"]
INSERT = Prepared(insert(Touchpoint.__table__).inline(), COLUMNS)  # type: ignore[attr-defined]
_CONSENTS = table("consents", column("customer_id"), column("purpose"), column("withdrawn_at"))


def _if_allowed(told: ColumnElement[Any]) -> ScalarSelect[Any]:
    """This while the customer allows a profile, else nothing.

    Asked in the very statement that writes, and locked: a withdrawal before counts, a later one finds the row.
    """
    allowed = select_rows(told).where(
        _CONSENTS.c.customer_id == bindparam("whose", type_=Integer),
        _CONSENTS.c.purpose == Purpose.PERSONALISATION.value,
        _CONSENTS.c.withdrawn_at.is_(None),
    )
    return allowed.limit(1).with_for_update(read=True).scalar_subquery()


INSERT_THEIRS = Prepared(
    insert(Touchpoint.__table__)  # type: ignore[attr-defined]
    .inline()
    .values(
        customer_id=_if_allowed(_CONSENTS.c.customer_id),
        ref=_if_allowed(bindparam("about", type_=String)),
    ),
    COLUMNS,
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
    whose: Whose | None = None,
) -> None:
    """Adds one touchpoint, in whatever transaction is open. `whose`: it is theirs if they allow a profile."""
    group, option = pick or (None, None)
    values = {
        "visitor": visitor,
        "kind": kind.value,
        "family": family,
        "version": version,
        "option_group": group,
        "option": option,
        "at": at,
        "detail": detail,
    }
    if whose is None:
        INSERT.run(connection, **values)
    else:
        told = {**(detail or {}), **(whose.detail or {})} or None
        INSERT_THEIRS.run(
            connection, **values | {"detail": told, "whose": whose.customer_id, "about": whose.ref}
        )


def leave(session: Session, customer_id: int) -> None:
    """Takes a customer off all that is theirs: it counts on without them, and what only a profile needs is dropped."""
    theirs = col(Touchpoint.customer_id) == customer_id
    session.execute(delete(Touchpoint).where(theirs, col(Touchpoint.kind).in_(OF_A_PROFILE_ALONE)))
    session.execute(update(Touchpoint).where(theirs).values(customer_id=None, ref=None))


def forget(session: Session, customer_id: int, numbers: Sequence[int]) -> int:
    """Removes touchpoints of a customer, whose and of which numbers they are; how many there were."""
    theirs = (col(Touchpoint.customer_id) == customer_id, col(Touchpoint.id).in_(numbers))
    return len(session.execute(delete(Touchpoint).where(*theirs).returning(col(Touchpoint.id))).all())


def forget_about(session: Session, ref: str) -> None:
    """Removes what a build or an order told: it is gone itself."""
    session.execute(delete(Touchpoint).where(col(Touchpoint.ref) == ref))


def outlived(session: Session, kinds: Sequence[Kind], *, before: datetime, limit: int) -> Sequence[int]:
    """Touchpoints of these kinds that still are a customer's after that time."""
    theirs = select(Touchpoint.id).where(
        col(Touchpoint.customer_id).is_not(None), col(Touchpoint.kind).in_(kinds), col(Touchpoint.at) < before
    )
    return [number for number in session.exec(theirs.order_by(col(Touchpoint.id)).limit(limit)) if number]


def part(session: Session, numbers: Sequence[int]) -> None:
    """Lets touchpoints be nobody's in particular; those that only a profile needs go."""
    these = col(Touchpoint.id).in_(numbers)
    session.execute(delete(Touchpoint).where(these, col(Touchpoint.kind).in_(OF_A_PROFILE_ALONE)))
    session.execute(update(Touchpoint).where(these).values(customer_id=None, ref=None))


def older(session: Session, *, than: datetime, limit: int) -> Sequence[int]:
    """Touchpoints that still name a visitor after that time."""
    named = select(Touchpoint.id).where(col(Touchpoint.visitor).is_not(None), col(Touchpoint.at) < than)
    return [number for number in session.exec(named.order_by(col(Touchpoint.id)).limit(limit)) if number]


def forget_visitors(session: Session, numbers: Sequence[int]) -> None:
    """Lets touchpoints count without saying whose they were."""
    session.execute(update(Touchpoint).where(col(Touchpoint.id).in_(numbers)).values(visitor=None))
