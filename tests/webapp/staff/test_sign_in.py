"""The door of the desk: who gets in, for how long, and how often one may err."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.shopping import a_colleague, a_shopper, database_of
from webapp import clock
from webapp.customers import staff_member
from webapp.staff import sign_in

RIGHT = {"email": "desk@example.com", "password": "a long password"}
WRONG = RIGHT | {"password": "guess"}


@pytest.fixture
def colleague(app: Flask) -> FlaskClient:
    return a_colleague(app)


def try_from(app: Flask, address: str, entries: dict[str, str]) -> TestResponse:
    return a_shopper(app).post("/staff/sign-in", data=entries, environ_overrides={"REMOTE_ADDR": address})


@on_both_databases
def test_wrong_tries_are_counted_and_the_door_says_when_to_come_back(
    app: Flask, colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    for _ in range(10):
        assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=2, seconds=30))
    for entries in (WRONG, RIGHT, WRONG | {"email": "other@example.com"}):
        answer = try_from(app, "203.0.113.9", entries)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "150"
        assert "You can try again in 3 minutes." in answer.text
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=5))
    assert try_from(app, "203.0.113.9", RIGHT).status_code == 303


def test_a_stranger_who_guesses_keeps_no_colleague_out(app: Flask, colleague: FlaskClient) -> None:
    for _ in range(sign_in.TRIES_FOR_AN_ADDRESS + 10):
        last = try_from(app, "203.0.113.9", WRONG)
    assert last.status_code == 429
    assert try_from(app, "198.51.100.1", RIGHT).status_code == 303


def test_all_addresses_of_one_home_count_together(app: Flask, colleague: FlaskClient) -> None:
    for number in range(10):
        assert try_from(app, f"2001:db8:1:2::{number}", WRONG).status_code == 422
    assert try_from(app, "2001:db8:1:2:ffff::1", RIGHT).status_code == 429
    assert try_from(app, "2001:db8:1:3::1", RIGHT).status_code == 303


def test_many_places_that_guess_together_are_stopped_too(
    app: Flask, colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "TRIES_FOR_AN_ADDRESS", 12)
    for number in range(12):
        assert try_from(app, f"203.0.113.{number}", WRONG).status_code == 422
    assert try_from(app, "203.0.113.99", WRONG | {"email": " Desk@Example.com"}).status_code == 429
    assert try_from(app, "203.0.113.99", WRONG | {"email": "other@example.com"}).status_code == 422


def test_signing_in_counts_for_nothing_and_clears_no_guesses(app: Flask, colleague: FlaskClient) -> None:
    for _ in range(9):
        assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    for _ in range(3):
        assert try_from(app, "203.0.113.9", RIGHT).status_code == 303
    assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    assert try_from(app, "203.0.113.9", RIGHT).status_code == 429


def test_after_signing_in_the_page_that_was_wanted_opens(app: Flask) -> None:
    a_colleague(app)
    visitor = a_shopper(app)
    data = RIGHT | {"email": " Desk@Example.com "}
    assert (
        visitor.post("/staff/sign-in?next=/staff/orders/1234-5678", data=data).location
        == "/staff/orders/1234-5678"
    )
    other = a_shopper(app)
    assert other.post("/staff/sign-in?next=//evil.example/", data=data).location == "/staff/orders"


def test_signing_out_ends_it(colleague: FlaskClient) -> None:
    assert colleague.get("/staff/orders").status_code == 200
    colleague.post("/staff/sign-out")
    assert colleague.get("/staff/orders").status_code == 303


def test_a_sign_in_lasts_for_a_shift(colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in_at = clock.now()
    for later, status in ((timedelta(hours=11), 200), (timedelta(hours=13), 303)):
        monkeypatch.setattr(clock, "now", lambda later=later: signed_in_at + later)
        assert colleague.get("/staff/orders").status_code == status


def test_a_new_password_ends_every_session(app: Flask, colleague: FlaskClient) -> None:
    with database_of(app).writing() as session:
        staff_member.add(session, "desk@example.com", "Vera", "another", at=clock.now())
    assert colleague.get("/staff/orders").status_code == 303
