"""A promise that ends soon is told on the personal page, and once by letter to those who allow it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.account.test_promises import asking, checkout_of, filled_in, promised
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock, settings
from webapp.account import reminders
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.database import Database
from webapp.outbox import OutboxLetter
from webapp.worker import Worker

NOON = datetime.fromisoformat("2026-12-01T12:00:00+01:00")  # and so promised until 15 December
SOON = timedelta(days=12)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as set_clock:
        yield set_clock


def agree(shop: Flask, *, withdrawn: bool = False) -> None:
    with database_of(shop).writing() as session:
        known = customer.by_email(session, "anna@example.com")
        assert known is not None
        assert known.id is not None
        consent.give(session, known.id, Purpose.BUILD_LETTERS, language="en", at=clock.now())
        if withdrawn:
            consent.withdraw(session, known.id, Purpose.BUILD_LETTERS, at=clock.now())


def remind(shop: Flask) -> list[OutboxLetter]:
    """What all has been written after one more turn of the worker."""
    with shop.app_context():
        reminders.remind(settings.current(), database_of(shop), clock.now())
    with database_of(shop).reading() as session:
        return list(session.exec(select(OutboxLetter)))


def told(client: FlaskClient) -> bool:
    return "data-ending=" in client.get("/account").text


@on_both_databases
def test_who_allows_letters_is_reminded_once_two_days_before(
    shop: Flask, now: time_machine.Traveller
) -> None:
    anna = a_customer(shop)
    agree(shop)
    promised(anna, a_saved_build(anna))
    now.move_to(NOON + SOON - timedelta(days=1))
    assert remind(shop) == []
    assert not told(anna)
    now.move_to(NOON + SOON)
    [letter] = remind(shop)
    assert letter.recipient == "anna@example.com"
    assert letter.subject == "The price promised for “Mine” holds until December 15, 2026"
    assert "€550.00" in letter.text
    assert "/builds/" in letter.text
    assert letter.consent_id is not None, "a withdrawal calls it back"
    for later in (0, 1, 2, 3):
        now.move_to(NOON + SOON + timedelta(days=later))
        assert len(remind(shop)) == 1
    assert (
        "“Mine”: €550.00 is promised until December 15, 2026." not in anna.get("/account").text
    )  # it is over


@on_both_databases
def test_who_turns_reminders_off_gets_none_and_the_page_says_so(
    shop: Flask, now: time_machine.Traveller
) -> None:
    anna = a_customer(shop)
    agree(shop)
    promised(anna, a_saved_build(anna))
    now.move_to(NOON + SOON)
    assert 'data-benefit="reminders" data-standing="on"' in anna.get("/account").text
    anna.post("/account/benefits/reminders")
    assert remind(shop) == []
    assert "No letter reminds you before: that is off." in anna.get("/account").text
    anna.post("/account/benefits/reminders", data={"on": "y"})
    assert len(remind(shop)) == 1


@on_both_databases
def test_without_the_consent_the_page_alone_tells_it(shop: Flask, now: time_machine.Traveller) -> None:
    guest, anna = a_shopper(shop), a_customer(shop)
    for client in (guest, anna):
        promised(client, a_saved_build(client))
    agree(shop, withdrawn=True)
    now.move_to(NOON + SOON)
    assert remind(shop) == []
    for client in (guest, anna):
        assert "“Mine”: €550.00 is promised until December 15, 2026." in client.get("/account").text
    assert not told(a_shopper(shop))
    agree(shop)  # whoever allows it then is told then
    assert len(remind(shop)) == 1


def test_nobody_is_reminded_of_what_matters_no_more(shop: Flask, now: time_machine.Traveller) -> None:
    """Ordered, promised anew until later, or a build that was changed since."""
    anna = a_customer(shop)
    agree(shop)
    ordered, extended = (a_saved_build(anna, name) for name in ("Ordered", "Extended"))
    for each in (ordered, extended):
        promised(anna, each)
    now.move_to(NOON + SOON)
    checkout = checkout_of(anna, ordered)
    assert anna.post(checkout, data=filled_in(anna, checkout)).status_code == 303
    letters = len(remind(shop)) - 1  # but for the one still promised
    assert anna.post(f"{extended}/promises", data=asking(anna, extended)).status_code == 303
    assert not told(anna)
    now.move_to(NOON + SOON + timedelta(days=1))
    assert len(remind(shop)) == letters + 1


def test_the_letter_says_what_it_costs_today(shop: Flask, now: time_machine.Traveller) -> None:
    anna = a_customer(shop)
    agree(shop)
    promised(anna, a_saved_build(anna))
    publish(shop, a_bicycle(city="600.00"))
    now.move_to(NOON + SOON)
    [letter] = remind(shop)
    assert "Without the promise it would cost €650.00 today." in letter.text


@on_both_databases
def test_workers_at_once_write_once(shop: Flask, now: time_machine.Traveller) -> None:
    anna = a_customer(shop)
    agree(shop)
    for number in range(3):  # as many as one person gets in a week
        promised(anna, a_saved_build(anna, f"Build {number}"))
    now.move_to(NOON + SOON)

    def work(_: int) -> None:
        with shop.app_context():
            reminders.remind(settings.current(), Database(database_of(shop).url), clock.now())

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    subjects = [letter.subject for letter in remind(shop)]
    assert len(subjects) == len(set(subjects)) == 3


def test_the_worker_does_it_by_itself(shop: Flask, now: time_machine.Traveller) -> None:
    anna = a_customer(shop)
    agree(shop)
    promised(anna, a_saved_build(anna))
    now.move_to(NOON + SOON)
    with shop.app_context():
        Worker(database_of(shop), settings.current()).turn(clock.now())
    assert len(remind(shop)) == 1
