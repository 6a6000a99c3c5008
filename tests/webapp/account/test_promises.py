"""A promised price holds until its day ends where the workshop is, whatever becomes of the catalogue."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import (
    ENTRIES,
    a_bicycle,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
    share_link,
    texts,
)
from webapp.outbox import OutboxLetter
from webapp.sales.order import Order
from webapp.sales.quote import Quote

NOON = "2026-12-01T12:00:00+01:00"
LAST_MOMENT = "2026-12-15T23:59:59+01:00"
MIDNIGHT = "2026-12-16T00:00:00+01:00"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.fromisoformat(NOON), tick=False) as set_clock:
        yield set_clock


def asking(shopper: FlaskClient, build: str) -> dict[str, str]:
    """The form that asks for a promise, as the page of the build holds it."""
    page = shopper.get(build)
    found = re.search(r'action="[^"]*/promises".*?</form>', page.text, re.DOTALL)
    assert found, page.text
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', found[0]))


def promised(shopper: FlaskClient, build: str) -> str:
    """Asks for a promise; where it is ordered by."""
    answer = shopper.post(f"{build}/promises", data=asking(shopper, build))
    assert answer.status_code == 303, answer.text
    return checkout_of(shopper, build)


def checkout_of(shopper: FlaskClient, build: str) -> str:
    found = re.search(r'href="([^"]+/promises/[^"]+/checkout)"', shopper.get(build).text)
    assert found
    return found[1]


def filled_in(shopper: FlaskClient, checkout: str) -> dict[str, str]:
    page = shopper.get(checkout)
    assert page.status_code == 200
    return hidden(page) | ENTRIES


def the_order(shop: Flask, answer: TestResponse) -> Order:
    assert answer.status_code == 303, answer.text
    with database_of(shop).reading() as session:
        placed = session.exec(select(Order)).one()
        _ = placed.lines, placed.delivery
        return placed


def nothing_ordered(shop: Flask) -> bool:
    with database_of(shop).reading() as session:
        return session.exec(select(Order)).first() is None


def promises_in(shop: Flask) -> list[Quote]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(Quote).order_by("id")))


def one_that_forbids() -> Family:
    forbidding = {
        "code": "no-rack-on-city",
        "rule": "model.city excludes rack.rear",
        "reason": texts("No.", "Нет."),
    }
    document = a_bicycle().model_dump()
    return Family.model_validate(document | {"rules": [*document["rules"], forbidding]})


@on_both_databases
@pytest.mark.parametrize(
    "newer",
    [a_bicycle(city="600.00"), a_bicycle(without="rack.rear"), one_that_forbids()],
    ids=["dearer", "gone", "forbidden"],
)
def test_an_order_inside_the_date_costs_what_was_promised(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller, newer: Family
) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    publish(shop, newer)
    now.move_to(datetime.fromisoformat(LAST_MOMENT))
    page = shopper.get(build).text
    assert 'data-promised="55000" data-until="2026-12-15"' in page
    form = filled_in(shopper, checkout)
    assert form["shown_total"] == "57900", "promised, and the delivery"
    placed = the_order(shop, shopper.post(checkout, data=form))
    [quote] = promises_in(shop)
    [line] = placed.lines
    assert (placed.total, line.total, line.version) == (57900, 55000, 1)
    assert line.quote_code == quote.code
    assert (line.parts, line.price_lines, line.choices) == (quote.parts, quote.price_lines, quote.choices)
    with database_of(shop).reading() as session:
        assert "€579.00" in session.exec(select(OutboxLetter.text)).one()


@on_both_databases
def test_a_fall_passes_on_at_once(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    publish(shop, a_bicycle(city="450.00"))
    page = shopper.get(build).text
    assert 'data-promised="55000"' in page
    assert 'data-today="50000"' in page
    placed = the_order(shop, shopper.post(checkout, data=filled_in(shopper, checkout)))
    [line] = placed.lines
    assert (placed.total, line.total, line.version) == (52900, 50000, 2)
    assert line.quote_code == promises_in(shop)[0].code


def test_a_fall_between_page_and_order_is_shown_first(shop: Flask, shopper: FlaskClient) -> None:
    checkout = promised(shopper, a_saved_build(shopper))
    form = filled_in(shopper, checkout)
    publish(shop, a_bicycle(city="450.00"))
    again = shopper.post(checkout, data=form)
    assert again.status_code == 409
    assert 'data-was="57900" data-now="52900"' in again.text
    assert the_order(shop, shopper.post(checkout, data=hidden(again) | ENTRIES)).total == 52900


@on_both_databases
def test_a_promise_that_ended_is_said_and_todays_price_is_confirmed_first(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller
) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    publish(shop, a_bicycle(city="600.00"))
    now.move_to(datetime.fromisoformat(LAST_MOMENT))
    form = filled_in(shopper, checkout)
    now.move_to(datetime.fromisoformat(MIDNIGHT))
    again = shopper.post(checkout, data=form | {"name": "Berta"})
    assert again.status_code == 409
    assert 'data-was="57900" data-now="67900"' in again.text
    assert 'data-promise="ended"' in again.text
    assert "Berta" in again.text
    assert nothing_ordered(shop)
    placed = the_order(shop, shopper.post(checkout, data=hidden(again) | ENTRIES))
    assert (placed.total, placed.lines[0].version, placed.lines[0].quote_code) == (67900, 2, None)


def test_a_promise_that_ended_on_what_is_made_no_more_orders_nothing(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller
) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    form = filled_in(shopper, checkout)
    publish(shop, a_bicycle(without="rack.rear"))
    now.move_to(datetime.fromisoformat(MIDNIGHT))
    for answer in (shopper.post(checkout, data=form), shopper.get(checkout)):
        assert answer.status_code == 409
        assert "This promise has ended" in answer.text
    assert nothing_ordered(shop)
    page = shopper.get(build).text
    assert "data-promise-ended" in page
    assert "data-promised=" not in page


def test_an_order_placed_inside_the_date_is_found_again_after_it(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller
) -> None:
    checkout = promised(shopper, a_saved_build(shopper))
    form = filled_in(shopper, checkout)
    placed = shopper.post(checkout, data=form)
    now.move_to(datetime.fromisoformat(MIDNIGHT))
    assert shopper.post(checkout, data=form).location == placed.location
    assert the_order(shop, placed).total == 57900


@pytest.mark.parametrize(
    ("asked", "until", "last", "over"),
    [
        # Past midnight in Berlin, though not in London.
        ("2026-12-01T23:30:00+00:00", date(2026, 12, 16), "2026-12-16T22:59:59+00:00", "2026-12-16T23:00:00+00:00"),
        # Before midnight there, though past it in Moscow.
        ("2026-12-01T22:30:00+00:00", date(2026, 12, 15), "2026-12-15T22:59:59+00:00", "2026-12-15T23:00:00+00:00"),
        # Over the nights in which the clocks change: the last day is as long as it is.
        ("2027-03-14T12:00:00+01:00", date(2027, 3, 28), "2027-03-28T21:59:59+00:00", "2027-03-28T22:00:00+00:00"),
        ("2026-10-11T12:00:00+02:00", date(2026, 10, 25), "2026-10-25T22:59:59+00:00", "2026-10-25T23:00:00+00:00"),
    ],
)  # fmt: skip
def test_days_end_where_the_workshop_is(
    shop: Flask,
    shopper: FlaskClient,
    now: time_machine.Traveller,
    asked: str,
    until: date,
    last: str,
    over: str,
) -> None:
    now.move_to(datetime.fromisoformat(asked))
    checkout = promised(shopper, a_saved_build(shopper))
    [quote] = promises_in(shop)
    assert quote.until == until
    publish(shop, a_bicycle(city="600.00"))
    now.move_to(datetime.fromisoformat(last))
    assert 'data-promise="holds"' in shopper.get(checkout).text
    now.move_to(datetime.fromisoformat(over))
    assert 'data-promise="ended"' in shopper.get(checkout).text


def test_a_price_that_rose_under_the_page_is_not_promised_unseen(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    form = asking(shopper, build)
    publish(shop, a_bicycle(city="600.00"))
    again = shopper.post(f"{build}/promises", data=form)
    assert again.status_code == 409
    assert "data-promise-again" in again.text
    assert "€550.00" in again.text
    assert "€650.00" in again.text
    assert promises_in(shop) == []
    for forged in ("55000", "1", "x", ""):
        answer = shopper.post(f"{build}/promises", data=form | {"shown_total": forged})
        assert answer.status_code in (409, 422)
    assert promises_in(shop) == []


def test_an_old_form_sent_again_promises_nothing_new(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller
) -> None:
    build = a_saved_build(shopper)
    form = asking(shopper, build)
    assert shopper.post(f"{build}/promises", data=form).status_code == 303
    publish(shop, a_bicycle(city="600.00"))
    now.move_to(datetime.fromisoformat(MIDNIGHT))
    assert shopper.post(f"{build}/promises", data=form).status_code == 303
    [quote] = promises_in(shop)
    assert quote.until == date(2026, 12, 15)
    promised(shopper, build)
    assert [quote.total for quote in promises_in(shop)] == [55000, 65000]


def test_renewing_makes_a_new_promise_and_the_cheaper_one_is_used_while_it_holds(
    shop: Flask, shopper: FlaskClient, now: time_machine.Traveller
) -> None:
    build = a_saved_build(shopper)
    promised(shopper, build)
    publish(shop, a_bicycle(city="600.00"))
    now.move_to(datetime.fromisoformat("2026-12-10T12:00:00+01:00"))
    assert "Promise me €650.00" in shopper.get(build).text
    promised(shopper, build)
    assert 'data-promised="55000" data-until="2026-12-15"' in shopper.get(build).text
    now.move_to(datetime.fromisoformat(MIDNIGHT))
    assert 'data-promised="65000" data-until="2026-12-24"' in shopper.get(build).text
    assert [quote.version for quote in promises_in(shop)] == [1, 2]


@on_both_databases
def test_one_form_sent_from_two_threads_makes_one_promise(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    form = asking(shopper, build)

    def send(_: int) -> int:
        return a_shopper(shop).post(f"{build}/promises", data=form).status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(send, range(8))) == {303}
    assert len(promises_in(shop)) == 1


def test_what_cannot_be_had_today_is_not_promised(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    form = asking(shopper, build)
    publish(shop, a_bicycle(without="rack.rear"))
    page = shopper.get(build).text
    assert "/promises" not in page
    assert shopper.post(f"{build}/promises", data=form).status_code == 409
    assert promises_in(shop) == []


def test_only_the_private_key_of_the_very_build_leads_to_its_promise(
    shop: Flask, shopper: FlaskClient
) -> None:
    build, other = a_saved_build(shopper), a_saved_build(shopper, "Another")
    checkout = promised(shopper, build)
    code = checkout.split("/")[-2]
    shared = share_link(shopper, build).removeprefix("/shared/")
    form = filled_in(shopper, checkout)
    for foreign in (
        f"{other}/promises/{code}/checkout",
        f"/builds/{shared}/promises/{code}/checkout",
        f"{build}/promises/nothing/checkout",
        f"/builds/x/promises/{code}/checkout",
    ):
        assert a_shopper(shop).get(foreign).status_code == 404
        assert a_shopper(shop).post(foreign, data=form).status_code == 404
    assert a_shopper(shop).get(checkout).status_code == 200, "whoever has the private link"
    assert a_shopper(shop).get(checkout).headers["Cache-Control"] == "private, no-store"


def test_a_changed_build_leaves_the_promise_with_the_version_before(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    shopper.post(f"{build}/change")
    page = shopper.get("/builds/new/bike?model=gravel")
    saved = shopper.post(
        "/builds/new/bike?model=gravel", data=hidden(page) | {"name": "Mine", "place": "same"}
    )
    assert saved.status_code == 303
    page = shopper.get(build)
    assert 'data-promised-version="1"' in page.text
    assert "data-promised=" not in page.text
    assert checkout in page.text
    publish(shop, a_bicycle(city="600.00"))
    placed = the_order(shop, shopper.post(checkout, data=filled_in(shopper, checkout)))
    assert placed.lines[0].choices == ["model.city", "rack.rear"]
    assert placed.total == 57900


def test_a_deleted_build_takes_its_promises_along(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    checkout = promised(shopper, build)
    shopper.post(f"{build}/removal")
    assert shopper.get(checkout).status_code == 404
    assert promises_in(shop) == []


def test_the_days_are_a_setting(new_app) -> None:
    shop = new_app(promise_days=3)
    publish(shop, a_bicycle())
    shopper = a_shopper(shop)
    promised(shopper, a_saved_build(shopper))
    assert promises_in(shop)[0].until == date(2026, 12, 4)
