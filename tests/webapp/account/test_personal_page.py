"""The personal page shows what exists, the same for guests and customers, at a cost that does not grow."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shop.conftest import OWN_CLICK, SWAP
from tests.webapp.shopping import (
    CHOICES,
    a_bicycle,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp import clock
from webapp.account.outlines import outlines
from webapp.customers.customer import Customer
from webapp.sales import build, quote
from webapp.sales.build import Build, copied

CLICK = "/configure/bike?rack=rear&pick=rack.rear"


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that pages send meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def keep_many(app: Flask, count: int) -> None:
    """More builds like the one that there is, with different choices."""
    frames, models, racks = ("steel", "carbon"), ("city", "gravel"), ("front", "none")
    with database_of(app).writing() as session:
        first = session.exec(select(Build)).first()
        assert first is not None
        for number in range(count):
            choices = [
                f"model.{models[number % 2]}",
                f"frame.{frames[number // 2 % 2]}",
                f"rack.{racks[number // 4 % 2]}",
            ]
            build.save(
                session,
                token=f"one of many {number}",
                owner=first.owner,
                name=f"Build {number}",
                specification=copied(first.latest) | {"choices": choices},
                at=clock.now() + timedelta(seconds=number),
            )


def names(page: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', page)


def test_an_empty_page_says_what_to_do_next(shopper: FlaskClient) -> None:
    page = shopper.get("/account")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Nothing is kept here yet" in page.text
    assert 'href="/sign-in"' in page.text
    assert "My orders" not in page.text
    assert shopper.get_cookie("visitor") is None


def test_what_was_begun_but_not_saved_is_to_be_continued(shopper: FlaskClient) -> None:
    shopper.get(CLICK, headers=OWN_CLICK)
    page = shopper.get("/account").text
    assert "/configure/bike?rack=rear" in page
    assert "€550.00" in page
    assert "No build is saved yet" in page


@on_both_databases
def test_guest_and_customer_see_the_same(shop: Flask, shopper: FlaskClient) -> None:
    for who in (shopper, a_customer(shop)):
        a_saved_build(who, "Daily ride")
        number = number_of(who, a_placed_order(who))
        page = who.get("/account").text
        assert names(page) == ["Daily ride"]
        assert number in page
        assert "Ordered, awaiting payment" in page
        assert 'data-builds="1"' in page
    assert "Sign in by e-mail" in shopper.get("/account").text
    assert "Sign in by e-mail" not in who.get("/account").text


def test_a_build_stands_against_todays_catalogue(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper, "City")
    a_saved_build(shopper, "Gravel", "model=gravel&frame=carbon")

    def standings() -> list[str]:
        return re.findall(r'data-standing="([^"]+)"', shopper.get("/account").text)

    assert standings() == ["as-it-was"] * 2
    publish(shop, a_bicycle(city="530.00"))
    assert standings() == ["as-it-was", "dearer"]
    assert "€550.00 when saved (+€30)" in shopper.get("/account").text
    publish(shop, a_bicycle(city="480.00", without="rack.rear"))
    assert standings() == ["as-it-was", "changed"]
    assert "cannot be had like this today" in shopper.get("/account").text


def test_a_promise_is_shown_until_it_ends(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper)
    with database_of(shop).writing() as session:
        [kept] = session.exec(select(Build)).all()
        until = date(2099, 12, 31)
        specification = copied(kept.latest)
        quote.promise(session, kept.latest, specification, token="t" * 20, until=until, at=clock.now())
    assert "€550.00 promised until December 31, 2099" in shopper.get("/account").text


def test_builds_come_a_page_at_a_time(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper, "The first")
    keep_many(shop, 49)
    first = shopper.get("/account").text
    assert len(names(first)) == 24
    assert names(first)[0] == "Build 48"
    assert 'rel="next" href="/builds?page=2"' in first
    assert names(shopper.get("/builds").text) == names(first)
    third = shopper.get("/builds?page=3").text
    assert names(third) == ["Build 0", "The first"]
    with database_of(shop).writing() as session:
        first_kept = session.exec(select(Build).where(Build.name == "The first")).one()
        build.rename(first_kept, "The first", at=clock.now() + timedelta(days=1))
    assert names(shopper.get("/account").text)[0] == "The first"  # the last one that was changed
    assert 'rel="next"' not in third
    for wrong in ("4", "0", "-1", "x", "1000000", "١"):
        assert shopper.get(f"/builds?page={wrong}").status_code == 404


@on_both_databases
@pytest.mark.parametrize("somebody", [a_shopper, a_customer], ids=["guest", "customer"])
def test_the_page_costs_the_same_for_two_builds_and_for_two_hundred(
    shop: Flask, somebody: Callable[[Flask], FlaskClient]
) -> None:
    who = somebody(shop)
    a_saved_build(who)
    a_placed_order(who)
    counts = []
    for more in (1, 200):
        keep_many(shop, more)
        publish(shop, a_bicycle(city=f"5{more}.00"))
        who.get("/account")  # the new version is read once
        with statements(shop) as sent:
            assert who.get("/account").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 19, sent


def test_what_two_hundred_builds_cost_today_is_reckoned_once(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper)
    shopper.get("/account")
    before = outlines.reckoned
    shopper.get("/account")
    assert outlines.reckoned == before
    keep_many(shop, 23)
    publish(shop, a_bicycle(city="512.34"))
    shopper.get("/account")
    fresh = outlines.reckoned - before
    assert 0 < fresh <= 10  # eight ways, the one saved first, and what is being made
    shopper.get("/account")
    a_shopper(shop).get("/account")
    assert outlines.reckoned - before == fresh


def test_orders_have_a_list_of_their_own(shopper: FlaskClient) -> None:
    numbers = [number_of(shopper, a_placed_order(shopper)) for _ in range(6)]
    page = shopper.get("/account").text
    assert [number in page for number in numbers] == [False] + [True] * 5
    assert 'href="/orders"' in page
    assert all(number in shopper.get("/orders").text for number in numbers)
    assert shopper.get("/orders?page=2").status_code == 404


@on_both_databases
def test_who_is_signed_in_costs_a_click_two_statements_and_a_guest_none(shop: Flask) -> None:
    counts = []
    for who in (a_shopper(shop), a_customer(shop)):
        who.get(CLICK, headers=OWN_CLICK | SWAP)
        with statements(shop) as sent:
            answer = who.get("/configure/bike?pick=rack.rear", headers=OWN_CLICK | SWAP)
        assert answer.status_code == 200
        counts.append(len(sent))
    # The fifth: the workshop's calendar, for the days. Who is signed in, and which level they have.
    assert counts == [5, 7]


# Settings


def test_settings_are_for_who_is_signed_in(shop: Flask, shopper: FlaskClient) -> None:
    assert shopper.get("/account/settings").location == "/sign-in?next=/account/settings"
    assert shopper.post("/account/settings", data={"language": "en"}).status_code == 401


def test_name_telephone_and_language_are_kept(shop: Flask) -> None:
    anna = a_customer(shop)
    entries = {"name": " Anna  Muster ", "phone": "+49 30 1", "language": "ru"}
    assert anna.post("/account/settings", data=entries).status_code == 303
    page = anna.get("/account/settings")
    assert 'value="Anna Muster"' in page.text
    assert '<html lang="ru">' in page.text
    with database_of(shop).reading() as session:
        [known] = session.exec(select(Customer)).all()
    assert (known.name, known.phone, known.language) == ("Anna Muster", "+49 30 1", "ru")
    long = anna.post("/account/settings", data=entries | {"phone": "1" * 31})
    assert long.status_code == 422
    assert f'value="{"1" * 31}"' in long.text


def test_each_device_can_be_signed_out_and_all_at_once(shop: Flask) -> None:
    phone, desktop, stranger = a_customer(shop), a_customer(shop), a_customer(shop, "boris@example.com")
    devices = re.findall(r'data-device="(\d+)"', desktop.get("/account/settings").text)
    assert len(devices) == 2
    [other] = [number for number in devices if f"devices/{number}/" in desktop.get("/account/settings").text][
        1:
    ]
    assert stranger.post(f"/account/devices/{other}/removal").status_code == 404
    assert phone.get("/account/settings").status_code == 200
    assert desktop.post(f"/account/devices/{other}/removal").status_code == 303
    assert phone.get("/account/settings").status_code == 303
    assert desktop.post(f"/account/devices/{other}/removal").status_code == 404
    again = a_customer(shop)
    assert desktop.post("/account/devices/removal").status_code == 303
    assert [each.get("/account/settings").status_code for each in (again, desktop)] == [303, 303]
    assert stranger.get("/account/settings").status_code == 200


def test_a_consent_is_given_in_its_words_and_withdrawn_at_once(shop: Flask) -> None:
    anna = a_customer(shop)
    page = anna.get("/account/consents").text
    assert 'data-consent="build-letters" data-holds="false"' in page
    found = re.search(r'name="edition" value="([^"]+)"', page.partition('id="build-letters"')[2])
    assert found
    given = {"edition": found[1], "language": "en", "agree": "y"}
    anna.post("/account/consents/build-letters", data=given | {"edition": "1999-01"})
    assert 'data-holds="true"' not in anna.get("/account/consents").text
    anna.post("/account/consents/build-letters", data=given)
    assert 'data-consent="build-letters" data-holds="true"' in anna.get("/account/consents").text
    anna.post("/account/consents/build-letters/withdrawal")
    page = anna.get("/account/consents").text
    assert 'data-holds="true"' not in page
    assert "withdrawn on" in page
    assert anna.post("/account/consents/horoscopes", data=given).status_code == 404


def test_a_visit_is_noted_once_a_day_with_the_language_that_is_read(shop: Flask) -> None:
    from webapp.customers.customer_session import CustomerSession

    anna = a_customer(shop)
    with database_of(shop).writing() as session:
        [here] = session.exec(select(CustomerSession)).all()
        here.seen_at = clock.now() - timedelta(days=2)
    anna.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ru"
    with statements(shop) as first:
        assert "customer=" in anna.get(f"/configure/bike?{CHOICES}").headers.get("Set-Cookie", "")
    with statements(shop) as second:
        anna.get(f"/configure/bike?{CHOICES}")
    assert len([sent for sent in first if sent.startswith("UPDATE")]) == 2
    assert not [sent for sent in second if sent.startswith("UPDATE")]
    with database_of(shop).reading() as session:
        assert session.exec(select(Customer.language)).one() == "ru"


def test_a_session_that_was_not_used_for_half_a_year_has_ended(shop: Flask) -> None:
    from webapp.customers.customer_session import CustomerSession

    anna = a_customer(shop)
    with database_of(shop).writing() as session:
        [here] = session.exec(select(CustomerSession)).all()
        here.seen_at = clock.now() - timedelta(days=181)
    assert anna.get("/account/settings").status_code == 303
