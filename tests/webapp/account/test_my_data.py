"""Customers take away, correct and erase what is kept about them, and object; guests what their device has kept."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, settle
from tests.webapp.sales.test_erasing import found
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    number_of,
    publish,
    share_link,
)
from webapp import clock, erasure_list, worker
from webapp.account.privacy import in_words
from webapp.courier import FolderCourier
from webapp.customers import consent, data_kind, processing, retention
from webapp.customers.cookie import COOKIES
from webapp.customers.customer import Customer
from webapp.customers.data_map import TABLES
from webapp.customers.rights_request import RightsRequest
from webapp.customers.touchpoint import Touchpoint
from webapp.customers.wording import Purpose
from webapp.outbox import OutboxLetter
from webapp.sales.build import Build
from webapp.sales.order import Order

TOKEN = {"token": "t" * 20}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


def taken(client: FlaskClient) -> tuple[dict[str, Any], str]:
    """What the file holds: for programs, and for people."""
    answer = client.post("/account/my-data", data=TOKEN)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        return json.loads(packed.read("data.json")), packed.read("data.html").decode()


def the_code(app: Flask) -> str:
    with database_of(app).reading() as session:
        letter = session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id).desc())).first()
        assert letter
        digits = re.search(r"\b\d{6}\b", letter.text)
        assert digits
        return digits[0]


def erase(app: Flask, client: FlaskClient) -> str:
    """Both steps; the number of the erasure."""
    page = client.post("/account/erasure/codes", data=TOKEN)
    code = page.location.partition("code=")[2]
    answer = client.post("/account/erasure", data=TOKEN | {"code": code, "digits": the_code(app)})
    assert answer.location == "/account/erasure/done", answer.text
    proof = re.search(r'data-proof="([^"]+)"', client.get(answer.location).text)
    assert proof
    return proof[1]


@on_both_databases
def test_the_file_holds_every_row_about_somebody_and_none_of_others(shop: Flask) -> None:
    client = a_customer(shop, "anna@example.com")
    with database_of(shop).writing() as session:
        owner = session.exec(select(Customer.owner)).one()
        anna = ANNA._replace(owner=owner, email="anna@example.com")
        settle(session, anna._replace(email="unused@example.com"), customers={"owner": "x", "email": "x"})
        settle(session, BEN)
    data, page = taken(client)
    named = {name for name, kept in TABLES.items() if kept.is_personal and not kept.withheld}
    assert set(data["tables"]) == named
    assert "thread_notes" not in named  # what colleagues note for each other
    # What hangs on the account's number or address is there as well as what hangs on the name.
    by_name = {name for name in named if any(type(link).__name__ == "Named" for link in TABLES[name].links)}
    assert by_name - {name for name in named if data["tables"][name]["rows"]} == {
        "touchpoints",  # of another device
        "demand_journeys",
    }
    assert BEN.name not in page
    assert BEN.email not in json.dumps(data, ensure_ascii=False)
    assert ANNA.street in page
    for kind in data_kind.ALL:
        assert kind.title["en"] in page


def test_the_file_speaks_the_readers_language(shop: Flask) -> None:
    anna = a_customer(shop, language="ru")
    a_saved_build(anna, name="Моя сборка")
    a_placed_order(anna)
    data, page = taken(anna)
    assert '<html lang="ru">' in page
    for words in ("Моя сборка", "Задний багажник", "Электронная почта", "550,00", "Weg 1", "Ваши заказы"):
        assert words in page, words
    assert data["tables"]["builds"]["rows"][0]["name"] == "Моя сборка"
    assert "token_hash" not in json.dumps(data)


def test_no_key_that_opens_an_account_is_in_the_file(shop: Flask) -> None:
    anna = a_customer(shop)
    anna.post("/account/erasure/codes", data=TOKEN)
    digits = the_code(shop)
    data, page = taken(anna)
    (letter,) = data["tables"]["outbox"]["rows"]
    assert letter["secret"]
    assert digits not in page
    assert digits not in str(letter)


def test_a_guest_takes_away_what_the_device_has_kept(shop: Flask) -> None:
    guest, stranger = a_shopper(shop), a_shopper(shop)
    a_saved_build(guest, name="On this device")
    data, page = taken(guest)
    assert "On this device" in page
    assert data["tables"]["customers"]["rows"] == []
    assert stranger.post("/account/my-data", data=TOKEN).status_code == 303


def test_so_many_files_an_hour_and_no_more(shop: Flask) -> None:
    anna = a_customer(shop)
    answers = [anna.post("/account/my-data", data=TOKEN).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


@on_both_databases
def test_erasing_takes_two_steps_and_leaves_nothing_behind(shop: Flask) -> None:
    anna, phone = a_customer(shop), a_customer(shop)
    shared = share_link(anna, a_saved_build(anna, name="Secret name"))
    order = a_placed_order(anna, phone="+49 30 1234567", note="Ring twice")
    number = number_of(anna, order)
    settings = shop.config["LEKALO"]
    courier = FolderCourier(settings.instance / "mail", settings.mail_from)
    while worker.deliver(database_of(shop), courier, clock.now()):
        pass
    assert list((settings.instance / "mail").glob("*.eml"))
    page = anna.get("/account/erasure").text
    assert number in page
    assert "402-FZ" in page
    wrong = anna.post("/account/erasure", data=TOKEN | {"code": "none", "digits": "123456"})
    assert wrong.status_code == 422
    proof = erase(shop, anna)
    done = anna.get("/account/erasure/done").text
    assert number in done, "an order under way is named, not lost"
    assert anna.get("/account/settings").status_code == 303
    assert phone.get("/account/settings").status_code == 303
    assert a_shopper(shop).get(shared).status_code == 404
    assert number_of(anna, order) == number
    assert list((settings.instance / "mail").glob("*.eml")) == []
    with database_of(shop).reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.owner, kept.email) == (None, "anna@example.com")
        assert set(found(session, "anna@example.com", "Secret name", "Ring twice")) == {"orders"}
    assert [each.code for each in erasure_list.read(settings.instance)] == [proof]
    again = anna.post("/account/erasure", data=TOKEN | {"code": "x", "digits": "123456"})
    assert again.location == "/account/erasure/done"


def test_the_code_of_one_letter_does_not_do_the_work_of_another(shop: Flask) -> None:
    anna = a_customer(shop)
    a_shopper(shop).post("/sign-in", data=TOKEN | {"email": "anna@example.com"})
    with database_of(shop).reading() as session:
        from webapp.customers.sign_in_request import SignInRequest

        asked = session.exec(select(SignInRequest.code)).one()
    tried = {"code": asked, "digits": the_code(shop)}
    assert anna.post("/account/erasure", data=TOKEN | tried).status_code == 422
    assert anna.get("/account/settings").status_code == 200


def test_a_guest_erases_their_device(shop: Flask) -> None:
    guest = a_shopper(shop)
    a_saved_build(guest)
    order = a_placed_order(guest)
    assert guest.post("/account/erasure", data=TOKEN).location == "/account/erasure/done"
    assert "sign in with the address" in guest.get("/account/erasure/done").text
    with database_of(shop).reading() as session:
        assert session.exec(select(Build)).all() == []
        assert session.exec(select(Order.email)).one() == "anna@example.com"
    assert guest.get(order).status_code == 200


@on_both_databases
def test_an_objection_holds_at_once_and_leaves_its_receipt(shop: Flask) -> None:
    anna, at = a_customer(shop), clock.now()
    anna.get("/configure/bike?model=gravel&pick=model.gravel", headers={"Sec-Fetch-Site": "same-origin"})
    with database_of(shop).writing() as session:
        who = session.exec(select(Customer)).one()
        for purpose in Purpose:
            consent.give(session, who.id or 0, purpose, language="en", at=at)
        assert session.exec(select(Touchpoint.visitor)).one()
    against = {"against": ["profiling", "marketing", "counting"]}
    assert anna.post("/account/objections", data=TOKEN | against).status_code == 303
    assert anna.post("/account/objections", data=TOKEN | against).status_code == 303
    with database_of(shop).reading() as session:
        assert not any(consent.holds(session, who.id or 0, purpose) for purpose in Purpose)
        assert session.exec(select(Touchpoint.visitor)).one() is None
        receipt = session.exec(select(RightsRequest)).one()
        assert (receipt.kind, receipt.state) == ("object", "answered")
    assert anna.post("/account/objections", data=TOKEN).status_code == 422


def test_a_request_is_made_once_and_nothing_typed_is_lost(shop: Flask) -> None:
    anna = a_customer(shop)
    refused = anna.post("/account/requests", data=TOKEN | {"words": "My words"})
    assert refused.status_code == 422
    assert "My words" in refused.text
    for _ in range(2):
        anna.post("/account/requests", data=TOKEN | {"kind": "correct", "words": "My words"})
    page = anna.get("/account/my-data").text
    assert page.count("data-request=") == 1
    assert 'data-state="open"' in page


def test_a_box_that_is_not_ticked_allows_nothing(shop: Flask) -> None:
    anna = a_customer(shop)
    page = anna.get("/account/consents").text
    assert len(re.findall(r'type="checkbox"', page)) == len(processing.ASKED)
    assert "checked" not in page
    given = {"edition": consent.wording(Purpose.BUILD_LETTERS).edition, "language": "en"}
    answer = anna.post("/account/consents/build-letters", data=given)
    assert answer.status_code == 422
    assert "Tick the box" in answer.text
    assert 'data-holds="true"' not in anna.get("/account/consents").text
    guest = a_shopper(shop).get("/account/consents").text
    assert "data-for-guests" in guest
    assert 'type="checkbox"' not in guest


def test_nobody_is_asked_for_what_nothing_uses(shop: Flask) -> None:
    anna = a_customer(shop)
    for purpose in set(Purpose) - processing.ASKED:
        assert f'data-consent="{purpose}"' not in anna.get("/account/consents").text
        given = {"edition": consent.wording(purpose).edition, "language": "en", "agree": "y"}
        assert anna.post(f"/account/consents/{purpose}", data=given).status_code == 404


def test_a_receipt_says_what_was_agreed_to_where_and_for_what(shop: Flask) -> None:
    anna = a_customer(shop)
    wording = consent.wording(Purpose.BUILD_LETTERS)
    given = {"edition": wording.edition, "language": "ru", "agree": "y"}
    anna.post("/account/consents/build-letters", data=given)
    page = anna.get("/account/consents").text
    receipt = page[page.index('data-receipt="build-letters"') :]
    assert wording.words["ru"] in receipt
    assert "on this site" in receipt
    assert processing.POWERS[Purpose.BUILD_LETTERS]["en"] in receipt


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_policy_says_what_the_code_does(shop: Flask, language: str) -> None:
    page = a_shopper(shop, language).get("/privacy").text
    for kind in data_kind.ALL:
        shown = page[page.index(f'data-kind="{kind.code}"') :].partition("</section>")[0]
        assert kind.what[language] in shown
        for period in kind.periods:
            said = re.search(f'data-period="{period.code}">([^<]+)<', shown)
            assert said
            assert re.match(rf"{period.days or period.years}\b", said[1])
            assert period.since[language] in said[1]
    for use in processing.ALL:
        assert f'data-use="{use.code}"' in page
    assert "Stripe" not in page, "nobody is asked who is not used"


def test_the_payment_service_is_named_where_cards_are_taken(new_app: Callable[..., Flask]) -> None:
    app = new_app(stripe_secret_key="sk_test_x", stripe_webhook_secret="whsec_x")
    assert "Stripe" in a_shopper(app).get("/privacy").text


def test_every_cookie_that_the_site_sets_is_on_its_page(shop: Flask) -> None:
    from tests.webapp.shopping import a_colleague

    seen: dict[str, int] = {}

    def note(client: FlaskClient) -> None:
        for cookie in (client._cookies or {}).values():
            seen[cookie.key] = cookie.max_age or 0

    guest = a_shopper(shop)
    guest.get("/")
    note(guest)
    assert set(seen) == {"lekalo"}, "nothing but what forms need before anything is clicked"
    guest.get("/language/ru")
    a_saved_build(guest)
    a_placed_order(guest)
    note(guest)
    guest.post("/sign-in", data=TOKEN | {"email": "anna@example.com"})
    with database_of(shop).reading() as session:
        letters = session.exec(select(OutboxLetter.text).order_by(col(OutboxLetter.id).desc())).first()
    link = re.search(r"/sign-in/link/\S+", letters or "")
    assert link
    guest.post(link[0], data=TOKEN)
    note(guest)
    staff = a_colleague(shop)
    staff.get("/staff/orders")
    note(staff)
    assert seen == {cookie.name: cookie.days * 24 * 3600 for cookie in COOKIES}
    page = a_shopper(shop).get("/cookies").text
    assert re.findall(r'data-cookie="([^"]+)"', page) == [cookie.name for cookie in COOKIES]


def test_only_two_places_of_the_code_set_cookies() -> None:
    root = Path(__file__).resolve().parents[3]
    setting = {
        str(place.relative_to(root))
        for place in (root / "webapp").rglob("*.py")
        if ".set_cookie(" in place.read_text()
    }
    assert setting == {"webapp/languages.py", "webapp/shop/visiting.py"}
    scripts = "\n".join(place.read_text() for place in (root / "static" / "js").glob("*.js"))
    assert not re.search(r"document\.cookie|localStorage|sessionStorage|indexedDB", scripts)


def test_periods_are_said_in_days_and_years(shop: Flask) -> None:
    with shop.test_request_context("/", headers={"Accept-Language": "ru"}):
        assert in_words(retention.TRIES).startswith("1 день ")
        assert in_words(retention.CLICKS).startswith("365 дней ")
        assert in_words(retention.ACCOUNTS).startswith("8 лет ")
    assert timedelta(days=30) == retention.LETTERS.length
