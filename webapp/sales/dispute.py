"""Disputes: a customer asks their bank for money back, and the bank asks us why not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.payment import Payment

ANSWERED = ("under_review", "warning_under_review")  # the bank has our answer


class Dispute(SQLModel, table=True):
    """One dispute about one payment, as Stripe told of it last."""

    __tablename__ = "disputes"

    id: str = Field(primary_key=True, max_length=100, description="Stripe's")
    payment_id: int = Field(foreign_key="payments.id", index=True, ondelete="RESTRICT")
    amount: int
    currency: str = Field(max_length=3)
    reason: str = Field(max_length=60)
    status: str = Field(max_length=40)
    opened_at: datetime
    answer_by: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def open_ones(session: Session) -> dict[int, datetime | None]:
    """The orders with a dispute that is open, and by when the bank wants an answer, if it still does."""
    query = (
        select(
            Payment.order_id,
            func.min(case((col(Dispute.status).in_(ANSWERED), None), else_=col(Dispute.answer_by))),
        )
        .join(Dispute, col(Dispute.payment_id) == Payment.id)
        .where(col(Dispute.closed_at).is_(None))
        .group_by(col(Payment.order_id))
    )
    return dict(session.exec(query).all())


def of(session: Session, order_id: int) -> Sequence[Dispute]:
    """Those about the payments of an order, the latest first."""
    query = select(Dispute).join(Payment, col(Payment.id) == Dispute.payment_id)
    return session.exec(
        query.where(Payment.order_id == order_id).order_by(col(Dispute.opened_at).desc())
    ).all()
