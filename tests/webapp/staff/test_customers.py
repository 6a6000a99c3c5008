"""Any colleague finds a customer and sees on one card what it takes to serve them."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp import clock, search_worker
from webapp.customers import consent, customer, stated_fact
from webapp.customers.consent import Purpose
from webapp.customers.person import Person
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.relations.card.value import Paid, Value
from webapp.sales import erasing, order
from webapp.sales.payment import Payment


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


def card_of(app: Flask, email: str = "anna@example.com") -> str:
    with database_of(app).reading() as session:
        known = customer.by_email(session, email)
        assert known
        return f"/staff/customers/{known.id}"


def paid(app: Flask, number: str, amount: int) -> None:
    with database_of(app).writing() as session:
        placed = order.by_number(session, number)
        assert placed
        placed.payments.append(Payment(amount=amount, currency="EUR", received_at=clock.now()))


def listed(desk: FlaskClient, app: Flask, words: str) -> list[str]:
    search_worker.learn(database_of(app), clock.now())
    page = desk.get("/staff/customers", query_string={"words": words})
    assert page.status_code == 200
    return re.findall(r'data-person="([^"]+)"', page.text)


@on_both_databases
def test_a_customer_is_found_and_the_card_says_what_there_is(shop: Flask) -> None:
    anna, desk = a_customer(shop), a_colleague(shop, roles=[Role.RELATIONSHIP])
    a_saved_build(anna, "For the hills")
    number = number_of(anna, a_placed_order(anna, phone="+49 30 1234567"))
    paid(shop, number, 20000)
    card = card_of(shop)
    assert listed(desk, shop, "Мустер Анна") == [card.rpartition("/")[2]]
    page = desk.get(card)
    assert page.status_code == 200
    for said in (
        "Anna Muster",
        "For the hills",
        number,
        "€200",
        "anna@example.com",
        "may not be called with advice",
    ):
        assert said in page.text, said
    assert "known from three orders on" in page.text
    assert number in desk.get(f"{card}/orders").text
    assert "€200" in desk.get(f"{card}/payments").text
    assert "For the hills" in desk.get(f"{card}/builds").text


def test_a_guest_who_ordered_is_found_by_the_order(shop: Flask) -> None:
    guest, desk = a_shopper(shop), a_colleague(shop)
    number = number_of(guest, a_placed_order(guest))
    assert listed(desk, shop, number) == [number]
    assert listed(desk, shop, "Muster") == [number]
    page = desk.get(f"/staff/customers/guests/{number}")
    assert "ordered without an account" in page.text
    a_customer(shop)  # another device: the order stays the guest's
    assert desk.get(f"/staff/customers/guests/{number}").status_code == 200
    assert desk.get("/staff/customers/guests/1111-1111").status_code == 404


def test_consents_decide_what_a_telephone_is_for(shop: Flask) -> None:
    anna, desk = a_customer(shop), a_colleague(shop)
    a_placed_order(anna, phone="+49 30 1234567")
    assert "may not be called with advice" in desk.get(card_of(shop)).text
    with database_of(shop).writing() as session:
        known = customer.by_email(session, "anna@example.com")
        assert known
        assert known.id
        consent.give(session, known.id, Purpose.CALLS, language="en", at=clock.now())
    page = desk.get(card_of(shop)).text
    assert "also for advice and offers" in page
    assert 'data-consent="calls" data-holds="true"' in page


def test_facts_about_taste_show_only_while_a_profile_is_allowed(shop: Flask) -> None:
    a_customer(shop)
    desk, card = a_colleague(shop), card_of(shop)
    number = int(card.rpartition("/")[2])
    with database_of(shop).writing() as session:
        consent.give(session, number, Purpose.PERSONALISATION, language="en", at=clock.now())
        stated_fact.say(session, number, "contact", ["phone"], at=clock.now())
    assert "What they prefer" in desk.get(card).text
    with database_of(shop).writing() as session:
        consent.withdraw(session, number, Purpose.PERSONALISATION, at=clock.now())
    assert "What they prefer" not in desk.get(card).text


def test_the_time_line_tells_all_channels_and_filters(shop: Flask) -> None:
    anna, desk = a_customer(shop), a_colleague(shop)
    number = number_of(anna, a_placed_order(anna))
    paid(shop, number, 100)
    card = card_of(shop)
    desk.get(card)
    page = desk.get(f"{card}/time-line").text
    assert {"order", "money", "mail", "desk"} <= set(re.findall(r'data-channel="(\w+)"', page))
    only = desk.get(f"{card}/time-line?channel=money").text
    assert set(re.findall(r'data-channel="(\w+)"', only)) == {"money"}
    assert desk.get(f"{card}/time-line?channel=nonsense&before=nonsense").status_code == 200
    before = desk.get(
        f"{card}/time-line", query_string={"before": (clock.now() - timedelta(days=9)).isoformat()}
    )
    assert re.findall(r'data-channel="(\w+)"', before.text) == []


@on_both_databases
def test_the_card_asks_the_database_no_more_often_for_a_good_customer(shop: Flask) -> None:
    anna, ben, desk = a_customer(shop), a_customer(shop, "ben@example.com"), a_colleague(shop)
    for shopper, times in ((ben, 1), (anna, 7)):
        for turn in range(times):
            a_saved_build(shopper, f"Build {turn}")
            number = number_of(shopper, a_placed_order(shopper, email="anna@example.com"))
            paid(shop, number, 100)
            paid(shop, number, 100)
    counted: list[str] = []
    event.listen(database_of(shop).engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    figures = []
    for email in ("ben@example.com", "anna@example.com"):
        desk.get(card_of(shop, email))  # recorded once, and what is lasting is looked up
        counted.clear()
        assert desk.get(card_of(shop, email)).status_code == 200
        figures.append(len(counted))
    assert figures[0] == figures[1]
    assert figures[0] < 56


def test_each_colleague_stands_in_the_record_once_a_day(shop: Flask) -> None:
    a_customer(shop)
    vera, card = a_colleague(shop), card_of(shop)
    for _ in range(3):
        assert vera.get(card).status_code == 200
    with database_of(shop).reading() as session:
        acts = session.exec(select(StaffAct).where(StaffAct.act == "opened-card")).all()
    assert [(one.thing, one.thing_id) for one in acts] == [("customer", card.rpartition("/")[2])]


def test_whoever_is_erased_has_no_card(shop: Flask) -> None:
    anna, desk = a_customer(shop), a_colleague(shop)
    number = number_of(anna, a_placed_order(anna))
    card = card_of(shop)
    with database_of(shop).writing() as session:
        known = customer.by_email(session, "anna@example.com")
        assert known
        erasing.erase(session, Person((known.owner,), known.email), channel="site", at=clock.now())
    assert desk.get(card).status_code == 404
    assert desk.get(f"/staff/customers/guests/{number}").status_code == 404
    assert listed(desk, shop, "Muster") == []


def test_orders_give_a_rhythm_from_three_days_on() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 10), date(2026, 5, 1)]
    value = Value([Paid("EUR", 900, 100)], days, 1, date(2026, 5, 11))
    assert value.pauses == [40, 80]
    assert value.rhythm == 60
    assert value.expected == date(2026, 6, 30)
    assert not value.is_late
    assert value.recency == 10
    assert value.orders == 4
    assert value.paid[0].kept == 800
    assert value._replace(today=date(2026, 7, 1)).is_late
    few = value._replace(days=days[:3])
    assert few.rhythm is None
    assert few.expected is None
    assert Value([], [], 0, date(2026, 1, 1)).recency is None
