"""Order lines: a copy of what was sold, down to every name and price step."""

from collections.abc import Sequence

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field

from catalog.configuration import PriceLine
from catalog.model import Texts
from webapp.sales.specification import Specification


class OrderLine(Specification, table=True):
    """One thing of an order, in so many pieces; prices are those of one. The database refuses to change it."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(default=None, foreign_key="orders.id", ondelete="RESTRICT")
    position: int = Field(default=1, description="counted on through all revisions")
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    quantity: int = 1
    quote_code: str | None = Field(default=None, max_length=16, description="of the promise it was sold at")

    @property
    def amount(self) -> int:
        """What all its pieces cost, before anything comes off."""
        return self.total * self.quantity

    @property
    def label(self) -> Texts:
        """What it is in a few words: family, base model, and how many."""
        many = f" × {self.quantity}" if self.quantity > 1 else ""
        model = self.listed[0].title if self.parts else Texts({})
        return Texts(
            {
                language: ", ".join(filter(None, (title, model.in_(language)))) + many
                for language, title in self.title.root.items()
            }
        )


def price_lines(lines: Sequence[OrderLine]) -> list[PriceLine]:
    """How the price of the goods comes about: by steps where there is one piece, else by lines."""
    if [line.quantity for line in lines] == [1]:
        return lines[0].priced
    return [PriceLine(f"line:{line.position}", line.label, line.amount) for line in lines]
