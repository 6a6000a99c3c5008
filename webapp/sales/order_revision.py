"""Revisions: an order as it was before each change of it, and as it is now. None is ever changed or dropped."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.delivery import Window
from webapp.sales.order_line import OrderLine


class OrderRevision(SQLModel, table=True):
    """What one revision of an order came to. An order that was never changed has none."""

    __tablename__ = "order_revisions"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    number: int = Field(primary_key=True)
    token: str | None = Field(
        default=None,
        unique=True,
        max_length=64,
        description="of the form that confirmed it; None: the first one",
    )
    total: int
    tax: int
    first_day: date
    last_day: date
    made_at: datetime

    @property
    def window(self) -> Window:
        return Window(self.first_day, self.last_day)


def of(session: Session, order_id: int) -> Sequence[OrderRevision]:
    """An order's, the first one first."""
    query = select(OrderRevision).where(OrderRevision.order_id == order_id)
    return session.exec(query.order_by(col(OrderRevision.number))).all()


def by_token(session: Session, order_id: int, token: str) -> OrderRevision | None:
    query = select(OrderRevision).where(OrderRevision.order_id == order_id, OrderRevision.token == token)
    return session.exec(query).first()


def lines(session: Session, order_id: int, number: int | None = None) -> Sequence[OrderLine]:
    """What was ordered by one revision, or by all of them."""
    query = select(OrderLine).where(OrderLine.order_id == order_id)
    if number is not None:
        query = query.where(OrderLine.revision == number)
    return session.exec(query.order_by(col(OrderLine.position))).all()
