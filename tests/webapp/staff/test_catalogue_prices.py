"""All prices at once: typed in one table, pasted from a spreadsheet, sent and taken as CSV."""

import csv
import html
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from catalog.loader import load
from catalog.model import Family
from catalog.price_sheet import price_sheet, with_prices
from tests.catalog.families import families
from tests.conftest import DEMO
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, publish
from tests.webapp.staff.drafting import form_in, stands, the_form
from webapp.customers.staff_role import Role
from webapp.staff.catalogue import sheet

PRICES = "/staff/catalogue/bike/prices"


@pytest.fixture
def shop(app: Flask) -> Flask:
    plain = a_bicycle().model_dump(mode="json")
    title = {"en": "Set", "ru": "Набор"}
    plain["bundles"] = [
        {"code": "set", "title": title, "options": ["model.city", "rack.rear"], "price": 52000}
    ]
    plain["price_rules"] = [{"code": "light", "title": title, "when": "frame.carbon", "amount": -1000}]
    publish(app, Family.model_validate(plain))
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    return editor


def prices(shop: Flask) -> dict[str, int]:
    return {each.key: each.price for each in price_sheet(stands(shop))}


@on_both_databases
def test_all_prices_are_saved_at_once(shop: Flask, desk: FlaskClient) -> None:
    form = the_form(desk, PRICES, "price:model.city")
    assert form["price:bundle:set"] == "520.00"
    was = prices(shop)
    changed = {"price:model.city": "1 499,00", "price:bundle:set": "1500", "price:rule:light": "−25.5"}
    assert desk.post(PRICES, data=form | changed).location == PRICES
    assert prices(shop) == was | {"model.city": 149900, "bundle:set": 150000, "rule:light": -2550}


def test_a_wrong_price_is_said_beside_it_and_the_others_stay_typed(shop: Flask, desk: FlaskClient) -> None:
    was = prices(shop)
    form = the_form(desk, PRICES, "price:model.city") | {"price:model.city": "dear", "price:rack.rear": "51"}
    answer = desk.post(PRICES, data=form)
    assert answer.status_code == 422
    again = form_in(answer.text, "price:model.city")
    assert (again["price:model.city"], again["price:rack.rear"]) == ("dear", "51")
    assert 'id="price:model.city-error"' in answer.text
    assert prices(shop) == was


def test_two_who_price_at_once_are_put_together(shop: Flask, desk: FlaskClient) -> None:
    boris = a_colleague(shop, "boris@example.com", roles=[Role.EDITOR])
    mine, theirs = (the_form(each, PRICES, "price:model.city") for each in (desk, boris))
    boris.post(PRICES, data=theirs | {"price:model.city": "1", "price:rack.rear": "2"})
    answer = desk.post(PRICES, data=mine | {"price:model.city": "3", "price:rack.front": "4"})
    assert answer.status_code == 409
    again = form_in(answer.text, "price:model.city")
    place = '["groups","model","options","city","price"]'
    assert f"take:{html.escape(place).replace('&quot;', '&#34;')}" in answer.text
    desk.post(PRICES, data=again | {f"take:{place}": "theirs"})
    found = prices(shop)
    assert (found["model.city"], found["rack.rear"], found["rack.front"]) == (100, 200, 400)


@on_both_databases
@pytest.mark.parametrize(
    "table",
    [
        "model.city\t1 499,00 €\nrack.rear\t51",
        "code,group,name,price,currency\nmodel.city,Model,City,1499.00,EUR\nrack.rear,Rack,Rear rack,51.00,EUR",
        'код;группа;название;цена\nmodel.city;"Модель";City;"1.499,00"\nrack.rear;;;51',
        "City\tEUR 1,499.00\r\nЗадний багажник\t51",
        "model\tcity\t1499\nrack\trear\t51",
        "price\tcode\tyear\n1499\tmodel.city\t2026\n51\track.rear\t2026",
    ],
)
def test_a_pasted_table_is_shown_before_it_is_saved(shop: Flask, desk: FlaskClient, table: str) -> None:
    was = prices(shop)
    form = the_form(desk, f"{PRICES}/paste", "table") | {"table": table}
    answer = desk.post(f"{PRICES}/paste", data=form)
    assert answer.status_code == 200
    assert 'data-change="model.city" data-price="149900"' in answer.text
    assert 'data-change="rack.rear" data-price="5100"' in answer.text
    assert "data-troubles" not in answer.text
    assert prices(shop) == was
    for _ in range(2):
        desk.post(f"{PRICES}/paste", data=form_in(answer.text, "table") | {"confirm": "y"})
    assert prices(shop) == was | {"model.city": 149900, "rack.rear": 5100}


