"""The cart: what somebody means to order, as it was when they put it there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index, UniqueConstraint, bindparam, delete, func, update
from sqlalchemy import select as select_rows
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from webapp.prepared import Prepared
from webapp.sales.build import LONGEST_NAME
from webapp.sales.specification import Specification

MOST_PIECES = 20  # of one line
MOST_LINES = 30
CAN_RETURN_FOR = timedelta(hours=1)  # after it was removed


class CartFull(Exception):
    """There is no room for another line."""


class CartChanged(Exception):
    """The cart is not what it was when it was looked at."""


class CartLine(Specification, table=True):
    """One thing in somebody's cart. It is sold at the price of the day, or at a promised one."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("owner", "token"),
        Index("ix_cart_lines_removed_at", "removed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(max_length=22, description="a guest's or a customer's random name")
    token: str = Field(max_length=64, description="of the form that put it there: sent twice, there once")
    quantity: int = 1
    name: str = Field(default="", max_length=LONGEST_NAME, description="of the build it is, if it has one")
    build_id: int | None = Field(default=None, foreign_key="builds.id", index=True, ondelete="SET NULL")
    build_number: int | None = Field(default=None, description="the version of the build, if it is just that")
    quote_code: str | None = Field(default=None, max_length=16, description="of a promise about its price")
    put_at: datetime
    removed_at: datetime | None = None


LINES = CartLine.__table__  # type: ignore[attr-defined]
COUNT = Prepared(
    select_rows(func.count(LINES.c.id)).where(
        LINES.c.owner == bindparam("owner"), LINES.c.removed_at.is_(None)
    )
)


def put(
    session: Session,
    owner: str,
    token: str,
    specification: Mapping[str, Any],
    *,
    at: datetime,
    name: str = "",
    build: tuple[int, int] | None = None,
    quote_code: str | None = None,
) -> tuple[CartLine, bool]:
    """Puts one piece into a cart, and whether that was new: the same form sent again finds what it put there.

    `build`: its id and the number of its version. Raises CartFull.
    """
    known = by_token(session, owner, token)
    if known is not None:
        return known, False
    if count(session.connection(), owner) >= MOST_LINES:
        raise CartFull
    build_id, number = build or (None, None)
    fresh = CartLine(
        owner=owner,
        token=token,
        name=name,
        build_id=build_id,
        build_number=number,
        quote_code=quote_code,
        put_at=at,
        **specification,
    )
    try:
        with session.begin_nested():
            session.add(fresh)
            session.flush()
    except IntegrityError:  # the same form a moment earlier, in another process
        known = by_token(session, owner, token)
        if known is None:
            raise
        return known, False
    return fresh, True


def of(session: Session, owner: str) -> Sequence[CartLine]:
    """What is in a cart, in the order in which it was put there."""
    mine = select(CartLine).where(CartLine.owner == owner, col(CartLine.removed_at).is_(None))
    return session.exec(mine.order_by(col(CartLine.id))).all()


def removed(session: Session, owner: str, *, at: datetime) -> CartLine | None:
    """What was taken out last, while it can be put back."""
    lately = col(CartLine.removed_at) > at - CAN_RETURN_FOR
    mine = select(CartLine).where(CartLine.owner == owner, lately)
    return session.exec(mine.order_by(col(CartLine.removed_at).desc(), col(CartLine.id).desc())).first()


def count(connection: Connection, owner: str) -> int:
    """How many lines are in a cart. One quick statement: the head of every page asks."""
    found = COUNT.first(connection, owner=owner)
    return found[0] if found else 0


def find(session: Session, owner: str, number: int, *, for_update: bool = False) -> CartLine | None:
    """A line of one's own, in the cart or taken out."""
    mine = select(CartLine).where(CartLine.owner == owner, CartLine.id == number)
    return session.exec(mine.with_for_update() if for_update else mine).first()


def by_token(session: Session, owner: str, token: str) -> CartLine | None:
    return session.exec(select(CartLine).where(CartLine.owner == owner, CartLine.token == token)).first()


def remove(line: CartLine, *, at: datetime) -> None:
    """Takes a line out; for a while it can be put back. The line was read for update."""
    line.removed_at = line.removed_at or at


def exchange(
    session: Session, line: CartLine, token: str, specification: Mapping[str, Any], *, at: datetime
) -> CartLine:
    """Puts something else in the place of a line, as many pieces, of its build and name; by the same token once.

    The line was read for update. Raises CartChanged where it was taken out for another reason.
    """
    known = by_token(session, line.owner, token)
    if known is None and line.removed_at is not None:
        raise CartChanged
    remove(line, at=at)
    session.flush()
    if known is not None:
        put_back(session, known)
        return known
    fresh, _ = put(session, line.owner, token, specification, at=at, name=line.name)
    fresh.quantity, fresh.build_id = line.quantity, line.build_id
    return fresh


def put_back(session: Session, line: CartLine) -> None:
    """Raises CartFull where something else has taken the last place."""
    if line.removed_at is not None and count(session.connection(), line.owner) >= MOST_LINES:
        raise CartFull
    line.removed_at = None


def order(session: Session, owner: str, lines: Iterable[tuple[int, int]]) -> None:
    """Takes lines (id and quantity) out of a cart for good, in the transaction of the order they become.

    Raises CartChanged where one is not there any more in that quantity: what was looked at is not what is there.
    """
    for number, quantity in sorted(lines):
        gone = delete(CartLine).where(
            col(CartLine.id) == number,
            col(CartLine.owner) == owner,
            col(CartLine.quantity) == quantity,
            col(CartLine.removed_at).is_(None),
        )
        if session.connection().execute(gone).rowcount == 0:
            raise CartChanged


def claim(session: Session, guest: str, owner: str) -> int:
    """Lets a customer's cart hold what a guest's held; how many lines came along."""
    theirs = select(CartLine.token).where(CartLine.owner == owner)
    twice = col(CartLine.token).in_(theirs)  # put there by the same form, before and after the sign-in
    session.execute(delete(CartLine).where(col(CartLine.owner) == guest, twice))
    moved = update(CartLine).where(col(CartLine.owner) == guest).values(owner=owner)
    return session.connection().execute(moved).rowcount


def sweep(session: Session, *, removed_before: datetime, put_before: datetime) -> None:
    """Drops what was taken out, and carts that nobody has come back to."""
    session.execute(delete(CartLine).where(col(CartLine.removed_at) < removed_before))
    session.execute(delete(CartLine).where(col(CartLine.put_at) < put_before))
