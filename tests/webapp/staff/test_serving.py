"""Whoever is asked knows what was said, what is to be done and who looks after a customer."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, a_customer, a_placed_order, database_of, publish
from tests.webapp.staff.test_customers import card_of
from webapp import clock
from webapp.customers import customer, staff_member
from webapp.customers.person import Person
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.relations.card import manager
from webapp.relations.card.contact import Contact
from webapp.relations.card.errand import Errand
from webapp.relations.card.manager import Manager
from webapp.sales import erasing


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    a_customer(app)
    return app


def member(app: Flask, email: str) -> int:
    with database_of(app).reading() as session:
        found = staff_member.by_email(session, email)
        assert found
        return found.id or 0


def number_of_anna(app: Flask) -> int:
    return int(card_of(app).rpartition("/")[2])


def token(number: int = 1) -> dict[str, str]:
    return {"token": f"{number:020}"}


@on_both_databases
def test_a_call_is_written_down_once_and_stands_in_the_time_line(shop: Flask) -> None:
    desk, card = a_colleague(shop, roles=[Role.RELATIONSHIP]), card_of(shop)
    call = token() | {"way": "called-us", "words": "Wants a larger frame\nand a bell"}
    for _ in range(2):
        assert desk.post(f"{card}/contacts", data=call).status_code == 303
    assert (
        desk.post(f"{card}/contacts", data=token(2) | {"way": "visit"}).status_code == 303
    )  # no word needed
    page = desk.get(f"{card}?channel=contact").text
    assert "Wants a larger frame" in page
    assert re.findall(r'data-kind="([\w-]+)"', page) == ["visit", "called-us"]
    with database_of(shop).reading() as session:
        assert len(session.exec(select(Contact.id)).all()) == 2
        acts = session.exec(select(StaffAct).where(StaffAct.act == "contact")).all()
    assert len(acts) == 2
    assert "frame" not in str(
        [(one.before, one.after, one.note) for one in acts]
    )  # it goes with the customer


def test_a_note_says_something_and_nothing_typed_is_lost(shop: Flask) -> None:
    desk, card = a_colleague(shop), card_of(shop)
    assert "Write the note first" in desk.post(f"{card}/contacts", data=token() | {"way": "note"}).text
    answer = desk.post(f"{card}/contacts", data={"token": "short", "way": "visit", "words": "Brought a cake"})
    assert answer.status_code == 422
    assert "Brought a cake" in answer.text
    assert desk.post("/staff/customers/999999/contacts", data=token() | {"way": "visit"}).status_code == 404


@on_both_databases
def test_a_task_is_given_found_and_done_once(shop: Flask) -> None:
    desk, card = a_colleague(shop), card_of(shop)
    other = a_colleague(shop, "other@example.com", roles=[Role.RELATIONSHIP])
    asked = token() | {
        "words": "Ring her about the saddle",
        "staff_member_id": str(member(shop, "other@example.com")),
        "due_on": (clock.today() - timedelta(days=1)).isoformat(),
    }
    for _ in range(2):
        assert desk.post(f"{card}/errands", data=asked).status_code == 303
    assert "Ring her about the saddle" not in desk.get("/staff/errands").text
    assert "Ring her about the saddle" in desk.get("/staff/errands?whose=all").text
    mine = other.get("/staff/errands").text
    assert "overdue" in mine
    assert "A task is overdue" in desk.get(card).text
    (number,) = re.findall(r'data-errand="(\d+)"', mine)
    for _ in range(2):
        assert other.post(f"/staff/errands/{number}/completion", data={"from": "list"}).status_code == 303
    assert "Ring her about the saddle" not in other.get("/staff/errands").text
    assert "A task is overdue" not in desk.get(card).text
    with database_of(shop).reading() as session:
        assert session.exec(select(StaffAct.act).where(StaffAct.act == "errand-done")).all() == [
            "errand-done"
        ]


def test_a_task_is_for_somebody_who_may_see_customers(shop: Flask) -> None:
    desk, card = a_colleague(shop), card_of(shop)
    a_colleague(shop, "workshop@example.com", roles=[Role.PRODUCTION])
    asked = token() | {"words": "x", "due_on": "2030-01-01"}
    wrong = asked | {"staff_member_id": str(member(shop, "workshop@example.com"))}
    assert desk.post(f"{card}/errands", data=wrong).status_code == 422
    assert desk.post(f"{card}/errands", data=asked | {"words": " "}).status_code == 422


@on_both_databases
def test_a_customer_knows_who_looks_after_them_until_that_colleague_leaves(shop: Flask) -> None:
    anna, desk, card = a_customer(shop), a_colleague(shop), card_of(shop)
    a_colleague(shop, "other@example.com", roles=[Role.RELATIONSHIP])
    assert "Nobody looks after them." in desk.get(card).text
    assert "data-manager" not in anna.get("/account").text
    me, other = member(shop, "desk@example.com"), member(shop, "other@example.com")
    assert desk.post(f"{card}/manager", data={"manager": str(me), "stand_in": str(other)}).status_code == 303
    page = desk.get(card).text
    assert "Nobody looks after them." not in page
    assert "Nobody stands in." not in page
    assert "data-manager" in anna.get("/account").text
    desk.post(f"{card}/manager", data={"manager": str(other), "stand_in": "0"})
    with database_of(shop).writing() as session:
        staff_member.leave(session, other, at=clock.now(), is_demo=False)
    assert "data-manager" not in anna.get("/account").text
    assert "Nobody looks after them." in desk.get(card).text
    desk.post(f"{card}/manager", data={"manager": "0", "stand_in": "0"})
    with database_of(shop).reading() as session:
        assert session.exec(select(Manager)).all() == []


@on_both_databases
def test_all_customers_of_a_colleague_are_handed_over_with_a_note_each(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_colleague(shop, "other@example.com", roles=[Role.RELATIONSHIP])
    a_customer(shop, "ben@example.com")
    a_customer(shop, "nobody@example.com")
    me, other = member(shop, "desk@example.com"), member(shop, "other@example.com")
    cards = [card_of(shop), card_of(shop, "ben@example.com")]
    for card in cards:
        desk.post(f"{card}/manager", data={"manager": str(me), "stand_in": "0"})
    page = desk.get(f"/staff/colleagues/{me}/customers").text
    asked = dict.fromkeys(re.findall(r'name="(note-\d+)"', page), "")
    assert len(asked) == 2
    asked[f"note-{number_of_anna(shop)}"] = "Likes to be rung in the morning"
    for _ in range(2):
        answer = desk.post(f"/staff/colleagues/{me}/hand-over", data=asked | {"to": str(other)})
        assert answer.status_code == 303
    with database_of(shop).reading() as session:
        assert len(manager.looked_after(session, other)) == 2
        assert manager.looked_after(session, me) == []
        assert len(session.exec(select(Contact.id)).all()) == 1
    assert "Likes to be rung in the morning" in desk.get(cards[0]).text
    assert desk.post(f"/staff/colleagues/{other}/hand-over", data={"to": str(other)}).status_code == 422
    assert desk.get("/staff/colleagues/999999/customers").status_code == 404


@on_both_databases
def test_what_was_noted_goes_with_the_customer(shop: Flask) -> None:
    desk, card = a_colleague(shop), card_of(shop)
    me = member(shop, "desk@example.com")
    desk.post(f"{card}/contacts", data=token() | {"way": "note", "words": "Anna Muster, Weg 1"})
    desk.post(f"{card}/manager", data={"manager": str(me), "stand_in": "0"})
    asked = {"words": "Ring Anna", "staff_member_id": str(me), "due_on": "2030-01-01"}
    desk.post(f"{card}/errands", data=token() | asked)
    with database_of(shop).writing() as session:
        anna = customer.by_email(session, "anna@example.com")
        assert anna
        erasing.erase(session, Person((anna.owner,), anna.email), channel="site", at=clock.now())
    with database_of(shop).reading() as session:
        for table in (Contact, Errand, Manager):
            assert session.exec(select(table)).all() == []
        record = session.exec(select(StaffAct)).all()
    assert not any("Anna" in f"{one.before}{one.after}{one.note}" for one in record)
    assert "Ring Anna" not in desk.get("/staff/errands?whose=all").text


def test_the_card_says_what_a_stand_in_would_miss(shop: Flask) -> None:
    anna, desk, card = a_customer(shop), a_colleague(shop), card_of(shop)
    assert "There is no telephone number." in desk.get(card).text
    assert "We do not know their name." in desk.get(card).text
    a_placed_order(anna, phone="+49 30 1234567")
    page = desk.get(card).text
    assert "There is no telephone number." not in page
    assert "We do not know their name." not in page
