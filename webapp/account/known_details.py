"""What we know already of a customer who is at the checkout."""

from typing import Any

from webapp.database import reading
from webapp.sales import order
from webapp.sales.delivery import COUNTRIES
from webapp.shop.visiting import customer

LATEST = 5  # orders in which to look for an address
ADDRESS = ("street", "extra", "postcode", "city", "country")


def known_details() -> dict[str, Any]:
    """The form's entries of somebody who is signed in: as in their latest order; of a guest none."""
    who = customer()
    if who is None:
        return {}
    details: dict[str, Any] = {"email": who.email, "name": who.name}
    orders = order.of(reading(), who.owner, limit=LATEST)
    if orders:
        details |= {"phone": orders[0].phone, "name": who.name or orders[0].name}
    brought = next((one.delivery for one in orders if one.delivery.street), None)
    if brought is not None and brought.country in COUNTRIES:
        details |= {name: getattr(brought, name) for name in ADDRESS}
    return details
