"""Billing addresses: where the invoice of an order goes that is not brought to its buyer.

An invoice names its buyer with an address (§ 14 (4) no. 1 UStG), unless it comes to 250 € at most, tax included
(§ 33 UStDV). So whoever collects something dearer is asked for one, and nobody else.
"""

from typing import TYPE_CHECKING

from sqlmodel import Field, SQLModel

from webapp.sales.delivery import DeliveryMethod

if TYPE_CHECKING:
    from webapp.sales.order import Order

SMALL_AMOUNTS = {"EUR": 25000}  # up to which no address is needed; the law knows no other currency


class BillingAddress(SQLModel, table=True):
    """The buyer's own address, where nothing is brought to it."""

    __tablename__ = "billing_addresses"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    street: str = Field(max_length=120)
    extra: str = Field(default="", max_length=120)
    postcode: str = Field(default="", max_length=12)
    city: str = Field(max_length=80)
    country: str = Field(max_length=2)


def is_needed(method: DeliveryMethod, total: int, currency: str) -> bool:
    """Whether an order of a total (tax included) that is handed over in a way needs one."""
    return not method.to_address and total > SMALL_AMOUNTS.get(currency, 0)


def lines(order: "Order") -> list[str]:
    """The buyer's address, line by line, the country's code last; none where they told us none."""
    brought = order.delivery.street and not order.is_at_point
    place = order.billing or (order.delivery if brought else None)
    if place is None:
        return []
    town = f"{place.postcode} {place.city}".strip()
    return [each for each in (place.street, place.extra, town, place.country) if each]
