"""What terms took off the lines of an order, kept as it was agreed."""

from decimal import Decimal

from sqlalchemy import JSON, text
from sqlmodel import Field, SQLModel

from catalog.model import Texts
from catalog.terms import Term
from webapp.sales.reckoning import Reduction


class OrderReduction(SQLModel, table=True):
    """One term on one line: what it says, and what it took off there. The database refuses to change it."""

    __tablename__ = "order_reductions"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    position: int = Field(primary_key=True, description="of the order's line")
    code: str = Field(primary_key=True, max_length=60)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    label: dict[str, str] = Field(sa_type=JSON)
    kind: str = Field(max_length=10)
    value: str = Field(max_length=20)
    amount: int = Field(description="taken off the line, in minor units")

    @property
    def reduction(self) -> Reduction:
        term = Term(self.code, Texts(self.label), self.kind, Decimal(self.value))  # type: ignore[arg-type]
        return Reduction(self.position, term, self.amount)

    @classmethod
    def of(cls, reduction: Reduction, revision: int = 1) -> "OrderReduction":
        term = reduction.term
        return cls(
            position=reduction.position,
            revision=revision,
            code=term.code,
            label=dict(term.label.root),
            kind=term.kind,
            value=str(term.value),
            amount=reduction.amount,
        )
