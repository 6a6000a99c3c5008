"""The tax within an order, line by line, at the rates that applied when it was placed."""

from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from webapp.sales.tax import DELIVERY, TaxedShare


class OrderTax(SQLModel, table=True):
    """A line's amount, or a part of the delivery's, and the tax within. The database refuses to change it."""

    __tablename__ = "order_taxes"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    position: int = Field(
        primary_key=True,
        description="of the order's line; 0 and less is the delivery, -1 of the second revision",
    )
    percent: str = Field(primary_key=True, max_length=12)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    gross: int = Field(description="what is paid for it, tax included, in minor units")
    tax: int

    @property
    def share(self) -> TaxedShare:
        return TaxedShare(max(DELIVERY, self.position), Decimal(self.percent), self.gross, self.tax)

    @classmethod
    def of(cls, share: TaxedShare, revision: int = 1) -> "OrderTax":
        position = share.position if share.position != DELIVERY else DELIVERY - (revision - 1)
        return cls(
            position=position, revision=revision, percent=str(share.percent), gross=share.gross, tax=share.tax
        )
