"""Who keeps ordering gets more: the price line, free delivery, the longer promise, and the reason beside all of it."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import on_both_databases
from tests.webapp.relations.regulars import a_ladder, a_paid_order, change, events, follow, letters, level
from tests.webapp.sales.test_offer import an_offer
from tests.webapp.shopping import (
    CHOICES,
    a_colleague,
    a_customer,
    a_saved_build,
    checkout,
    database_of,
    hidden,
    number_of,
    the_form,
)
from webapp import clock
from webapp.customers import customer
from webapp.relations.levels.privilege import NONE
from webapp.relations.segments import segment_rule
from webapp.relations.segments.membership import Membership

CITY = "/configure/bike?" + CHOICES


@pytest.fixture
def anna(shop: Flask) -> FlaskClient:
    a_ladder(shop)
    return a_customer(shop)


def figures(page: str) -> dict[str, int]:
    return {
        code: int(amount)
        for code, amount in re.findall(r'data-price-line="([^"]+)" data-amount="(-?\d+)"', page)
    }


def total(page: str) -> int:
    found = re.search(r'data-total="(\d+)"', page)
    assert found
    return int(found[1])


@on_both_databases
def test_a_paid_order_reaches_a_level_and_money_that_goes_back_takes_it_away(
    shop: Flask, anna: FlaskClient
) -> None:
    order = a_paid_order(shop, anna)
    assert level(shop) == "silver"
    assert events(shop) == [("reached", "silver")]
    assert not any("Silver" in subject for subject in letters(shop))  # what is given shows by itself
    page = anna.get("/account/level").text
    number = number_of(anna, order)
    assert f'data-order="{number}" data-counts="true" data-paid="57900"' in page
    assert 'data-orders="1" data-paid="57900"' in page
    assert 'data-next="gold"' in page
    assert "1 more order" in page

    again = a_paid_order(shop, anna)
    assert level(shop) == "gold"
    cancelled = anna.get(f"{again}/cancellation")
    assert "Without it “Gold” ends at once and you have “Silver”" in cancelled.text  # before it happens
    assert anna.post(f"{again}/cancellation", data=hidden(cancelled)).status_code == 303
    follow(shop)
    assert level(shop) == "silver"
    assert events(shop)[1:] == [("reached", "gold"), ("fell", "silver")]
    assert letters(shop)[-1] == "Your level “Gold” has ended"
    follow(shop)
    assert len(events(shop)) == 3  # nothing is said twice


def test_what_is_only_ordered_counts_for_nothing(shop: Flask, anna: FlaskClient) -> None:
    assert checkout(anna, the_form(anna)).status_code == 303
    follow(shop)
    assert level(shop) == ""
    assert "not paid yet" in anna.get("/account/level").text


@on_both_databases
def test_the_level_takes_its_share_off_as_a_line_of_its_own(shop: Flask, anna: FlaskClient) -> None:
    stranger = a_customer(shop, "ben@example.com")
    before = anna.get(CITY).text
    assert total(before) == total(stranger.get(CITY).text) == 55000
    a_paid_order(shop, anna)
    page = anna.get(CITY).text
    lines = figures(page)
    assert lines["level:silver"] == -5500
    assert sum(lines.values()) == total(page) == 49500
    assert total(stranger.get(CITY).text) == 55000  # nobody else pays another price
    # Differences are those after it.
    state = anna.get(CITY, headers={"Accept": "application/json"}).get_json()
    deltas = {each["code"]: each["delta"] for group in state["groups"] for each in group["options"]}
    assert deltas["gravel"] == 36000

    form = the_form(anna)
    assert form["shown_total"] == "49500"  # and the carrier comes for nothing
    placed = checkout(anna, form)
    assert placed.status_code == 303
    steps = figures(anna.get(placed.location).text)
    assert steps["level:silver"] == -5500
    assert steps["delivery:carrier"] == 0
    assert sum(steps.values()) == 49500
    assert 'data-price-line="level:silver"' not in stranger.get(CITY).text


def test_of_a_code_and_the_level_the_larger_counts(shop: Flask, anna: FlaskClient) -> None:
    a_paid_order(shop, anna)  # ten per cent
    an_offer(shop, code="SPRING", value="10")
    an_offer(shop, code="SUMMER", value="30")
    less = anna.post(
        f"/checkout/bike?{CHOICES}", data=the_form(anna) | {"code": "SPRING", "recalculate": "1"}
    )
    assert "Your level takes off at least as much" in less.text
    assert hidden(less)["shown_total"] == "49500"
    more = anna.post(
        f"/checkout/bike?{CHOICES}", data=the_form(anna) | {"code": "SUMMER", "recalculate": "1"}
    )
    assert hidden(more)["shown_total"] == str(55000 - 16500)
    assert "level:silver" not in figures(more.text)


def test_the_cart_and_a_saved_build_say_what_the_level_makes_of_them(shop: Flask, anna: FlaskClient) -> None:
    build = a_saved_build(anna)
    a_paid_order(shop, anna)
    assert 'data-level-total="49500"' in anna.get(build).text
    until = clock.today("Europe/Berlin") + timedelta(days=60)
    page = anna.get(build).text
    assert f"until {until:%B} {until.day}, {until.year}" in page  # the promise is the longer one
    way = re.search(r'action="([^"]+/cart-lines)"', page)
    assert way
    assert anna.post(way[1], data={"token": "a-token-of-the-form"}).status_code == 303
    cart = anna.get("/cart").text
    assert 'data-line="level:silver" data-amount="-5500"' in cart
    assert total(cart) == 49500


def test_time_takes_a_level_away_only_on_the_day_that_was_announced(shop: Flask, anna: FlaskClient) -> None:
    with time_machine.travel("2026-11-23 10:00", tick=False):
        a_paid_order(shop, anna)
    falls = date(2028, 11, 23)
    with time_machine.travel("2028-10-23 10:00", tick=False):
        follow(shop)
        assert events(shop) == [("reached", "silver")]
    with time_machine.travel("2028-10-24 10:00", tick=False):
        follow(shop)
        follow(shop)
        assert events(shop) == [("reached", "silver"), ("announced", "")]
        assert letters(shop)[-1] == "Your level “Silver” ends on November 23, 2028"
        again = a_customer(shop)
        page = again.get("/account/level").text
        assert f'data-falls-on="{falls}"' in page
        assert "1 more order" in page
    with time_machine.travel("2028-11-22 22:00", tick=False):
        follow(shop)
        assert level(shop) == "silver"
    with time_machine.travel("2028-11-23 10:00", tick=False):
        follow(shop)
        assert level(shop) == ""
        assert events(shop)[-1] == ("fell", "")


@on_both_databases
def test_a_harder_rule_takes_nothing_without_notice(shop: Flask, anna: FlaskClient) -> None:
    a_paid_order(shop, anna)
    change(shop, "silver", rule="orders >= 9")
    follow(shop)
    assert level(shop) == "silver"
    assert events(shop)[-1] == ("announced", "")
    change(shop, "silver", rule="orders >= 1")
    follow(shop)
    assert events(shop)[-1] == ("kept", "silver")
    follow(shop, clock.now() + timedelta(days=40))
    assert level(shop) == "silver"


def test_a_level_is_a_fact_about_a_customer(shop: Flask, anna: FlaskClient) -> None:
    a_customer(shop, "ben@example.com")
    a_paid_order(shop, anna)
    with database_of(shop).reading() as session:
        words = segment_rule.lexicon(session, ("ru", "en"))
        assert words.levels == ("silver", "gold")

        def found(rule: str) -> list[str]:
            condition = segment_rule.read(rule, words)
            members = Membership(session, words, condition, clock.now()).members(limit=9)
            return [each.email for each in members]

        assert found("level is silver") == ["anna@example.com"]
        assert found("not (level is silver)") == ["ben@example.com"]
        assert found("level is gold") == []


def test_the_ladder_is_public_and_empty_where_there_is_none(shop: Flask, shopper: FlaskClient) -> None:
    assert "There are no levels at the moment" in shopper.get("/levels").text
    assert not NONE
    a_ladder(shop)
    page = shopper.get("/levels").text
    assert 'data-level="silver"' in page
    assert "within 24 months" in page
    assert shopper.get("/account/level").status_code == 303


def test_colleagues_read_the_same_on_the_card(shop: Flask, anna: FlaskClient) -> None:
    a_paid_order(shop, anna)
    with database_of(shop).reading() as session:
        known = customer.by_email(session, "anna@example.com")
        assert known
        number = known.id
    card = a_colleague(shop).get(f"/staff/customers/{number}").text
    assert 'data-level="silver"' in card
