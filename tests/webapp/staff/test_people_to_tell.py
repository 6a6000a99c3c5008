"""After a rehearsal: one list of everybody whom it concerns, with what allows a letter to each."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
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
from webapp import clock
from webapp.catalogues import draft
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.labour import Labour

DRAFT = "/staff/catalogue/bike"
FRONT = "model=city&rack=front"


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    publish(app, a_bicycle())
    editor = a_colleague(app, roles=[Role.EDITOR])
    editor.post(f"{DRAFT}/draft")
    return editor


def allow(app: Flask, email: str, *, named: str = "") -> None:
    with database_of(app).writing() as session:
        found = customer.by_email(session, email)
        assert found
        assert found.id
        found.name = named
        session.add(found)
        consent.give(session, found.id, Purpose.BUILD_LETTERS, language="en", at=clock.now())


def withdraw(app: Flask, email: str) -> None:
    with database_of(app).writing() as session:
        found = customer.by_email(session, email)
        assert found
        assert found.id
        consent.withdraw(session, found.id, Purpose.BUILD_LETTERS, at=clock.now())


def rehearsed(app: Flask, desk: FlaskClient) -> str:
    """The address of the list, after a rehearsal of a draft without the front rack."""
    with database_of(app).writing() as session:
        now = draft.latest(session, "bike")
        assert now
        family = a_bicycle(without="rack.front")
        draft.save(session, "bike", family, base=now.number, who="Vera", at=clock.now())
    desk.post(f"{DRAFT}/rehearsal")
    worker = Labour(database_of(app), "Europe/Berlin")
    while worker.turn(clock.now()):
        pass
    found = re.search(r'href="([^"]*/people)"', desk.get(f"{DRAFT}/rehearsal").text)
    assert found
    return found[1]


@pytest.fixture
def carer(app: Flask, desk: FlaskClient) -> FlaskClient:
    """Who looks after customers."""
    return a_colleague(app, "carer@example.com", roles=[Role.RELATIONSHIP])


def lines(carer: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = carer.post(f"{address}.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@on_both_databases
def test_each_person_is_named_once_with_what_allows_a_letter(
    app: Flask, desk: FlaskClient, carer: FlaskClient
) -> None:
    anna = a_customer(app, "anna@example.com")
    a_saved_build(anna, "Red one", FRONT)
    a_saved_build(anna, "Blue one", FRONT)
    a_saved_build(anna, "Not concerned", "model=city")
    allow(app, "anna@example.com", named="Anna")
    boris = a_customer(app, "boris@example.com")
    a_saved_build(boris, "Silent", FRONT)
    order = a_placed_order(boris, FRONT, email="boris@example.com", name="Boris")
    number = number_of(boris, order)
    a_saved_build(a_customer(app, "clara@example.com"), "Private", FRONT)
    allow(app, "clara@example.com")
    withdraw(app, "clara@example.com")
    a_saved_build(a_shopper(app), "Of a guest", FRONT)

    address = rehearsed(app, desk)
    page = carer.get(address).text
    assert page.count('data-told="yes"') == 2
    assert page.count('data-told="no"') == 1
    assert 'data-may="2"' in page
    assert 'data-may-not="1"' in page
    assert 'data-guests="1"' in page
    assert "agreed to letters about their builds" in page
    assert f"about their open order {number}" in page
    assert "Not concerned" not in page
    assert "clara@example.com" not in page
    assert "Private" not in carer.get(f"{address}?may=1").text

    told = [(line["E-mail"], line["What"], line["What allows a letter"]) for line in lines(carer, address)]
    agreed, order_only = "agreed to letters about their builds", f"about their open order {number}"
    assert sorted(told) == [
        ("", "Private", "nothing: not to be written to"),
        ("", "Silent", "nothing: not to be written to"),
        ("anna@example.com", "Blue one", agreed),
        ("anna@example.com", "Red one", agreed),
        ("boris@example.com", number, order_only),
    ]
    with database_of(app).reading() as session:
        act = session.exec(select(StaffAct).where(StaffAct.act == "people-taken")).one()
    assert (act.staff_name, act.thing_id, act.after["people"], act.after["addresses"]) == (
        "Vera",
        "bike",
        3,
        2,
    )


def test_who_looks_after_customers_finds_the_lists_among_the_news(
    app: Flask, desk: FlaskClient, carer: FlaskClient
) -> None:
    assert "has been rehearsed lately" in carer.get("/staff/people-to-tell").text
    a_saved_build(a_shopper(app), "Of a guest", FRONT)
    address = rehearsed(app, desk)
    assert 'href="/staff/people-to-tell"' in carer.get("/staff/news").text
    page = carer.get("/staff/people-to-tell").text
    assert f'href="{address}"' in page
    assert "not on sale" in page
    assert 'href="/staff/people-to-tell"' in carer.get(address).text
    assert desk.get("/staff/people-to-tell").status_code == 403


def test_an_editor_sees_how_many_and_not_who(app: Flask, desk: FlaskClient, carer: FlaskClient) -> None:
    anna = a_customer(app, "anna@example.com")
    a_saved_build(anna, "Red one", FRONT)
    allow(app, "anna@example.com", named="Anna Petrova")
    number = number_of(anna, a_placed_order(anna, FRONT, email="boris@example.com", name="Boris"))
    address = rehearsed(app, desk)
    things = address.removesuffix("/people")
    for place in (address, f"{things}/build", f"{things}/order"):
        page = desk.get(place).text
        assert "•••@example.com" in page
        for private in ("anna@", "boris@", "Anna Petrova", "Boris"):
            assert private not in page
    for row in ("Red one", number):
        kind = "build" if row == "Red one" else "order"
        one = re.search(r'href="([^"]*/rehearsed/\d+)"', desk.get(f"{things}/{kind}").text)
        assert one
        assert "•••@example.com" in desk.get(one[1]).text
    assert "As a table" not in desk.get(address).text
    assert desk.post(f"{address}.csv").status_code == 403
    theirs = carer.get(address).text
    assert "anna@example.com" in theirs
    assert "/rehearsed/" not in theirs
    assert carer.get(f"{things}/build").status_code == 403


def test_what_people_typed_is_no_formula_in_the_file(
    app: Flask, desk: FlaskClient, carer: FlaskClient
) -> None:
    a_saved_build(a_customer(app, "eve@example.com"), "=1+1", FRONT)
    allow(app, "eve@example.com", named="@SUM(A1)")
    [line] = lines(carer, rehearsed(app, desk))
    assert (line["Name"], line["What"]) == ("'@SUM(A1)", "'=1+1")


def test_nobody_is_concerned(app: Flask, desk: FlaskClient) -> None:
    a_saved_build(a_customer(app, "anna@example.com"), "Rackless", "model=city")
    page = desk.get(rehearsed(app, desk))
    assert page.status_code == 200
    assert "Nothing that anybody keeps, was promised or has ordered would be different." in page.text
