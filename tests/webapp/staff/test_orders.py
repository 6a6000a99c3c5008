"""Staff see every order, take it on step by step, and each act is recorded."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp.customers.staff_act import StaffAct
from webapp.sales.payment import Payment


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def order(shop: Flask) -> str:
    """The private address of a placed order."""
    return a_placed_order(a_shopper(shop))


@pytest.fixture
def number(shop: Flask, order: str) -> str:
    return number_of(a_shopper(shop), order)


@pytest.fixture
def colleague(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


@pytest.mark.parametrize("address", ["/staff/", "/staff/orders", "/staff/orders/1234-5678"])
def test_whoever_is_not_signed_in_is_led_to_the_door(shop: Flask, address: str) -> None:
    answer = a_shopper(shop).get(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/staff/sign-in")


def test_a_stranger_cannot_act(shop: Flask, number: str) -> None:
    stranger = a_shopper(shop)
    for act in ("payments", "steps/production", "steps/cancellation"):
        assert stranger.post(f"/staff/orders/{number}/{act}").status_code == 401


def test_the_list_shows_orders_and_can_be_narrowed(colleague: FlaskClient, number: str) -> None:
    assert number in colleague.get("/staff/orders").text
    assert number in colleague.get("/staff/orders?state=placed&words=muster").text
    for narrowed in ("state=paid", "words=nobody", "before=1", "state=nonsense&words=nobody"):
        assert number not in colleague.get(f"/staff/orders?{narrowed}").text
    for odd in (f"before={'9' * 30}", f"before=-{'9' * 30}", "before=last"):
        assert colleague.get(f"/staff/orders?{odd}").status_code == 200


def test_an_order_shows_its_bill_of_materials_and_every_price_step(
    colleague: FlaskClient, number: str
) -> None:
    page = colleague.get(f"/staff/orders/{number}").text
    assert re.findall(r'data-part="([^"]+)"', page) == ["model.city", "frame.steel", "rack.rear"]
    assert re.findall(r'data-amount="(-?\d+)"', page) == ["50000", "5000", "2900"]
    assert "anna@example.com" in page


def test_nobody_keeps_a_page_of_the_desk(colleague: FlaskClient, number: str) -> None:
    for address in ("/staff/orders", f"/staff/orders/{number}", "/staff/orders/0000-0000"):
        assert colleague.get(address).headers["Cache-Control"] == "private, no-store"


@on_both_databases
def test_each_act_is_recorded_with_who_when_before_and_after(
    shop: Flask, colleague: FlaskClient, number: str, order: str
) -> None:
    assert (
        colleague.post(f"/staff/orders/{number}/payments", data={"note": "statement 12"}).status_code == 303
    )
    assert colleague.post(f"/staff/orders/{number}/steps/production").status_code == 303
    assert colleague.post(f"/staff/orders/{number}/steps/ready").status_code == 303
    assert colleague.post(f"/staff/orders/{number}/steps/shipping").status_code == 303
    with database_of(shop).reading() as session:
        acts = session.exec(select(StaffAct).order_by(StaffAct.id)).all()  # type: ignore[arg-type]
        [payment] = session.exec(select(Payment)).all()
    assert [(act.act, act.before["state"], act.after["state"]) for act in acts] == [
        ("payment", "placed", "paid"),
        ("production", "paid", "production"),
        ("ready", "production", "ready"),
        ("shipping", "ready", "shipped"),
    ]
    assert {(act.staff_name, act.thing, act.thing_id) for act in acts} == {("Vera", "order", number)}
    assert acts[0].note == "statement 12"
    assert payment.amount == 57900
    page = colleague.get(f"/staff/orders/{number}").text
    assert re.findall(r'data-act="(\w+)"', page) == ["shipping", "ready", "production", "payment", "order"]
    assert 'data-state="shipped"' in a_shopper(shop).get(order).text


@on_both_databases
def test_an_act_that_does_not_follow_changes_and_records_nothing(
    shop: Flask, colleague: FlaskClient, number: str
) -> None:
    for act in ("steps/production", "steps/shipping"):
        answer = colleague.post(f"/staff/orders/{number}/{act}")
        assert answer.status_code == 409
        assert "Nothing was changed" in answer.text
    colleague.post(f"/staff/orders/{number}/payments")
    assert colleague.post(f"/staff/orders/{number}/payments").status_code == 409
    with database_of(shop).reading() as session:
        assert len(session.exec(select(StaffAct)).all()) == 1
        assert len(session.exec(select(Payment)).all()) == 1


def test_a_cancelled_order_says_so_to_its_shopper(
    shop: Flask, colleague: FlaskClient, number: str, order: str
) -> None:
    colleague.post(f"/staff/orders/{number}/steps/cancellation")
    page = a_shopper(shop).get(order).text
    assert 'data-state="cancelled"' in page
    assert "This order is cancelled." in page
    assert "IBAN" not in page


def test_unknown_orders_and_steps_are_not_there(colleague: FlaskClient, number: str) -> None:
    assert colleague.get("/staff/orders/0000-0000").status_code == 404
    assert colleague.post("/staff/orders/0000-0000/payments").status_code == 404
    assert colleague.post(f"/staff/orders/{number}/steps/flight").status_code == 404
