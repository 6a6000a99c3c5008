"""What has happened to an order in the workshop and after."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Step(StrEnum):
    """Something that happens to an order at most once."""

    PRODUCTION = "production"
    SHIPPING = "shipping"
    CANCELLATION = "cancellation"


class OrderStep(SQLModel, table=True):
    """One step of one order; its state follows from its steps and payments."""

    __tablename__ = "order_steps"
    __table_args__ = (Index("ix_order_steps_step", "step", "at"),)

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    step: str = Field(primary_key=True, max_length=20)
    at: datetime
