"""Payments: money that came in for an order."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Relationship, Session, SQLModel, select

from webapp.sales.refund import Reason, Refund, RefundState

OFFLINE = "offline"


class Payment(SQLModel, table=True):
    """One amount received, in minor units; the provider's reference keeps it from being taken down twice."""

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_provider_reference", "provider", "reference", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(default=None, foreign_key="orders.id", index=True, ondelete="RESTRICT")
    method: str = Field(default="transfer", max_length=20)
    provider: str = Field(default=OFFLINE, max_length=20, sa_column_kwargs={"server_default": OFFLINE})
    reference: str | None = Field(default=None, max_length=120)
    amount: int
    currency: str = Field(max_length=3)
    received_at: datetime

    refunds: list[Refund] = Relationship(sa_relationship_kwargs={"order_by": "Refund.id", "lazy": "selectin"})

    @property
    def sent_back(self) -> int:
        """What has gone back of it, or is about to."""
        return sum(refund.amount for refund in self.refunds if refund.counts)

    @property
    def returned(self) -> int:
        """What has gone back of it because it was too much."""
        return sum(
            refund.amount for refund in self.refunds if refund.counts and refund.reason == Reason.OVERPAID
        )

    @property
    def arrived_back(self) -> int:
        """What has gone back of it for certain."""
        return sum(refund.amount for refund in self.refunds if refund.state == RefundState.SUCCEEDED)

    @property
    def refundable(self) -> int:
        return self.amount - self.sent_back


def by_reference(session: Session, provider: str, reference: str) -> Payment | None:
    query = select(Payment).where(Payment.provider == provider, Payment.reference == reference)
    return session.exec(query).first()
