"""What I have from my profile: each thing with its switch, and a form that is filled in only where I allow it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.webapp.shop.conftest import elements
from tests.webapp.shopping import (
    CHOICES,
    a_customer,
    a_placed_order,
    a_shopper,
    database_of,
    hidden,
)
from webapp import clock
from webapp.customers import consent, customer
from webapp.customers.benefit import Benefit, off
from webapp.customers.consent import Purpose
from webapp.relations.news import subscriber, subscription
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.topic import Kind, Topic
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step

CHECKOUT = f"/checkout/bike?{CHOICES}"


@pytest.fixture
def anna(shop: Flask) -> FlaskClient:
    return a_customer(shop)


def allow(app: Flask, purpose: Purpose = Purpose.PERSONALISATION) -> None:
    with database_of(app).writing() as session:
        known = customer.by_email(session, "anna@example.com")
        assert known is not None
        edition = consent.wording(purpose).edition
        consent.give(session, known.id or 0, purpose, edition, language="en", at=clock.now())


def switches(client: FlaskClient) -> dict[str, str]:
    page = client.get("/account/settings").text
    return {each["data-switch"]: each["data-standing"] for each in elements(page, "data-switch")}


def press(client: FlaskClient, name: str, **entries: str) -> int:
    page = client.get("/account/settings")
    form = {"csrf_token": hidden(page)["csrf_token"]} | entries
    return client.post(f"/account/benefits/{name}", data=form).status_code


def test_without_a_consent_all_of_it_is_off_and_says_so(anna: FlaskClient) -> None:
    assert switches(anna) == dict.fromkeys(("marks", "home", "forms", "reminders", "care"), "not-allowed")
    page = anna.get("/account/settings").text
    assert "It needs your consent." in page
    assert 'href="/account/consents#personalisation"' in page


def test_each_thing_is_switched_by_itself(shop: Flask, anna: FlaskClient) -> None:
    allow(shop)
    assert set(switches(anna).values()) == {"on", "not-allowed"}
    assert press(anna, "marks") == 303
    assert press(anna, "marks") == 303  # twice is once
    assert press(anna, "forms") == 303
    assert switches(anna) == {
        "marks": "turned-off",
        "home": "on",
        "forms": "turned-off",
        "reminders": "not-allowed",
        "care": "not-allowed",
    }
    assert press(anna, "marks", on="y") == 303
    assert switches(anna)["marks"] == "on"
    assert press(anna, "prices") == 404


def test_reminders_hang_on_the_consent_to_letters_and_on_their_own_switch(
    shop: Flask, anna: FlaskClient
) -> None:
    allow(shop, Purpose.BUILD_LETTERS)
    assert switches(anna)["reminders"] == "on"
    assert press(anna, "reminders") == 303
    assert switches(anna)["reminders"] == "turned-off"
    assert press(anna, "reminders", on="y") == 303
    assert switches(anna)["reminders"] == "on"


def test_care_is_reminded_of_where_it_is_followed_and_the_order_says_which(
    shop: Flask, anna: FlaskClient
) -> None:
    order = a_placed_order(anna)
    assert 'data-benefit="care"' not in anna.get(order).text  # nothing is there yet to be looked after
    with database_of(shop).writing() as session:
        placed = session.exec(select(Order)).one()
        session.add(OrderStep(order_id=placed.id or 0, step=Step.DELIVERY.value, at=clock.now()))
    assert 'data-benefit="care" data-standing="not-allowed"' in anna.get(order).text
    assert 'data-benefit="care"' not in a_shopper(shop).get(order).text
    allow(shop, Purpose.CARE_LETTERS)
    assert switches(anna)["care"] == "not-allowed"  # allowed, and not followed
    with database_of(shop).writing() as session:
        who = customer.by_email(session, "anna@example.com")
        assert who
        mine = subscriber.for_customer(session, who, at=clock.now())
        care, at = Topic(Kind.CARE), clock.now()
        subscription.keep(session, mine.id or 0, care, frequency=Frequency.AT_ONCE, language="en", at=at)
    assert 'data-benefit="care" data-standing="on"' in anna.get(order).text


def test_a_guest_has_no_switches(shop: Flask) -> None:
    guest = a_shopper(shop)
    assert guest.get("/account/settings").status_code == 303
    form = {"csrf_token": hidden(guest.get(CHECKOUT))["csrf_token"]}
    assert guest.post("/account/benefits/marks", data=form).status_code == 401


def test_what_is_not_known_any_more_is_no_switch() -> None:
    assert off("marks telepathy") == {Benefit.MARKS}


@pytest.mark.parametrize(("allowed", "turned_off"), [(False, False), (True, False), (True, True)])
def test_the_checkout_is_filled_in_where_that_is_allowed(
    shop: Flask, anna: FlaskClient, allowed: bool, turned_off: bool
) -> None:
    a_placed_order(anna, street="Lindenweg 7", phone="+49 30 555")
    if allowed:
        allow(shop)
    if turned_off:
        press(anna, "forms")
    page = anna.get(CHECKOUT).text
    assert ("Lindenweg 7" in page) is (allowed and not turned_off)
    assert ("+49 30 555" in page) is (allowed and not turned_off)
    assert "anna@example.com" in page
    (note,) = elements(page, "data-benefit")
    expected = "turned-off" if turned_off else "on" if allowed else "not-allowed"
    assert (note["data-benefit"], note["data-standing"]) == ("forms", expected)


def test_a_guest_finds_no_word_about_it_in_the_checkout(shop: Flask) -> None:
    assert elements(a_shopper(shop).get(CHECKOUT).text, "data-benefit") == []
