"""Order lines: a copy of what was sold, down to every name and price step."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from webapp.sales.specification import Specification


class OrderLine(Specification, table=True):
    """One thing of an order. The database refuses to change it."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(default=None, foreign_key="orders.id", ondelete="RESTRICT")
    position: int = 1
    quantity: int = 1
    quote_code: str | None = Field(default=None, max_length=16, description="of the promise it was sold at")
