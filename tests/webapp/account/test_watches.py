"""What is not true yet can be watched for on the page of a build, and is told there when it comes true."""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
    share_link,
)
from webapp import clock, settings, worker
from webapp.account.watch_form import amount_in
from webapp.customers import consent
from webapp.customers.consent import Consent
from webapp.database import reading_rows
from webapp.outbox import OutboxLetter
from webapp.sales import calendar
from webapp.sales.delivery_slot import Slots
from webapp.sales.watch import MOST, Sighting, Watch

WITHOUT_RACK = a_bicycle(without="rack.rear")


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.fromisoformat("2026-12-01T12:00:00+01:00"), tick=False) as set_clock:
        yield set_clock


def watching(client: FlaskClient, build: str, **asked: str) -> TestResponse:
    page = client.get(build).text
    found = re.search(r'action="[^"]*/watches".*?</form>', page, re.DOTALL)
    assert found, page
    given = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))
    return client.post(f"{build}/watches", data=given | asked)


def watches_in(shop: Flask) -> list[Watch]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(Watch)))


def look_out(shop: Flask) -> None:
    with shop.app_context():
        worker.look_out(settings.current(), database_of(shop), clock.now())


def kinds_offered(client: FlaskClient, build: str) -> list[str]:
    return re.findall(r'name="kind" value="(\w+)"', client.get(build).text)


def options_offered(client: FlaskClient, build: str) -> list[str]:
    return re.findall(r'<option value="(rack\.\w+|frame\.\w+|model\.\w+)"', client.get(build).text)


