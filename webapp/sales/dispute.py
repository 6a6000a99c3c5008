"""Disputes: a customer asks their bank for money back, and the bank asks us why not."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.payment import Payment


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


def of(session: Session, order_id: int) -> Sequence[Dispute]:
    """Those about the payments of an order, the latest first."""
    query = select(Dispute).join(Payment, col(Payment.id) == Dispute.payment_id)
    return session.exec(
        query.where(Payment.order_id == order_id).order_by(col(Dispute.opened_at).desc())
    ).all()
