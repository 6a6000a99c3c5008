"""Payments: money that came in for an order."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Payment(SQLModel, table=True):
    """One amount received, in minor units."""

    __tablename__ = "payments"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(default=None, foreign_key="orders.id", index=True, ondelete="RESTRICT")
    method: str = Field(default="transfer", max_length=20)
    amount: int
    currency: str = Field(max_length=3)
    received_at: datetime