def test_only_what_is_not_true_yet_is_offered(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    assert kinds_offered(shopper, build) == ["cheaper", "deliverable", "option"]
    assert options_offered(shopper, build) == ["frame.carbon"], "it carries no rear rack"
    assert "It can be made just as it is today." in shopper.get(build).text
    publish(shop, WITHOUT_RACK)
    assert kinds_offered(shopper, build) == ["possible", "option"]
    assert options_offered(shopper, build) == ["rack.rear"], "made no more"


@on_both_databases
def test_each_thing_watched_for_is_told_on_the_page_and_marked_as_seen(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    assert watching(shopper, build, kind="cheaper", amount="520,00 €").status_code == 303
    assert watching(shopper, build, kind="option", option="frame.carbon").status_code == 303
    assert watching(shopper, build, kind="deliverable", day="2026-12-12").status_code == 303
    assert {(each.kind, each.amount, each.option, each.day) for each in watches_in(shop)} == {
        ("cheaper", 52000, None, None),
        ("fits", None, "carbon", None),
        ("deliverable", None, None, date(2026, 12, 12)),
    }
    publish(shop, a_bicycle(city="460.00"))
    look_out(shop)
    page = shopper.get(build).text
    assert "“Mine” costs €510.00 now, less than €520.00." in html.unescape(page)
    assert re.findall(r'data-watch="(\w+)" data-holds="(\w+)"', page) == [
        ("cheaper", "true"),
        ("fits", "false"),
        ("deliverable", "false"),
    ]
    assert "sighting-new" in page
    again = shopper.get(build).text
    assert "sighting-new" not in again
    assert 'data-sighting="cheaper"' in again
    with database_of(shop).reading() as session:
        assert session.exec(select(Sighting)).one().seen_at is not None


def test_what_has_come_true_stays_on_the_owners_page_whoever_else_opens_the_link(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    watching(shopper, build, kind="cheaper", amount="520")
    publish(shop, a_bicycle(city="460.00"))
    look_out(shop)
    a_shopper(shop).get(build)
    a_customer(shop, "ben@example.com").get(build)
    assert "costs €510.00 now" in shopper.get("/account").text
    shopper.get(build)
    assert "costs €510.00 now" not in shopper.get("/account").text


@on_both_databases
def test_what_is_gone_is_told_when_it_is_back(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    publish(shop, WITHOUT_RACK)
    assert watching(shopper, build, kind="possible").status_code == 303
    assert watching(shopper, build, kind="option", option="rack.rear").status_code == 303
    publish(shop, a_bicycle(city="510.00"))
    look_out(shop)
    page = html.unescape(shopper.get(build).text)
    assert "“Mine” can be made again, just as you kept it." in page
    assert "“Rear rack” is made again." in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Choose what you are waiting for."),
        ({"kind": "nonsense"}, "This is true already, or nothing that could come true."),
        ({"kind": "possible"}, "This is true already, or nothing that could come true."),
        ({"kind": "cheaper"}, "Write an amount, such as €495."),
        ({"kind": "cheaper", "amount": "cheap"}, "Write an amount"),
        ({"kind": "cheaper", "amount": "0"}, "Write an amount"),
        ({"kind": "cheaper", "amount": "550,01"}, "It costs less than that already: €550.00."),
        ({"kind": "deliverable", "day": ""}, "Choose a day."),
        ({"kind": "deliverable", "day": "2026-13-45"}, "Choose a day."),
        ({"kind": "deliverable", "day": "2026-12-01"}, "Choose a day from tomorrow on."),
        ({"kind": "deliverable", "day": "2027-12-01"}, "It is true already: ordered today"),
        ({"kind": "option", "option": "frame.steel"}, "Choose an option that cannot be had"),
        ({"kind": "option"}, "Choose an option that cannot be had"),
        ({"kind": "cheaper", "amount": "500", "token": "short"}, "This page has grown old."),
    ],
)
def test_what_cannot_be_watched_for_is_said_beside_its_field(
    shop: Flask, shopper: FlaskClient, asked: dict[str, str], said: str
) -> None:
    answer = watching(shopper, a_saved_build(shopper), **asked)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert all(
        f'value="{value}"' in answer.text for name, value in asked.items() if name in ("amount", "day")
    )
    assert watches_in(shop) == []


def test_the_same_thing_is_watched_for_once(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    watching(shopper, build, kind="cheaper", amount="500")
    answer = watching(shopper, build, kind="cheaper", amount="500.00")
    assert answer.status_code == 303
    assert "This is being watched for already." in shopper.get(build).text
    assert len(watches_in(shop)) == 1


def test_a_build_has_room_for_so_many_watches(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    for amount in range(100, 100 + MOST):
        assert watching(shopper, build, kind="cheaper", amount=str(amount)).status_code == 303
    assert f'action="{build}/watches"' not in shopper.get(build).text
    refused = shopper.post(f"{build}/watches", data={"token": "t" * 20, "kind": "cheaper", "amount": "7"})
    assert refused.status_code == 422
    assert "many watches" in refused.text


def test_a_watch_is_ended_by_the_key_of_its_build_alone(shop: Flask, shopper: FlaskClient) -> None:
    build, other = a_saved_build(shopper), a_saved_build(shopper, "Another")
    watching(shopper, build, kind="cheaper", amount="500")
    [watch] = watches_in(shop)
    shared = share_link(shopper, build).removeprefix("/shared/")
    for foreign in (other, f"/builds/{shared}", "/builds/x"):
        assert shopper.post(f"{foreign}/watches/{watch.id}/removal").status_code == 404
        assert foreign == other or shopper.post(f"{foreign}/watches").status_code == 404
    assert shopper.post(f"{build}/watches/999/removal").status_code == 404
    assert len(watches_in(shop)) == 1
    assert shopper.post(f"{build}/watches/{watch.id}/removal").status_code == 303
    assert watches_in(shop) == []


def test_a_guest_is_offered_no_letters_and_gets_none(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    assert "by_mail" not in shopper.get(build).text
    watching(shopper, build, kind="cheaper", amount="500", by_mail="y")
    assert not watches_in(shop)[0].by_mail


@on_both_databases
@pytest.mark.parametrize("ticked", [True, False])
def test_a_ticked_box_is_the_consent_to_its_very_words(shop: Flask, ticked: bool) -> None:
    anna = a_customer(shop, "anna@example.com")
    build = a_saved_build(anna)
    page = html.unescape(anna.get(build).text)
    [wording] = consent.WORDINGS[consent.Purpose.BUILD_LETTERS]
    assert wording.words["en"] in page
    assert re.search(r'name="by_mail" value="y" *>', page), "unticked"
    watching(anna, build, kind="cheaper", amount="520", **({"by_mail": "y"} if ticked else {}))
    with database_of(shop).reading() as session:
        given = [(each.purpose, each.edition, each.language) for each in session.exec(select(Consent))]
    assert given == ([("build-letters", wording.edition, "en")] if ticked else [])
    publish(shop, a_bicycle(city="460.00"))
    look_out(shop)
    with database_of(shop).reading() as session:
        letters = session.exec(
            select(OutboxLetter).where(col(OutboxLetter.subject).startswith("“Mine”"))
        ).all()
        assert [letter.recipient for letter in letters] == (["anna@example.com"] if ticked else [])


def test_somebody_else_with_the_link_is_offered_no_letters(shop: Flask) -> None:
    build = a_saved_build(a_customer(shop, "anna@example.com"))
    stranger = a_customer(shop, "boris@example.com")
    assert "by_mail" not in stranger.get(build).text
    watching(stranger, build, kind="cheaper", amount="500", by_mail="y")
    assert not watches_in(shop)[0].by_mail


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", 120000),
        ("1 200", 120000),
        ("1\u00a0200,50\u00a0€", 120050),
        ("€1,200.50", 120050),
        ("1.200,5", 120050),
        ("1.200", 120000),
        ("1,200", 120000),
        ("12,50", 1250),
        ("1'200 EUR", 120000),
        ("0,01", 1),
        ("0", None),
        ("-5", None),
        ("1.2.3", None),
        ("1e9", None),
        ("12,505", 1250500),
        ("99999999999", None),
        ("٣", None),
        ("", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, amount: int | None) -> None:
    assert amount_in(text, "EUR") == amount


def test_who_has_agreed_is_not_asked_again_and_a_withdrawal_counts(shop: Flask) -> None:
    anna = a_customer(shop, "anna@example.com")
    build = a_saved_build(anna)
    [wording] = consent.WORDINGS[consent.Purpose.BUILD_LETTERS]
    watching(anna, build, kind="cheaper", amount="520", by_mail="y")
    page = html.unescape(anna.get(build).text)
    assert wording.words["en"] not in page
    assert f'data-edition="{wording.edition}"' in page
    assert "You allowed this on December 1, 2026" in page
    seen = {"token": "t" * 22, "by_mail": "y", "kind": "cheaper", "amount": "510"}
    anna.post("/account/consents/build-letters/withdrawal")
    again = anna.post(f"{build}/watches", data=seen)
    assert again.status_code == 422
    assert wording.words["en"] in html.unescape(again.text)
    assert "You have withdrawn this meanwhile" in again.text
    assert 'value="510"' in again.text
    assert len(watches_in(shop)) == 1
    watching(anna, build, kind="cheaper", amount="500", by_mail="y")
    with database_of(shop).reading() as session:
        assert len(session.exec(select(Consent)).all()) == 2


def test_days_are_those_of_the_workshops_calendar(shop: Flask, shopper: FlaskClient) -> None:
    """What the page and a watch call deliverable is what the checkout offers."""
    build = a_saved_build(shopper)
    before = re.search(r"ordered today: by ([^<]+)<", shopper.get(build).text)
    watching(shopper, build, kind="deliverable", day="2026-12-10")
    with database_of(shop).writing() as session:
        holidays = [date(2026, 12, 2) + timedelta(days=number) for number in range(21)]
        calendar.close(session, holidays, "Stocktaking", is_public=False)
    after = re.search(r"ordered today: by ([^<]+)<", shopper.get(build).text)
    assert before
    assert after
    assert after[1] != before[1]
    with shop.test_request_context():
        by = Slots(reading_rows(), date(2026, 12, 1), 5).quickest("EUR")
        assert by
        assert after[1] == f"{by:%B} {by.day}, {by.year}"
    publish(shop, faster())
    look_out(shop)
    with database_of(shop).reading() as session:
        assert session.exec(select(Sighting)).all() == [], "nobody works before the 23rd"


def faster() -> Family:
    return Family.model_validate(a_bicycle().model_dump() | {"lead": {"base_days": 1, "combine": "largest"}})
