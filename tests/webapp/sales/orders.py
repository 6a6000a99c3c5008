"""Orders without a checkout, for tests of what surrounds them."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from webapp import clock
from webapp.sales import order
from webapp.sales.delivery import METHOD_BY_CODE, Delivery, Window
from webapp.sales.key import new_code
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_number import new_number

SOME_DAY = Window(date(2027, 1, 11), date(2027, 1, 15))


def a_line(position: int = 1, total: int = 10000, quantity: int = 1, percent: str = "19") -> OrderLine:
    """A stool, whatever it costs."""
    return OrderLine(
        position=position,
        quantity=quantity,
        family="stool",
        family_title={"en": "Stool", "ru": "Табурет"},
        version=1,
        version_sha256="0" * 64,
        choices=["model.low"],
        parts=[],
        price_lines=[{"code": "model.low", "label": {"en": "Low", "ru": "Низкий"}, "amount": total}],
        terms=[],
        currency="EUR",
        tax_percent=percent,
        total=total,
        tax=0,
        lead_days=5,
    )


def an_order(
    session: Session,
    *lines: OrderLine,
    method: str = "carrier",
    window: Window = SOME_DAY,
    at: datetime | None = None,
    **more: Any,
) -> Order:
    """An order just placed in this transaction, with its delivery."""
    how = METHOD_BY_CODE[method]
    price = how.price("EUR") or 0
    sold = list(lines) or [a_line()]
    total = sum(line.amount for line in sold) + price
    given: dict[str, Any] = {
        "number": new_number(),
        "code": new_code(),
        "token": secrets.token_urlsafe(16),
        "owner": "o" * 22,
        "language": "en",
        "name": "Anna Muster",
        "email": "anna@example.com",
        "currency": "EUR",
        "total": total,
        "tax": 0,
        "tax_percent": "19",
        "terms_of_sale": "2026-11",
        "placed_at": at or clock.now(),
        "lines": sold,
        "delivery": Delivery(
            method=how.code,
            method_title=dict(how.title.root),
            price=price,
            street="Weg 1",
            postcode="10999",
            city="Berlin",
            country="DE",
            first_day=window.first,
            last_day=window.last,
        ),
    }
    return order.place(session, Order(**(given | more)))
