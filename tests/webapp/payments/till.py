"""What tests of payment share: orders that wait to be paid, and what is known about them."""

import secrets
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.stripe_stand_in.api import StandIn
from tests.webapp.shopping import a_placed_order, a_shopper, database_of, number_of
from webapp import clock
from webapp.outbox import OutboxLetter
from webapp.sales import order as orders
from webapp.sales import payment_intent, stripe_event
from webapp.sales.balance import Balance, deposit_of
from webapp.sales.dispute import Dispute
from webapp.sales.order import Order
from webapp.sales.order_state import State
from webapp.sales.payment_intent import PaymentIntent
from webapp.sales.refund import Refund

KEY, SECRET = "sk_test_of_the_tests", "whsec_of_the_tests"
CARD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
DEBIT, BOUNCING_DEBIT = "AT61 1904 3002 3457 3201", "AT86 1904 3002 3547 3202"
TOTAL = 55000 + 2900


class Bought(NamedTuple):
    """An order, as its shopper has it."""

    shop: Flask
    shopper: FlaskClient
    address: str
    number: str

    def pay(self, purpose: str = "") -> str:
        """Presses the button; the name of the page that it leads to, or where else it leads."""
        answer = self.shopper.post(f"{self.address}/payments", data={"purpose": purpose})
        assert answer.status_code == 303, answer.text
        return answer.location.rpartition("/")[2]


class Known(NamedTuple):
    """All that the database says about the money of an order."""

    state: State
    balance: Balance
    intents: list[str]
    refunds: list[tuple[int, str]]
    disputes: list[str]
    odd: int
    letters: int


def buy(shop: Flask) -> Bought:
    """An order just placed, its shopper not yet on the way to pay."""
    shopper = a_shopper(shop)
    address = a_placed_order(shopper)
    if address.startswith("http"):  # on to the page where it is paid
        number = stripe_order(shop)
        address = shopper.get("/orders").text.partition('href="/orders/')[2].partition('"')[0]
        return Bought(shop, shopper, f"/orders/{address}", number)
    return Bought(shop, shopper, address, number_of(shopper, address))


def stripe_order(shop: Flask) -> str:
    with database_of(shop).reading() as session:
        return session.exec(select(Order.number).order_by(Order.id.desc())).first() or ""  # type: ignore[union-attr]


def known(shop: Flask, number: str) -> Known:
    with database_of(shop).reading() as session:
        order = orders.by_number(session, number)
        assert order is not None
        paid = [payment.id for payment in order.payments]
        letters = session.exec(select(OutboxLetter).where(OutboxLetter.subject.contains(number))).all()  # type: ignore[attr-defined]
        return Known(
            order.state,
            order.balance,
            [intent.state for intent in payment_intent.of(session, order.id or 0)],
            sorted(
                (one.amount, one.state)
                for one in session.exec(select(Refund)).all()
                if one.payment_id in paid
            ),
            sorted(one.status for one in session.exec(select(Dispute)).all() if one.payment_id in paid),
            len(stripe_event.odd(session, order.id or 0)),
            len(letters) - 1,
        )


def a_bare_order(shop: Flask, like: str, deposit_percent: int = 0) -> str:
    """Another order of the same things; its number. Quicker than buying it."""
    with database_of(shop).writing() as session:
        order = orders.by_number(session, like)
        assert order is not None
        number = f"{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
        copy = {
            name: getattr(order, name)
            for name in (
                "language",
                "name",
                "email",
                "currency",
                "total",
                "tax",
                "tax_percent",
                "terms_of_sale",
            )
        }
        session.add(
            Order(
                number=number,
                code=secrets.token_urlsafe(9),
                token=secrets.token_urlsafe(16),
                deposit=deposit_of(order.total, deposit_percent),
                placed_at=clock.now(),
                **copy,
            )
        )
    return number


def intent_of(shop: Flask, number: str) -> PaymentIntent:
    """The latest intent of an order."""
    with database_of(shop).reading() as session:
        order = orders.by_number(session, number)
        assert order is not None
        return payment_intent.of(session, order.id or 0)[-1]


def post_without_hesitation(stripe: StandIn) -> None:
    """Every event, at once, in its order."""
    assert set(stripe.post.release()) <= {200}
