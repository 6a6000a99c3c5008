"""The order that a private link opens."""

from flask import abort
from sqlmodel import Session

from webapp import settings
from webapp.sales import order
from webapp.sales.key import Purpose, read
from webapp.sales.order import Order


def opened_order(session: Session, key: str, *, for_update: bool = False) -> Order:
    """The order of a key, else 404. `for_update`: nobody else changes it until the transaction ends."""
    lock = read(Purpose.ORDER, key, settings.current().secret_key)
    return order.by_lock(session, lock, for_update=for_update) or abort(404)
