"""The record: found by who, what, to which thing, when and in which words; paged, and as a table."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import on_both_databases
from tests.webapp.desk import number_of
from tests.webapp.shopping import a_colleague, database_of
from webapp.customers import staff_act
from webapp.customers.colleague import Colleague

MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return a_colleague(app, "owner@example.com")


@pytest.fixture
def acts(app: Flask, owner: FlaskClient) -> None:
    """Four acts of two people, an hour apart."""
    vera = Colleague(number_of(app, "owner@example.com"), "Vera", "owner@example.com", (), "203.0.113.5", 7)
    a_colleague(app, "ada@example.com")
    ada = Colleague(number_of(app, "ada@example.com"), "Ада", "ada@example.com", (), "198.51.100.1", 8)
    unpaid, paid = {"paid": 0, "currency": "EUR"}, {"paid": 57900, "currency": "EUR"}
    order, feast = ("order", "1234-5678"), {"days": ["2026-12-24"], "reason": "Сочельник"}
    done: list[tuple[Colleague, str, tuple[str, str], dict[str, Any], dict[str, Any], str]] = [
        (vera, "payment", order, unpaid, paid, "Выписка 12"),
        (ada, "production", order, {"state": "paid"}, {"state": "production"}, ""),
        (ada, "closed", ("calendar", "workshop"), {}, feast, ""),
        (
            vera,
            "roles",
            ("staff", "2"),
            {"roles": ["editor"]},
            {"roles": ["editor", "owner"]},
            "=HYPERLINK(1)",
        ),
    ]
    with database_of(app).writing() as session:
        for hour, (who, act, thing, before, after, note) in enumerate(done):
            at = MORNING + timedelta(hours=hour)
            staff_act.record(session, who, act, thing, before=before, after=after, at=at, note=note)


def found(owner: FlaskClient, query: str) -> list[str]:
    answer = owner.get(f"/staff/audit?{query}")
    assert answer.status_code == 200
    return re.findall(r'data-act="([\w-]+)"', answer.text)


@on_both_databases
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["roles", "closed", "production", "payment"]),
        ("act=closed", ["closed"]),
        ("thing=order", ["production", "payment"]),
        ("thing=order&id=1234-5678&act=payment", ["payment"]),
        ("id=9999-0000", []),
        ("words=выписка", ["payment"]),
        ("words=Сочельник", ["closed"]),
        ("words=сочельник", ["closed"]),
        ("words=ада+1234", ["production"]),
        ("words=203.0.113.5", ["roles", "payment"]),
        ("words=100%25", []),
        ("since=2026-11-02&until=2026-11-02", ["roles", "closed", "production", "payment"]),
        ("until=2026-11-01", []),
        ("since=2026-11-03", []),
        ("since=nonsense&until=99999-01-01&who=abc&before=x", ["roles", "closed", "production", "payment"]),
        ("who=99999999999999999999", ["roles", "closed", "production", "payment"]),
    ],
)
def test_acts_are_found(owner: FlaskClient, acts: None, query: str, expected: list[str]) -> None:
    assert found(owner, query) == expected


def test_acts_are_found_by_who(app: Flask, owner: FlaskClient, acts: None) -> None:
    assert found(owner, f"who={number_of(app, 'ada@example.com')}") == ["closed", "production"]


def test_what_was_changed_reads_as_a_difference_and_leads_to_its_thing(
    owner: FlaskClient, acts: None
) -> None:
    page = owner.get("/staff/audit").text
    assert "<del>€0.00</del>" in page
    assert "<ins>€579.00</ins>" in page
    assert "<del>Paid</del>" in page
    assert "<ins>In production</ins>" in page
    assert 'href="/staff/orders/1234-5678"' in page
    assert 'href="/staff/calendar"' in page
    assert "203.0.113.5" in page
    assert "sign-in 7" in page


def test_pages_follow_one_another_without_gap_or_repetition(
    owner: FlaskClient, acts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.staff.audit.PAGE", 3)
    assert found(owner, "words=") == ["roles", "closed", "production"]
    older = re.search(r"before=(\d+)", owner.get("/staff/audit").text)
    assert older
    assert found(owner, f"before={older[1]}") == ["payment"]


def test_the_table_holds_the_same_and_no_formula(owner: FlaskClient, acts: None) -> None:
    answer = owner.get("/staff/audit.csv?thing=staff")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["act"], row["who"], row["address"], row["note"]) for row in rows] == [
        ("roles", "Vera", "203.0.113.5", "'=HYPERLINK(1)")
    ]
    assert rows[0]["changed"] == "Roles: Catalogue → Catalogue, Owner"


def test_an_act_that_nobody_named_is_shown_all_the_same(app: Flask, owner: FlaskClient) -> None:
    who = Colleague(number_of(app, "owner@example.com"), "Vera", "owner@example.com", ())
    before: dict[str, Any] = {"odd": {"inner": [1, 2]}, "state": "never-heard-of", "flag": False}
    with database_of(app).writing() as session:
        staff_act.record(
            session, who, "some-new-act", ("spaceship", "1"), before=before, after={"flag": True}, at=MORNING
        )
    page = owner.get("/staff/audit").text
    assert "Some new act" in page
    assert "Spaceship" in page
    assert "<ins>yes</ins>" in page
