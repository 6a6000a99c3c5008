"""Owners keep the ladder of levels; what is wrong stands beside its field, and what would change is seen first."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.relations.regulars import a_ladder, a_paid_order, change, events, follow, letters, level
from tests.webapp.shopping import a_bicycle, a_colleague, a_customer, database_of, hidden, publish
from webapp.customers.staff_act import StaffAct
from webapp.relations.levels import service_level
from webapp.relations.levels.service_level import ServiceLevel

GOOD = {
    "title.en": "Silver",
    "title.ru": "Серебро",
    "rank": "1",
    "months": "24",
    "rule": "orders >= 2 or paid >= 4000",
    "percent": "2.5",
    "promise_days": "30",
    "answer_hours": "8",
    "free.carrier": "y",
    "comes_first": "y",
    "is_open": "y",
}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def owner(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


def send(owner: FlaskClient, address: str, **said: str) -> tuple[int, str]:
    answer = owner.post(address, data=hidden(owner.get(address)) | said)
    return answer.status_code, answer.text


def kept(shop: Flask) -> list[ServiceLevel]:
    with database_of(shop).reading() as session:
        found = list(service_level.ladder(session, with_closed=True))
        session.expunge_all()
        return found


def test_a_level_is_made_changed_and_recorded(shop: Flask, owner: FlaskClient) -> None:
    assert send(owner, "/staff/levels/new", **GOOD)[0] == 303
    [made] = kept(shop)
    assert (made.code, made.percent, made.free_methods, made.comes_first) == (
        "silver",
        "2.5",
        ["carrier"],
        True,
    )
    assert 'data-level="silver"' in owner.get("/staff/levels").text
    assert "2.5" in owner.get("/levels").text
    assert send(owner, "/staff/levels/silver", **(GOOD | {"rule": "orders >= 3"}))[0] == 303
    [changed] = kept(shop)
    assert (changed.rule, changed.edition) == ("orders >= 3", 2)
    with database_of(shop).reading() as session:
        acts = [
            (act.act, act.before, act.after) for act in session.exec(select(StaffAct)) if act.thing == "level"
        ]
    assert [act for act, _, _ in acts] == ["made", "changed"]
    assert acts[1][1:] == ({"rule": "orders >= 2 or paid >= 4000"}, {"rule": "orders >= 3"})
    # Somebody who still sees the first edition does not undo it unknowingly.
    stale = hidden(owner.get("/staff/levels/silver")) | GOOD | {"seen": "1", "rule": "orders >= 4"}
    assert owner.post("/staff/levels/silver", data=stale).status_code == 409


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("rule", "orders <= 2"),
        ("rule", "not orders >= 2"),
        ("rule", ""),
        ("percent", "51"),
        ("percent", "2.555"),
        ("months", "61"),
        ("rank", "0"),
        ("title.ru", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    shop: Flask, owner: FlaskClient, field: str, said: str
) -> None:
    status, page = send(owner, "/staff/levels/new", **(GOOD | {field: said}))
    assert status == 422
    assert f'id="{field}-error"' in page
    assert kept(shop) == []


def test_no_two_levels_share_a_place(shop: Flask, owner: FlaskClient) -> None:
    a_ladder(shop)
    status, page = send(owner, "/staff/levels/new", **(GOOD | {"title.en": "Other", "rank": "2"}))
    assert status == 422
    assert 'id="rank-error"' in page


def test_who_would_have_what_is_seen_before_anything_is_kept(shop: Flask, owner: FlaskClient) -> None:
    a_ladder(shop)
    a_paid_order(shop, a_customer(shop))
    a_paid_order(shop, a_customer(shop, "ben@example.com"))
    said = GOOD | {"rule": "orders >= 5", "act": "look"}
    status, page = send(owner, "/staff/levels/silver", **said)
    assert status == 200
    assert re.findall(r'data-now="(\d+)" data-then="(\d+)"', page) == [("2", "0"), ("0", "0")]
    assert kept(shop)[0].rule == "orders >= 1"


@on_both_databases
def test_eight_workers_at_once_say_each_thing_once(shop: Flask) -> None:
    a_ladder(shop)
    a_paid_order(shop, a_customer(shop))
    change(shop, "silver", rule="orders >= 9")
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda _number: follow(shop), range(8)))
    follow(shop)
    assert events(shop) == [("reached", "silver"), ("announced", "")]
    assert sum("Silver" in subject for subject in letters(shop)) == 1
    assert level(shop) == "silver"
