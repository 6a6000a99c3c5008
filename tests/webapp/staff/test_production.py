"""What is to be made stands by week and promised day, with all that it takes."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp import clock, press
from webapp.customers import customer
from webapp.relations.levels.customer_level import CustomerLevel
from webapp.relations.levels.service_level import ServiceLevel


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


def an_order(shop: Flask, choices: str = "model=city&rack=rear") -> str:
    shopper = a_shopper(shop)
    return number_of(shopper, a_placed_order(shopper, choices))


def orders_on(page: str) -> list[str]:
    return re.findall(r'<tr data-order="([^"]+)"', page)


@on_both_databases
def test_what_can_be_made_stands_by_promised_day_and_what_cannot_does_not(shop: Flask) -> None:
    colleague = a_colleague(shop)
    slow, quick, unpaid = an_order(shop, "model=city&frame=carbon"), an_order(shop), an_order(shop)
    for number in (slow, quick):
        assert colleague.post(f"/staff/orders/{number}/payments").status_code == 303
    page = colleague.get("/staff/production").text
    assert orders_on(page) == [quick, slow]
    assert unpaid not in page
    colleague.post(f"/staff/orders/{quick}/steps/production")
    assert orders_on(colleague.get("/staff/production").text) == [quick, slow]
    colleague.post(f"/staff/orders/{quick}/steps/ready")
    assert orders_on(colleague.get("/staff/production").text) == [slow]


def test_of_one_day_who_has_the_higher_level_comes_first(shop: Flask) -> None:
    colleague, anna = a_colleague(shop), a_customer(shop)
    plain, theirs = an_order(shop), number_of(anna, a_placed_order(anna, "model=city&rack=rear"))
    for number in (plain, theirs):
        colleague.post(f"/staff/orders/{number}/payments")
    assert orders_on(colleague.get("/staff/production").text) == [plain, theirs]
    at = clock.now()
    with database_of(shop).writing() as session:
        who = customer.by_email(session, "anna@example.com")
        assert who
        gold = ServiceLevel(
            code="gold", title={"en": "Gold", "ru": "Золото"}, rank=1, rule="orders >= 1", months=12,
            free_methods=[], changed_at=at, changed_by="Vera",
        )  # fmt: skip
        session.add(gold)
        session.flush()
        session.add(CustomerLevel(customer_id=who.id or 0, level_id=gold.id, since=at, judged_at=at))
    page = colleague.get("/staff/production").text
    assert orders_on(page) == [theirs, plain]
    assert 'data-level="gold">Gold<' in page


def test_a_week_counts_its_parts(shop: Flask) -> None:
    colleague = a_colleague(shop)
    for number in (an_order(shop), an_order(shop)):
        colleague.post(f"/staff/orders/{number}/payments")
    page = colleague.get("/staff/production").text
    parts = dict(re.findall(r'data-part="([^"]+)" data-pieces="(\d+)"', page))
    assert parts == {"bike/model.city": "2", "bike/frame.steel": "2", "bike/rack.rear": "2"}


def test_an_empty_workshop_says_so(shop: Flask) -> None:
    assert "Nothing is to be made" in a_colleague(shop).get("/staff/production").text


def test_the_work_sheet_names_every_part_and_leads_back_to_the_order(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets: list[str] = []
    monkeypatch.setattr(press, "png", lambda *_: b"a picture")

    def pdf(html: str) -> bytes:
        sheets.append(html)
        return b"%PDF"

    monkeypatch.setattr(press, "pdf", pdf)
    colleague: FlaskClient = a_colleague(shop)
    number = an_order(shop)
    answer = colleague.get(f"/staff/orders/{number}/work-sheet.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    for word in (number, "Rear rack", "frame.steel", 'class="qr"', "data:image/png"):
        assert word in sheets[0]
    assert "picture-of-line" not in sheets[0]


def test_without_a_press_the_page_is_shown_instead(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise press.Unavailable("no pango")

    monkeypatch.setattr(press, "png", broken)
    number = an_order(shop)
    answer = a_colleague(shop).get(f"/staff/orders/{number}/work-sheet.pdf", follow_redirects=True)
    assert "This page can be printed" in answer.text
