"""Levels to try the shop with: a ladder of two, and customers who never were who have reached them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from catalog.choices import Choices
from catalog.pricing import price
from catalog.terms import NO_TERMS
from webapp.catalogues.published import Published
from webapp.customers import customer
from webapp.customers.customer import Customer
from webapp.database import writing
from webapp.relations.levels import levelling, service_level
from webapp.sales import order
from webapp.sales.delivery import METHOD_BY_CODE, Delivery
from webapp.sales.key import new_code
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_number import new_number
from webapp.sales.payment import Payment
from webapp.sales.specification import specified
from webapp.sales.terms_of_sale import EDITION

LADDER: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "silver",
        {
            "title": {"en": "Silver", "ru": "Серебро"},
            "rank": 1,
            "rule": "orders >= 2 or paid >= 4000",
            "months": 24,
            "percent": "3",
            "free_methods": ["point"],
            "promise_days": 30,
            "comes_first": False,
            "answer_hours": 8,
            "has_manager": False,
            "is_open": True,
        },
    ),
    (
        "gold",
        {
            "title": {"en": "Gold", "ru": "Золото"},
            "rank": 2,
            "rule": "orders >= 4 or (orders >= 3 and paid >= 6000)",
            "months": 24,
            "percent": "5",
            "free_methods": ["carrier", "courier", "point"],
            "promise_days": 60,
            "comes_first": True,
            "answer_hours": 2,
            "has_manager": True,
            "is_open": True,
        },
    ),
)
# Who has ordered how many days ago. The last of them is soon to fall.
REGULARS = (
    ("Vera Lindqvist", "vera@lekalo.example", (610, 380, 190, 40)),
    ("Пётр Саблин", "petr@lekalo.example", (720, 300)),
)


def make_ladder(session: Session, at: datetime) -> bool:
    """Two levels, where there are none yet."""
    if service_level.ladder(session, with_closed=True):
        return False
    for code, said in LADDER:
        service_level.make(session, code, said, by="demo", at=at)
    levelling.note_everybody(session)
    return True


def make_regulars(families: Sequence[Published], at: datetime) -> None:
    """Customers with orders that are paid; those who are there already are left as they are."""
    lines = [_cheapest(sold) for sold in families]  # before anything is written: it takes its time
    with writing() as session:
        _settle(session, lines, at)


def _settle(session: Session, lines: Sequence[dict[str, Any]], at: datetime) -> None:
    for place, (name, email, days) in enumerate(REGULARS):
        if customer.by_email(session, email) is not None:
            continue
        known = customer.proven(
            session, email, language=("en", "ru")[place % 2], at=at - timedelta(days=days[0])
        )
        known.name = name
        for number, ago in enumerate(days):
            _paid(session, OrderLine(**lines[number % len(lines)]), known, at - timedelta(days=ago))


def _cheapest(sold: Published) -> dict[str, Any]:
    configuration = sold.engine.configure(Choices())
    return specified(configuration, price(configuration, NO_TERMS), NO_TERMS, sold.number, sold.sha256)


def _paid(session: Session, line: OrderLine, who: Customer, at: datetime) -> None:
    """An order that was paid a few hours later."""
    method = METHOD_BY_CODE["carrier"]
    delivery = method.price(line.currency) or 0
    ready = (at + timedelta(days=line.lead_days + 3)).date()
    total = line.total + delivery
    order.place(
        session,
        Order(
            number=new_number(),
            code=new_code(),
            token=secrets.token_urlsafe(16),
            owner=who.owner,
            language=who.language,
            name=who.name,
            email=who.email,
            currency=line.currency,
            total=total,
            tax=line.tax,
            tax_percent=line.tax_percent,
            terms_of_sale=EDITION,
            placed_at=at,
            lines=[line],
            payments=[Payment(amount=total, currency=line.currency, received_at=at + timedelta(hours=3))],
            delivery=Delivery(
                method=method.code,
                method_title=dict(method.title.root),
                price=delivery,
                first_day=ready,
                last_day=ready + timedelta(days=4),
            ),
        ),
    )
