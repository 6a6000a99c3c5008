"""A shopper cancels an order: what goes back is shown first, then it happens once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_shopper,
    database_of,
    hidden,
    number_of,
    publish,
)
from webapp.outbox import OutboxLetter
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def shopper(shop: Flask) -> FlaskClient:
    return a_shopper(shop)


@pytest.fixture
def order(shopper: FlaskClient) -> str:
    return a_placed_order(shopper)


def at_the_desk(shop: Flask, shopper: FlaskClient, order: str, *acts: str) -> FlaskClient:
    colleague = a_colleague(shop)
    for act in acts:
        assert colleague.post(f"/staff/orders/{number_of(shopper, order)}/{act}").status_code == 303
    return colleague


def cancel(shopper: FlaskClient, order: str) -> int:
    page = shopper.get(f"{order}/cancellation")
    return shopper.post(f"{order}/cancellation", data=hidden(page)).status_code


def kept(shop: Flask) -> tuple[str, int, int]:
    """State, fee and what is to go back."""
    with database_of(shop).reading() as session:
        found = session.exec(select(Order)).one()
        return found.state.value, found.fee, found.refund_due


@on_both_databases
def test_before_work_begins_it_is_free(shop: Flask, shopper: FlaskClient, order: str) -> None:
    at_the_desk(shop, shopper, order, "payments")
    assert 'data-refund="57900"' in shopper.get(f"{order}/cancellation").text
    assert cancel(shopper, order) == 303
    assert kept(shop) == ("cancelled", 0, 57900)
    page = shopper.get(order).text
    assert "Next: we send €579.00 back to you." in page
    assert f"{order}/cancellation" not in page


@on_both_databases
def test_afterwards_a_share_of_the_total_is_kept(shop: Flask, shopper: FlaskClient, order: str) -> None:
    at_the_desk(shop, shopper, order, "payments", "steps/production")
    page = shopper.get(f"{order}/cancellation").text
    assert 'data-fee="17370"' in page
    assert 'data-refund="40530"' in page
    assert cancel(shopper, order) == 303
    assert kept(shop) == ("cancelled", 17370, 40530)


def test_what_was_not_shown_is_not_agreed(shop: Flask, shopper: FlaskClient, order: str) -> None:
    page = shopper.get(f"{order}/cancellation")
    at_the_desk(shop, shopper, order, "payments", "steps/production")
    answer = shopper.post(f"{order}/cancellation", data=hidden(page))
    assert answer.status_code == 409
    assert "Nothing has been cancelled yet" in answer.text
    assert 'data-fee="17370"' in answer.text
    assert kept(shop)[0] == "production"


@on_both_databases
def test_pressed_many_times_it_is_cancelled_once(shop: Flask, shopper: FlaskClient, order: str) -> None:
    form = hidden(shopper.get(f"{order}/cancellation"))
    clients = [a_shopper(shop) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda one: one.post(f"{order}/cancellation", data=form).status_code, clients)
        )
    assert answers == [303] * 4
    with database_of(shop).reading() as session:
        [step] = session.exec(select(OrderStep)).all()
        letters = session.exec(
            select(OutboxLetter).where(col(OutboxLetter.subject).contains("cancelled"))
        ).all()
    assert (step.step, step.by_shopper) == ("cancellation", True)
    assert len(letters) == 1


def test_what_has_left_the_workshop_is_not_cancelled(shop: Flask, shopper: FlaskClient, order: str) -> None:
    form = hidden(shopper.get(f"{order}/cancellation"))
    at_the_desk(shop, shopper, order, "payments", "steps/production", "steps/ready", "steps/shipping")
    answer = shopper.post(f"{order}/cancellation", data=form, follow_redirects=True)
    assert "it has left the workshop" in answer.text
    assert kept(shop)[0] == "shipped"


def test_staff_may_waive_the_fee(shop: Flask, shopper: FlaskClient, order: str) -> None:
    colleague = at_the_desk(shop, shopper, order, "payments", "steps/production")
    address = f"/staff/orders/{number_of(shopper, order)}"
    assert colleague.post(f"{address}/steps/cancellation", data={"shown_refund": "57900"}).status_code == 409
    assert colleague.post(f"{address}/steps/cancellation", data={"waived": "y"}).status_code == 303
    assert kept(shop) == ("cancelled", 0, 57900)
    assert 'data-refund-due="57900"' in colleague.get(address).text


def test_a_link_to_follow_a_parcel_is_a_link(shop: Flask, shopper: FlaskClient, order: str) -> None:
    colleague = at_the_desk(shop, shopper, order, "payments", "steps/production", "steps/ready")
    address = f"/staff/orders/{number_of(shopper, order)}/steps/shipping"
    assert colleague.post(address, data={"tracking_link": "javascript:alert(1)"}).status_code == 422
    form = {"tracking": "4711", "tracking_link": "https://carrier.example/4711"}
    assert colleague.post(address, data=form).status_code == 303
    page = shopper.get(order).text
    assert "4711" in page
    assert 'href="https://carrier.example/4711"' in page
