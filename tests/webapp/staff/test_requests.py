"""Requests about data reach the desk, with the day by which the law wants an answer, and are answered there."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    database_of,
    publish,
)
from webapp import clock
from webapp.customers import rights_request
from webapp.customers.customer import Customer
from webapp.customers.rights_request import RightsRequest
from webapp.customers.staff_act import StaffAct
from webapp.outbox import OutboxLetter

TOKEN = {"token": "t" * 20}
ENTERED = TOKEN | {
    "kind": "erase",
    "channel": "phone",
    "received": "2026-11-02",
    "language": "ru",
    "email": "Anna@example.com",
    "name": "Anna Muster",
    "words": "Please forget me",
}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.mark.parametrize(
    ("day", "language", "due"),
    [
        ("2026-11-02", "en", "2026-12-02"),
        ("2026-01-31", "en", "2026-02-28"),
        ("2026-12-31", "en", "2027-01-31"),
        ("2026-11-02", "ru", "2026-11-16"),  # Monday, and ten working days
        ("2026-11-06", "ru", "2026-11-20"),
        ("2026-11-07", "ru", "2026-11-20"),  # Saturday
    ],
)
def test_the_stricter_law_decides_by_when(day: str, language: str, due: str) -> None:
    assert rights_request.due_on(date.fromisoformat(day), language) == date.fromisoformat(due)


def the_request(shop: Flask) -> RightsRequest:
    with database_of(shop).reading() as session:
        return session.exec(select(RightsRequest)).one()


@on_both_databases
def test_what_came_by_telephone_is_entered_once_and_marked_when_overdue(shop: Flask) -> None:
    a_customer(shop)
    vera = a_colleague(shop)
    for _ in range(2):
        assert vera.post("/staff/requests/new", data=ENTERED).status_code == 303
    asked = the_request(shop)
    assert asked.customer_id
    assert (asked.due_on, asked.email) == (date(2026, 11, 16), "anna@example.com")
    with database_of(shop).writing() as session:
        session.merge(asked).due_on = clock.today() - timedelta(days=1)
    page = vera.get("/staff/requests?state=overdue").text
    assert "data-overdue" in page
    assert "Anna Muster" in page
    assert "Anna Muster" not in vera.get("/staff/requests?state=answered").text
    assert vera.post("/staff/requests/new", data=ENTERED | {"email": "no address"}).status_code == 422


@on_both_databases
def test_an_answer_leaves_as_a_letter_is_recorded_and_shown_to_the_customer(shop: Flask) -> None:
    anna, vera = a_customer(shop), a_colleague(shop)
    anna.post("/account/requests", data=TOKEN | {"kind": "correct", "words": "My invoice"})
    code = the_request(shop).code
    refused = vera.post(f"/staff/requests/{code}/answer", data={"answer": ""})
    assert refused.status_code == 422
    answer = {"answer": "It is corrected.\nSee page 2.", "outcome": "answered"}
    assert vera.post(f"/staff/requests/{code}/answer", data=answer).status_code == 303
    assert vera.post(f"/staff/requests/{code}/answer", data=answer).status_code == 409
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter)).one()
        assert letter.recipient == "anna@example.com"
        assert "It is corrected." in letter.text
        acts = session.exec(select(StaffAct).where(StaffAct.thing == "request")).all()
        assert [each.act for each in acts] == ["answered"]
    assert "See page 2." in anna.get("/account/my-data").text


@on_both_databases
def test_staff_take_data_out_and_erase_for_whoever_cannot(shop: Flask) -> None:
    anna, vera = a_customer(shop), a_colleague(shop)
    a_saved_build(anna, name="Annas build")
    a_placed_order(anna)
    vera.post("/staff/requests/new", data=ENTERED)
    code = the_request(shop).code
    answer = vera.post(f"/staff/requests/{code}/file")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "Annas build" in packed.read("data.html").decode()
    unsure = vera.post(f"/staff/requests/{code}/erasure", data={"how": "by the number of an order"})
    assert unsure.status_code == 422
    assert "by the number of an order" in unsure.text
    sure = {"how": "by the number of an order", "sure": "y"}
    assert vera.post(f"/staff/requests/{code}/erasure", data=sure).status_code == 303
    with database_of(shop).reading() as session:
        assert session.exec(select(Customer)).all() == []
        asked = session.exec(select(RightsRequest)).one()
        assert (asked.state, asked.words, asked.email, asked.name) == ("answered", "", "", "")
        acts = session.exec(select(StaffAct).where(StaffAct.thing == "request")).all()
        assert [each.act for each in acts] == ["entered", "taken-out", "erased"]
        assert "anna" not in str([(each.before, each.after, each.note) for each in acts]).lower()
    page = vera.get(f"/staff/requests/{code}").text
    assert "Annas build" not in page
    assert anna.get("/account/settings").status_code == 303
