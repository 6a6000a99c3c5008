"""Everything is shown, confirmed once, and ordered exactly once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import func, select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    CHOICES,
    ENTRIES,
    a_bicycle,
    a_customer,
    a_placed_order,
    a_shopper,
    checkout,
    database_of,
    number_of,
    publish,
    the_form,
)
from webapp import clock
from webapp.customers import consent
from webapp.customers.customer import Customer
from webapp.customers.touchpoint import Touchpoint
from webapp.outbox import OutboxLetter
from webapp.sales.invoice import Invoice
from webapp.sales.order import Order
from webapp.sales.recomputation import Recomputation


def orders_in(shop: Flask) -> int:
    with database_of(shop).reading() as session:
        return session.exec(select(func.count()).select_from(Order)).one()


def letters_in(shop: Flask) -> list[OutboxLetter]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(OutboxLetter)).all())


def test_the_review_marks_what_we_filled_in_and_names_every_step_of_the_price(shopper: FlaskClient) -> None:
    page = shopper.get("/checkout/bike?model=city").text
    assert re.findall(r'data-option="(\w+)" data-origin="(\w+)"', page) == [
        ("city", "mine"),
        ("steel", "assumed"),
    ]
    assert re.search(r"Left out.*Rack", page)
    steps = [int(amount) for amount in re.findall(r'data-amount="(-?\d+)"', page)]
    assert steps == [50000, 2900]
    assert f'data-total="{sum(steps)}"' in page


def test_the_order_form_carries_my_choices_alone(shopper: FlaskClient) -> None:
    assert (
        'action="/checkout/bike?model=city"' in shopper.get("/checkout/bike?model=city&pick=model.city").text
    )


@on_both_databases
def test_an_order_is_placed_and_its_letter_leaves_with_it(shop: Flask, shopper: FlaskClient) -> None:
    address = a_placed_order(shopper)
    page = shopper.get(address)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "€579.00" in page.text
    assert orders_in(shop) == 1
    [letter] = letters_in(shop)
    number = number_of(shopper, address)
    assert letter.recipient == "anna@example.com"
    assert letter.subject == f"Your order {number}"
    for text in (letter.text, letter.html):
        assert number in text
        assert "Rear rack" in text
        assert "€579.00" in text
        assert "IBAN" in text
        assert address in text
    with database_of(shop).reading() as session:
        assert session.exec(select(Touchpoint).where(Touchpoint.kind == "order")).one().family == "bike"


def test_the_letter_speaks_the_shoppers_language(shop: Flask) -> None:
    shopper = a_shopper(shop, "ru")
    a_placed_order(shopper)
    [letter] = letters_in(shop)
    assert letter.language == "ru"
    assert letter.subject.startswith("Ваш заказ ")
    assert "Багажник: Задний багажник" in letter.text
    assert "579,00\N{NO-BREAK SPACE}€" in letter.text
    assert '<html lang="ru">' in letter.html


@on_both_databases
def test_sixteen_parallel_clicks_place_one_order(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper)
    cookie = shopper.get_cookie("visitor")

    def press(_number: int) -> str:
        hand = a_shopper(shop)
        if cookie:
            hand.set_cookie("visitor", cookie.value)
        answer = checkout(hand, form)
        assert answer.status_code == 303, answer.text
        return answer.location

    with ThreadPoolExecutor(16) as hands:
        addresses = set(hands.map(press, range(16)))
    assert len(addresses) == 1
    assert orders_in(shop) == 1
    assert len(letters_in(shop)) == 1


def test_a_form_sent_again_shows_the_order_it_placed(shopper: FlaskClient) -> None:
    form = the_form(shopper)
    first, second = checkout(shopper, form), checkout(shopper, form)
    assert first.location == second.location
    assert "Nothing was ordered twice" in shopper.get(second.location).text


@on_both_databases
def test_a_price_that_rose_is_shown_again_before_anything_is_ordered(
    shop: Flask, shopper: FlaskClient
) -> None:
    form = the_form(shopper)
    publish(shop, a_bicycle(city="530.00"))
    answer = checkout(shopper, form)
    assert answer.status_code == 409
    assert 'data-was="57900" data-now="60900"' in answer.text
    assert "€500.00 → €530.00" in answer.text
    assert orders_in(shop) == 0
    again = dict(re.findall(r'name="(token|shown_version|shown_total)" value="([^"]*)"', answer.text))
    assert again["token"] == form["token"]
    assert checkout(shopper, ENTRIES | again).status_code == 303
    assert orders_in(shop) == 1


def test_a_new_version_at_the_same_price_is_shown_again_too(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper)
    publish(shop, a_bicycle(without="rack.front"))
    answer = checkout(shopper, form)
    assert answer.status_code == 409
    assert "the price is still €579.00" in answer.text
    assert orders_in(shop) == 0


@pytest.mark.parametrize(
    "shown", [{"shown_total": "1"}, {"shown_total": ""}, {"shown_version": "7"}, {"shown_total": "x"}]
)
def test_a_total_that_was_never_shown_orders_nothing(
    shop: Flask, shopper: FlaskClient, shown: dict[str, str]
) -> None:
    assert checkout(shopper, the_form(shopper) | shown).status_code in (409, 422)
    assert orders_in(shop) == 0


def test_another_delivery_than_the_page_showed_is_shown_again(shop: Flask, shopper: FlaskClient) -> None:
    answer = checkout(shopper, the_form(shopper) | {"method": "express"})
    assert answer.status_code == 409
    assert 'data-was="57900" data-now="61900"' in answer.text
    assert orders_in(shop) == 0


def test_the_price_follows_the_delivery_without_leaving_the_page(shopper: FlaskClient) -> None:
    form = the_form(shopper) | {"method": "pickup", "recalculate": "1"}
    fragment = shopper.post(f"/checkout/bike?{CHOICES}", data=form, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<div id="checkout-summary"')
    assert 'name="shown_total" value="55000"' in fragment.text
    page = shopper.post(f"/checkout/bike?{CHOICES}", data=form)
    assert 'value="Anna Muster"' in page.text


@pytest.mark.parametrize(
    ("entry", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("email", "anna", "An address looks like"),
        ("email", "anna@example.com\nBcc: x@y.zz", "An address looks like"),
        ("phone", "call me", "A number has digits only"),
        ("street", "", "Please fill this in."),
        ("postcode", "123", "A postcode there looks like 10999."),
        ("postcode", "١٠٩٩٩", "A postcode there looks like 10999."),
        ("country", "XX", "Not a valid choice"),
        ("method", "pigeon", "Not a valid choice"),
        ("confirm", "", "say that it is right"),
        ("accept", "", "We need your agreement"),
        ("token", "short", "This page has grown old"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    shop: Flask, shopper: FlaskClient, entry: str, value: str, sentence: str
) -> None:
    choices = "model=city"
    answer = checkout(shopper, the_form(shopper, choices) | {"note": "Ring twice", entry: value}, choices)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Ring twice" in answer.text
    assert orders_in(shop) == 0


NOWHERE = {"method": "pickup", "street": "", "postcode": "", "city": ""}


def test_whoever_collects_something_cheap_needs_no_address(shop: Flask, shopper: FlaskClient) -> None:
    publish(
        shop, a_bicycle(city="200.00")
    )  # with its rack 250.00: the most that an invoice without one may come to
    form = the_form(shopper) | NOWHERE | {"shown_total": "25000"}
    assert checkout(shopper, form).status_code == 303
    with database_of(shop).reading() as session:
        placed = session.exec(select(Order)).one()
        assert placed.billing is None
        assert session.exec(select(Invoice)).one().buyer == ["Anna Muster", "anna@example.com"]


@pytest.mark.parametrize(
    ("method", "total"),
    [("pickup", 55000), ("fitting", 55000), ("point", 56500)],
    ids=lambda value: str(value),
)
def test_a_dearer_invoice_names_the_address_of_whoever_collects(
    shop: Flask, shopper: FlaskClient, method: str, total: int
) -> None:
    ways = {"method": method, "point": "hamburg", "shown_total": str(total)}
    answer = checkout(shopper, the_form(shopper) | NOWHERE | ways)
    assert answer.status_code == 422
    assert (
        answer.text.count("Please fill this in.") == 6
    )  # street, postcode and town, each beside it and above
    assert "data-bills" in answer.text
    home = {"street": "1 High Street", "postcode": "SW1A 1AA", "city": "London", "country": "GB"}
    assert checkout(shopper, the_form(shopper) | home | ways).status_code == 303
    with database_of(shop).reading() as session:
        placed = session.exec(select(Order)).one()
        assert session.exec(select(Invoice)).one().buyer == [
            "Anna Muster",
            "1 High Street",
            "SW1A 1AA London",
            "GB",
        ]
        assert placed.delivery.country != "GB"
        assert {rate.percent for rate in placed.taxes} == {19}  # taxed where it is handed over


@pytest.mark.parametrize(("tax_class", "rate"), [(None, 20), ("standard", 20), ("reduced", 10)])
def test_abroad_an_order_is_taxed_by_the_class_that_its_family_says(
    shop: Flask, shopper: FlaskClient, tax_class: str | None, rate: int
) -> None:
    publish(shop, a_bicycle().model_copy(update={"tax_class": tax_class}))
    page = a_placed_order(shopper, country="AT", postcode="1010", city="Wien")
    assert f"{rate} %" in shopper.get(page).text.replace("\N{NO-BREAK SPACE}", " ")
    with database_of(shop).reading() as session:
        placed = session.exec(select(Order)).one()
        assert [(each.percent, each.gross) for each in placed.taxes] == [(rate, 57900)]
        assert list(Recomputation(session).differences()) == []


def test_the_carrier_goes_no_further_than_it_did(shop: Flask, shopper: FlaskClient) -> None:
    answer = checkout(shopper, the_form(shopper, country="GB", postcode="SW1A 1AA"))
    assert answer.status_code == 422
    assert "This delivery does not go there" in answer.text
    assert orders_in(shop) == 0


def test_the_address_of_a_shop_is_not_offered_as_ones_own(shop: Flask) -> None:
    anna = a_customer(shop)
    with database_of(shop).writing() as session:
        who = session.exec(select(Customer.id)).one() or 0
        consent.give(session, who, consent.Purpose.PERSONALISATION, language="en", at=clock.now())
    ways = {"method": "point", "point": "hamburg", "shown_total": "56500", "street": "Weg 7"}
    assert checkout(anna, the_form(anna) | ways).status_code == 303
    assert 'value="Weg 7"' in anna.get("/checkout/bike?model=city").text


@pytest.mark.parametrize("choices", ["frame=carbon&rack=rear", "model=city&wings=two", "model=flying"])
def test_what_cannot_be_made_cannot_be_ordered(shop: Flask, shopper: FlaskClient, choices: str) -> None:
    answer = checkout(shopper, the_form(shopper), choices)
    assert answer.status_code == 409
    assert "/configure/bike" in answer.text
    assert orders_in(shop) == 0


def test_an_unknown_family_is_not_there(shopper: FlaskClient) -> None:
    assert shopper.get("/checkout/boat").status_code == 404
    assert shopper.post("/checkout/boat", data=ENTRIES).status_code == 404


def test_a_form_from_elsewhere_is_refused(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper)
    shop.config["WTF_CSRF_ENABLED"] = True
    form.pop("csrf_token", None)
    assert checkout(shopper, form).status_code == 400
    assert orders_in(shop) == 0


def test_an_order_outlives_the_catalogue(shop: Flask, shopper: FlaskClient) -> None:
    address = a_placed_order(shopper)
    before = shopper.get(address).text
    publish(shop, a_bicycle(city="999.00", without="rack.rear"))
    assert _without_tokens(shopper.get(address).text) == _without_tokens(before)


def test_the_number_alone_opens_nothing(shopper: FlaskClient) -> None:
    address = a_placed_order(shopper)
    number = number_of(shopper, address)
    key = address.removeprefix("/orders/")
    for wrong in (number, "1", key.split(".")[0], key[:-2], "x" + key):
        assert shopper.get(f"/orders/{wrong}").status_code == 404


def test_my_orders_are_listed_for_me_alone(shop: Flask, shopper: FlaskClient) -> None:
    number = number_of(shopper, a_placed_order(shopper))
    assert number in shopper.get("/orders").text
    assert number not in a_shopper(shop).get("/orders").text


def test_an_ordered_thing_is_not_ordered_again_by_the_same_form_with_other_entries(
    shop: Flask, shopper: FlaskClient
) -> None:
    form = the_form(shopper)
    first = checkout(shopper, form)
    assert checkout(shopper, form | {"name": "Somebody Else"}).location == first.location
    assert "Somebody Else" not in shopper.get(first.location).text


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("address", ["/terms-of-sale", "/privacy"])
def test_the_legal_texts_are_there_in_both_languages(shop: Flask, address: str, language: str) -> None:
    page = a_shopper(shop, language).get(address)
    assert page.status_code == 200
    assert re.search(rf'<article class="[^"]*legal-page[^"]*" lang="{language}">', page.text)


def _without_tokens(page: str) -> str:
    return re.sub(r'"X-CSRFToken": "[^"]*"|name="csrf_token" value="[^"]*"', "", page)