def test_lines_that_cannot_be_read_say_why_and_keep_the_others_waiting(desk: FlaskClient) -> None:
    table = "model.city\tdear\nmodel.unknown\t5\nrack.rear\t51\nrack.rear\t52\nmodel.gravel\t1.2345"
    answer = desk.post(f"{PRICES}/paste", data=the_form(desk, f"{PRICES}/paste", "table") | {"table": table})
    text = html.unescape(answer.text)
    assert 'data-troubles="4"' in text
    assert "Line 3 names it already." in text
    assert "An amount looks like 129.50." in text
    assert "is called like this" in text
    assert text.count("data-change=") == 1
    assert (
        form_in(answer.text.rpartition("enctype")[2].join(["<form ", ""]), "table")["table"].strip() == table
    )


def test_nothing_pasted_is_said(desk: FlaskClient) -> None:
    form = the_form(desk, f"{PRICES}/paste", "table")
    answer = desk.post(f"{PRICES}/paste", data=form)
    assert answer.status_code == 422
    assert "Paste a table here" in answer.text


def test_what_leaves_as_csv_comes_back_as_it_was(shop: Flask, desk: FlaskClient) -> None:
    for language in ("en", "ru"):
        answer = desk.get(f"{PRICES}.csv", headers={"Accept-Language": language})
        assert "attachment" in answer.headers["Content-Disposition"]
        form: dict[str, Any] = dict(the_form(desk, f"{PRICES}/paste", "table"))
        shown = desk.post(f"{PRICES}/paste", data=form | {"file": (io.BytesIO(answer.data), "prices.csv")})
        assert "No price would change" in shown.text
        assert f"{len(prices(shop))} lines say" in shown.text
        assert "data-troubles" not in shown.text


@pytest.mark.parametrize("name", ["bicycle", "workstation"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_demo_price_survives_the_sheet(app: Flask, name: str, language: str) -> None:
    family = load(DEMO / name)
    with app.test_request_context(headers={"Accept-Language": language}):
        lines = sheet.read(sheet.text_of(sheet.written(family).encode()), family)
    assert not [line for line in lines if line.trouble]
    assert [(line.priced.key, line.price) for line in lines if line.priced] == [
        (each.key, each.price) for each in price_sheet(family)
    ]


@pytest.mark.parametrize("name", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(app: Flask, name: str) -> None:
    plain = a_bicycle().model_dump(mode="json")
    plain["groups"][0]["options"][0]["title"] = {"en": name, "ru": name}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        rows = list(csv.reader(io.StringIO(sheet.written(Family.model_validate(plain)))))
    assert rows[1][2] == f"'{name}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_files_are_read_however_programs_save_them(encoding: str) -> None:
    assert sheet.text_of("Рама;5".encode(encoding)) == "Рама;5"


@given(st.data())
def test_other_prices_are_set_and_nothing_else_changes(data: st.DataObject) -> None:
    family = data.draw(families())
    keys = [each.key for each in price_sheet(family)]
    told = data.draw(st.dictionaries(st.sampled_from(keys), st.integers(-500, 5000)))
    changed = with_prices(family, told)
    assert {each.key: each.price for each in price_sheet(changed)} == {
        each.key: told.get(each.key, each.price) for each in price_sheet(family)
    }
    assert with_prices(changed, {each.key: each.price for each in price_sheet(family)}) == family
