"""A code at the checkout: a line of its own before anything is ordered, and what is wrong with it beside its field."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.account.test_cart import orders
from tests.webapp.sales.test_offer import an_offer, used
from tests.webapp.shopping import (
    CHOICES,
    ENTRIES,
    a_colleague,
    a_customer,
    a_shopper,
    checkout,
    database_of,
    hidden,
    number_of,
    the_form,
)
from webapp import clock
from webapp.customers import consent
from webapp.customers.customer import Customer

UNTIL = date(2026, 12, 31)


def with_code(client: FlaskClient, code: str, **entries: str) -> dict[str, str]:
    """The form as it is once the code was looked at."""
    form = the_form(client) | {"code": code} | entries
    page = client.post(f"/checkout/bike?{CHOICES}", data=form | {"recalculate": "1"})
    return ENTRIES | hidden(page) | {"code": code} | entries


@on_both_databases
def test_a_code_takes_something_off_and_is_a_line_of_its_own(shop: Flask, shopper: FlaskClient) -> None:
    an_offer(shop, last_day=UNTIL)
    form = with_code(shopper, " spring ")
    assert form["shown_total"] == str(55000 - 5500 + 2900)
    answer = checkout(shopper, form)
    assert answer.status_code == 303, answer.text
    page = shopper.get(answer.location).text
    steps = dict(re.findall(r'data-price-line="([^"]+)" data-amount="(-?\d+)"', page))
    assert steps["offer:SPRING"] == "-5500"
    assert sum(map(int, steps.values())) == 52400
    assert used(shop) == (1, 1)
    [placed] = orders(shop)
    assert (placed.total, placed.lines[0].total) == (52400, 55000)


def test_a_code_that_was_typed_and_not_looked_at_is_shown_first(shop: Flask, shopper: FlaskClient) -> None:
    an_offer(shop)
    answer = checkout(shopper, the_form(shopper, code="SPRING"))
    assert answer.status_code == 409
    assert 'data-was="57900" data-now="52400"' in answer.text
    assert orders(shop) == []


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        ({}, "WINTER", "We know no such code"),
        ({"first_day": date(2030, 1, 1)}, "SPRING", "This code is good from January 1, 2030 on."),
        ({"last_day": date(2020, 1, 1)}, "SPRING", "This code was good until January 1, 2020."),
        ({"most_uses": 1, "uses": 1}, "SPRING", "This code has been used up."),
        ({"family": "boat"}, "SPRING", "This code is for other things than these."),
        ({"kind": "amount", "value": "100", "currency": "USD"}, "SPRING", "for other things"),
        ({}, "X" * 31, "This is too long"),
    ],
)
def test_what_is_wrong_with_a_code_is_said_beside_its_field(
    shop: Flask, shopper: FlaskClient, fields: dict[str, Any], code: str, sentence: str
) -> None:
    an_offer(shop, **fields)
    form = the_form(shopper, code=code, note="Ring twice")
    answer = checkout(shopper, form)
    assert answer.status_code == 422
    beside = re.search(r'id="code-error">([^<]*)<', answer.text)
    assert beside
    assert sentence in beside[1]
    assert f'value="{code}"' in answer.text
    assert "Ring twice" in answer.text
    assert orders(shop) == []
    form.pop("code")
    assert checkout(shopper, form).status_code == 303


@on_both_databases
def test_a_code_that_ends_between_review_and_order_is_shown_again(shop: Flask, shopper: FlaskClient) -> None:
    an_offer(shop, last_day=clock.today("Europe/Berlin"))
    form = with_code(shopper, "SPRING")
    with time_machine.travel(clock.now() + timedelta(days=1)):
        answer = checkout(shopper, form)
    assert answer.status_code == 422
    assert "This code was good until" in answer.text
    assert 'data-was="52400" data-now="57900"' in answer.text
    assert orders(shop) == []


@on_both_databases
def test_a_code_used_up_by_somebody_else_meanwhile_is_shown_again(shop: Flask, shopper: FlaskClient) -> None:
    an_offer(shop, most_uses=1)
    form = with_code(shopper, "SPRING")
    other = a_shopper(shop)
    assert checkout(other, with_code(other, "SPRING", email="ben@example.com")).status_code == 303
    answer = checkout(shopper, form)
    assert answer.status_code in (409, 422)
    assert "This code has been used up." in answer.text
    assert len(orders(shop)) == 1


def test_one_customer_uses_it_once_whatever_address_they_give(shop: Flask) -> None:
    an_offer(shop)
    anna = a_customer(shop)
    assert checkout(anna, with_code(anna, "SPRING")).status_code == 303
    answer = checkout(anna, the_form(anna, code="SPRING", email="other@example.com"))
    assert "You have used this code already" in answer.text
    assert len(orders(shop)) == 1


@on_both_databases
def test_a_cancelled_order_gives_the_use_back(shop: Flask, shopper: FlaskClient) -> None:
    an_offer(shop, most_uses=1)
    placed = checkout(shopper, with_code(shopper, "SPRING")).location
    desk = a_colleague(shop)
    number = number_of(shopper, placed)
    assert desk.post(f"/staff/orders/{number}/steps/cancellation").status_code == 303
    assert used(shop) == (0, 0)
    assert 'data-price-line="offer:SPRING"' in shopper.get(placed).text


def test_who_tries_one_code_after_the_other_is_asked_to_wait(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper)
    for number in range(31):
        page = shopper.post(
            f"/checkout/bike?{CHOICES}", data=form | {"code": f"GUESS{number}", "recalculate": "1"}
        )
    assert "Too many codes were tried." in page.text
    assert checkout(shopper, form).status_code == 303  # without one


def test_the_tax_within_follows_the_country(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper, country="AT", postcode="1010")
    answer = checkout(shopper, form)
    assert answer.status_code == 303
    [placed] = orders(shop)
    assert placed.total == 57900  # what was shown: the tax is within
    assert [(row.position, row.percent, row.gross, row.tax) for row in placed.taxed] == [
        (0, "20", 2900, 483),
        (1, "20", 55000, 9167),
    ]
    page = shopper.get(answer.location).text
    assert 'data-tax-percent="20" data-tax="9650"' in page


def test_what_is_collected_is_taxed_at_home(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper, country="AT", postcode="1010", method="pickup", shown_total="55000")
    assert checkout(shopper, form).status_code == 303
    assert [row.percent for row in orders(shop)[0].taxed] == ["19"]


def test_a_customer_finds_their_details_filled_in(shop: Flask) -> None:
    anna = a_customer(shop)
    with database_of(shop).writing() as session:
        who = session.exec(select(Customer.id)).one() or 0
        consent.give(session, who, consent.Purpose.PERSONALISATION, language="en", at=clock.now())
    assert 'value="anna@example.com"' in anna.get(f"/checkout/bike?{CHOICES}").text
    assert checkout(anna, the_form(anna, phone="030 12345", country="AT", postcode="1010")).status_code == 303
    page = anna.get(f"/checkout/bike?{CHOICES}").text
    for value in ("Anna Muster", "anna@example.com", "030 12345", "Weg 1", "1010", "Berlin"):
        assert f'value="{value}"' in page
    assert '<option value="AT" selected' in page
    assert "Anna Muster" not in a_shopper(shop).get(f"/checkout/bike?{CHOICES}").text
