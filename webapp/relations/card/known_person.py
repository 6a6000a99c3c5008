"""People as lists of the desk name them: customers with an account, and guests by what they ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from webapp.customers.customer import Customer
from webapp.relations.card import value
from webapp.relations.card.value import Paid
from webapp.sales.order import Order

PAGE = 50


class KnownPerson(NamedTuple):
    """Somebody in a list. `customer_id`: None of a guest, whose card is found by `order_number`, the latest."""

    owner: str
    name: str
    email: str
    phone: str
    customer_id: int | None
    order_number: str
    orders: int
    last_ordered: datetime | None
    paid: Sequence[Paid]


def latest(session: Session, *, before: int, limit: int) -> list[Customer]:
    """Accounts, the newest first, from a place in the list on."""
    found = select(Customer).where(col(Customer.id) < before)
    return list(session.exec(found.order_by(col(Customer.id).desc()).limit(limit)))


def named(session: Session, owners: Sequence[str]) -> list[KnownPerson]:
    """The people of these random names, in this order; those who keep and ordered nothing any more are left out.

    Five statements, however many they are.
    """
    accounts = {
        one.owner: one for one in session.exec(select(Customer).where(col(Customer.owner).in_(owners)))
    }
    grouped = (
        select(Order.owner, func.count(col(Order.id)), func.max(Order.placed_at))
        .where(col(Order.owner).in_(owners), ~value.is_cancelled())
        .group_by(col(Order.owner))
    )
    ordered = {owner: (count, at) for owner, count, at in session.exec(grouped)}
    newest = select(func.max(Order.id)).where(col(Order.owner).in_(owners)).group_by(col(Order.owner))
    contacts = select(Order.owner, Order.name, Order.email, Order.phone, Order.number)  # type: ignore[call-overload]
    last = {one.owner: one for one in session.exec(contacts.where(col(Order.id).in_(newest)))}
    paid = value.paid_by(session, owners)
    people = []
    for owner in owners:
        known, order = accounts.get(owner), last.get(owner)
        who = known or order
        if who is None:
            continue
        count, at = ordered.get(owner, (0, None))
        people.append(
            KnownPerson(
                owner,
                who.name or (order.name if order else ""),
                who.email,
                who.phone or (order.phone if order else ""),
                known.id if known else None,
                order.number if order else "",
                count,
                at,
                paid.get(owner, ()),
            )
        )
    return people
