"""What has happened to an order in the workshop and after."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, false, text
from sqlmodel import Field, SQLModel


class Step(StrEnum):
    """Something that happens to an order at most once."""

    PRODUCTION = "production"
    READY = "ready"
    SHIPPING = "shipping"
    COLLECTION = "collection"
    DELIVERY = "delivery"
    CANCELLATION = "cancellation"


class OrderStep(SQLModel, table=True):
    """One step of one order; its state follows from its steps and payments."""

    __tablename__ = "order_steps"
    __table_args__ = (Index("ix_order_steps_step", "step", "at"),)

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    step: str = Field(primary_key=True, max_length=20)
    at: datetime
    tracking: str = Field(
        default="",
        max_length=80,
        sa_column_kwargs={"server_default": text("''")},
        description="the carrier's number",
    )
    tracking_link: str = Field(default="", max_length=300, sa_column_kwargs={"server_default": text("''")})
    fee: int = Field(
        default=0,
        sa_column_kwargs={"server_default": text("0")},
        description="what we keep of what was paid, since work had begun; of a cancellation",
    )
    by_shopper: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
