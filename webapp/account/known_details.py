"""What we know already of a customer who is at the checkout."""

from typing import Any

from webapp.customers import profile
from webapp.customers.benefit import Benefit
from webapp.database import reading
from webapp.sales import order
from webapp.sales.billing_address import BillingAddress
from webapp.sales.delivery import Delivery
from webapp.sales.order import Order
from webapp.shop.visiting import customer

LATEST = 5  # orders in which to look for an address
ADDRESS = ("street", "extra", "postcode", "city", "country")


def known_details() -> dict[str, Any]:
    """The form's entries of somebody who is signed in: who they are; if they allow it, with the address
    that they told, else as in their latest order.
    """
    who = customer()
    if who is None:
        return {}
    details: dict[str, Any] = {"email": who.email, "name": who.name}
    if not who.has(Benefit.FORMS):
        return details
    orders = order.of(reading(), who.owner, limit=LATEST)
    if orders:
        details |= {"phone": orders[0].phone, "name": who.name or orders[0].name}
    told = profile.address_of(reading(), who.customer_id, in_use=True)
    own = told or next((place for one in orders if (place := _own_address(one)) is not None), None)
    if own is not None:
        details |= {name: getattr(own, name) for name in ADDRESS}
    return details


def _own_address(placed: Order) -> BillingAddress | Delivery | None:
    """Where its buyer lives; the shop where they collected it is not theirs."""
    if placed.billing is not None:
        return placed.billing
    return placed.delivery if placed.delivery.street and not placed.is_at_point else None
