"""Whom a card is about: a customer with an account, or a guest who has ordered."""

from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from webapp.customers.customer import Customer
from webapp.sales import order
from webapp.sales.order import Order

THING = "customer"  # what the record of the desk calls it


class Subject(NamedTuple):
    """Somebody. `customer_id`: None of a guest, who is known by `order_number`, one of theirs."""

    owner: str
    name: str
    email: str
    phone: str
    language: str
    customer: Customer | None = None
    order_number: str = ""

    @property
    def customer_id(self) -> int | None:
        return self.customer.id if self.customer else None


def of_customer(session: Session, number: int) -> Subject | None:
    """The customer of a number; a name or telephone that only an order has is taken from the latest. Two statements."""
    known = session.get(Customer, number)
    if known is None:
        return None
    latest = _latest_order(session, known.owner)
    return Subject(
        known.owner,
        known.name or (latest.name if latest else ""),
        known.email,
        known.phone or (latest.phone if latest else ""),
        known.language,
        known,
        latest.number if latest else "",
    )


def of_guest(session: Session, order_number: str) -> Subject | None:
    """Whoever placed an order, or their account if they have one by now; nobody where they were forgotten."""
    placed = order.by_number(session, order_number)
    if placed is None or placed.owner is None:
        return None
    known = session.exec(select(Customer).where(Customer.owner == placed.owner)).first()
    if known is not None:
        return of_customer(session, known.id or 0)
    return Subject(
        placed.owner, placed.name, placed.email, placed.phone, placed.language, None, placed.number
    )


def _latest_order(session: Session, owner: str) -> Any:
    """Name, telephone and number of it."""
    latest = select(Order.name, Order.phone, Order.number).where(Order.owner == owner)
    return session.exec(latest.order_by(col(Order.id).desc()).limit(1)).first()
