"""Signing in by a letter: its link, or its code; once, and by nobody else."""

import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    CHOICES,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    number_of,
)
from webapp import clock
from webapp.customers.customer import Customer
from webapp.customers.customer_session import CustomerSession
from webapp.customers.sign_in_request import SignInRequest
from webapp.outbox import OutboxLetter

EMAIL = "anna@example.com"


def ask(client: FlaskClient, email: str = EMAIL) -> TestResponse:
    return client.post("/sign-in", data=hidden(client.get("/sign-in")) | {"email": email})


def letters(app: Flask, to: str = EMAIL) -> list[OutboxLetter]:
    with database_of(app).reading() as session:
        mine = select(OutboxLetter).where(OutboxLetter.recipient == to)
        return list(session.exec(mine.order_by(OutboxLetter.id)))  # type: ignore[arg-type]


def the_link(app: Flask, to: str = EMAIL) -> str:
    found = re.search(r"/sign-in/link/\S+", letters(app, to)[-1].text)
    assert found
    return found[0]


def the_digits(app: Flask, to: str = EMAIL) -> str:
    found = re.search(r"\b[0-9]{6}\b", letters(app, to)[-1].text)
    assert found
    return found[0]


def press(client: FlaskClient, link: str) -> TestResponse:
    return client.post(link, data=hidden(client.get(link)) | {"token": "t" * 22})


def type_in(client: FlaskClient, page: str, digits: str, token: str = "t" * 22) -> TestResponse:
    return client.post(page, data={"token": token, "digits": digits})


def signed_in_as(client: FlaskClient) -> str:
    found = re.search(r'class="lead">([^<]+)<', client.get("/account/settings").text)
    return found[1] if found else ""


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06}"


@on_both_databases
def test_the_link_of_the_letter_signs_in_once(shop: Flask, shopper: FlaskClient) -> None:
    asked = ask(shopper)
    assert asked.status_code == 303
    link = the_link(shop)
    page = shopper.get(link)
    assert EMAIL in page.text
    assert shopper.get(link).status_code == 200  # looking at it uses nothing up
    assert press(shopper, link).location == "/account"
    assert signed_in_as(shopper) == EMAIL
    cookie = shopper.get_cookie("customer")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    stranger = a_shopper(shop)
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, data={"token": "s" * 22}).status_code == 410
    assert stranger.get_cookie("customer") is None


@on_both_databases
def test_the_code_signs_in_the_page_that_asked_and_uses_the_link_up(
    shop: Flask, shopper: FlaskClient
) -> None:
    page = ask(shopper).location
    digits = the_digits(shop)
    assert type_in(shopper, page, f" {digits[:3]} {digits[3:]} ").location == "/account"
    assert signed_in_as(shopper) == EMAIL
    assert a_shopper(shop).get(the_link(shop)).status_code == 410
    assert type_in(a_shopper(shop), page, digits, "another form's token").status_code == 422


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(shop: Flask, shopper: FlaskClient) -> None:
    a_customer(shop, "known@example.com")
    known, unknown = (ask(a_shopper(shop), f"{name}@example.com") for name in ("known", "unknown"))
    assert known.status_code == unknown.status_code == 303
    pages = [
        re.sub(
            r'value="[^"]*"|content="[^"]*"|X-CSRFToken": "[^"]*"|/sign-in/code/[^"]*|(un)?known@', "", a_page
        )
        for a_page in (shopper.get(known.location).text, shopper.get(unknown.location).text)
    ]
    assert pages[0] == pages[1]
    assert len(letters(shop, "known@example.com")) == len(letters(shop, "unknown@example.com")) == 1


def test_nothing_secret_is_kept_as_it_is(shop: Flask, shopper: FlaskClient) -> None:
    page = ask(shopper).location
    with database_of(shop).reading() as session:
        [asked] = session.exec(select(SignInRequest)).all()
        kept = " ".join(str(value) for value in asked.model_dump().values())
    assert the_link(shop).rpartition("/")[2] not in kept
    assert the_digits(shop) not in kept
    assert letters(shop)[-1].secret
    type_in(shopper, page, the_digits(shop))
    token = shopper.get_cookie("customer")
    assert token is not None
    with database_of(shop).reading() as session:
        [begun] = session.exec(select(CustomerSession)).all()
        assert token.value not in str(begun.model_dump())
        [anna] = session.exec(select(Customer)).all()
    assert anna.owner not in shopper.get("/account").text


def test_a_letter_is_good_for_a_quarter_of_an_hour(shop: Flask, shopper: FlaskClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        page = ask(shopper).location
        moment.shift(timedelta(minutes=15))
        assert shopper.get(the_link(shop)).status_code == 410
        assert press(shopper, the_link(shop)).status_code == 410
        assert type_in(shopper, page, the_digits(shop)).status_code == 422
        assert "no longer taken" in shopper.get(page).text


@on_both_databases
def test_five_wrong_codes_end_a_code_but_not_its_link(shop: Flask, shopper: FlaskClient) -> None:
    page, digits = ask(shopper).location, the_digits(shop)
    for number in range(1, 6):
        answer = type_in(shopper, page, wrong(digits))
        assert answer.status_code == 422
        assert ("no longer taken" in answer.text) is (number == 5), "the page says so at once"
    assert type_in(shopper, page, digits).status_code == 422
    assert press(shopper, the_link(shop)).status_code == 303


@on_both_databases
def test_what_is_wrong_with_a_code_stands_at_its_field(shop: Flask, shopper: FlaskClient) -> None:
    page = ask(shopper).location
    digits = wrong(the_digits(shop))
    answer = type_in(shopper, page, digits)
    field = answer.text.partition('id="digits"')[2].partition("form-actions")[0]
    assert "This is not the code of the letter." in field
    assert 'aria-describedby="digits-error"' in field
    assert f'value="{digits}"' in field


def test_guesses_that_come_all_at_once_are_counted_one_by_one(shop: Flask, shopper: FlaskClient) -> None:
    page, digits = ask(shopper).location, the_digits(shop)

    def guess(number: int) -> int:
        hand = a_shopper(shop)
        hand.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        return type_in(hand, page, f"{(int(digits) + 1 + number) % 10**6:06}").status_code

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(guess, range(8)))
    with database_of(shop).reading() as session:
        assert session.exec(select(SignInRequest.wrong_tries)).one() == 5


@on_both_databases
def test_a_form_that_is_sent_twice_signs_in_once(shop: Flask, shopper: FlaskClient) -> None:
    ask(shopper)
    link = the_link(shop)

    def press_at_once(_number: int) -> str:
        hand = a_shopper(shop)  # of one browser, which has no answer yet
        answer = hand.post(link, data={"token": "t" * 22})
        assert answer.status_code == 303
        cookie = hand.get_cookie("customer")
        assert cookie is not None
        return cookie.value

    with ThreadPoolExecutor(6) as hands:
        assert len(set(hands.map(press_at_once, range(6)))) == 1
    with database_of(shop).reading() as session:
        assert len(session.exec(select(CustomerSession)).all()) == 1


@on_both_databases
def test_of_many_who_press_one_link_at_once_one_is_let_in(shop: Flask, shopper: FlaskClient) -> None:
    ask(shopper)
    link = the_link(shop)

    def press_it(number: int) -> int:
        return a_shopper(shop).post(link, data={"token": f"{number}" * 22}).status_code

    with ThreadPoolExecutor(6) as hands:
        assert sorted(hands.map(press_it, range(6))) == [303] + [410] * 5


def test_asking_twice_with_one_form_sends_one_letter(shop: Flask, shopper: FlaskClient) -> None:
    form = hidden(shopper.get("/sign-in"))
    first = shopper.post("/sign-in", data=form | {"email": EMAIL})
    assert shopper.post("/sign-in", data=form | {"email": EMAIL}).location == first.location
    assert len(letters(shop)) == 1
    mended = shopper.post("/sign-in", data=form | {"email": "anne@example.com"})
    assert mended.location != first.location
    assert len(letters(shop, "anne@example.com")) == 1


def test_an_address_that_is_none_is_not_lost(shopper: FlaskClient) -> None:
    for entry in ("", "anna", "anna@example", "an na@example.com", "a@b.c\nBcc: d@e.fg"):
        answer = ask(shopper, entry)
        assert answer.status_code == 422
    assert 'value="anna@example"' in ask(shopper, "anna@example").text


def test_letters_are_limited_by_place_and_the_last_one_still_works(shop: Flask, shopper: FlaskClient) -> None:
    answers = [ask(shopper).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
    refused = ask(shopper)
    assert "You can try again in 5 minutes" in refused.text
    assert f'value="{EMAIL}"' in refused.text
    assert 290 < int(refused.headers["Retry-After"]) <= 300
    assert len(letters(shop)) == 10
    assert press(shopper, the_link(shop)).status_code == 303


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_stranger_keeps_nobody_out_of_their_own_mailbox(shop: Flask, language: str) -> None:
    """What others ask for and try wrongly leaves each link in the mailbox as good as it was."""
    for number in range(3):
        stranger = a_shopper(shop)
        stranger.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        for _ in range(8):
            page = ask(stranger).location
            if page is not None:
                for _ in range(3):
                    type_in(stranger, page, wrong(the_digits(shop)))
    anna = a_shopper(shop, language)
    refused = ask(anna)
    assert refused.status_code == 429
    assert {"en": "still works", "ru": "подойдёт"}[language] in refused.text
    assert press(anna, the_link(shop)).status_code == 303


def test_wrong_codes_are_limited_by_place_and_by_address(shop: Flask) -> None:
    def tries(place: str, email: str, count: int) -> list[int]:
        hand = a_shopper(shop)
        hand.environ_base["REMOTE_ADDR"] = place
        found: list[int] = []
        while len(found) < count:
            asking = a_shopper(shop)
            asking.environ_base["REMOTE_ADDR"] = f"203.0.113.{len(found)}"
            page = ask(asking, email).location
            digits = the_digits(shop, email)
            found += [
                type_in(hand, page, wrong(digits)).status_code for _ in range(min(4, count - len(found)))
            ]
        return found

    assert tries("192.0.2.1", "one@example.com", 8) == [422] * 8
    assert tries("192.0.2.1", "two@example.com", 4) == [422, 422, 429, 429]  # ten from one place
    assert tries("192.0.2.2", "one@example.com", 4) == [422, 422, 429, 429]  # ten for one address
    assert tries("192.0.2.3", "three@example.com", 1) == [422]


def test_wrong_links_are_limited_by_place_but_a_right_one_is_always_let_in(
    shop: Flask, shopper: FlaskClient
) -> None:
    ask(shopper)
    answers = [shopper.post(f"/sign-in/link/{n}", data={"token": "t" * 22}).status_code for n in range(11)]
    assert answers == [410] * 10 + [429]
    assert press(shopper, the_link(shop)).status_code == 303


def test_the_letter_comes_in_the_language_that_was_read(shop: Flask) -> None:
    ask(a_shopper(shop, "ru"))
    [letter] = letters(shop)
    assert (letter.language, letter.subject) == ("ru", "Вход в Лекало")
    assert the_digits(shop) in letter.html
    assert the_link(shop) in letter.html


# What comes along


@on_both_databases
def test_what_the_guest_kept_and_ordered_is_found_on_every_device(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper, "Daily ride")
    number = number_of(shopper, a_placed_order(shopper))
    ask(shopper)
    page = shopper.get(press(shopper, the_link(shop)).location)
    assert "1 build and 1 order" in page.text
    other = a_customer(shop, EMAIL)
    mine = other.get("/account").text
    assert "Daily ride" in mine
    assert number in mine
    assert address in mine
    assert "data-continue" in mine


def test_a_build_opened_by_its_private_link_comes_along_and_the_phone_goes_on(
    shop: Flask, shopper: FlaskClient
) -> None:
    address = a_saved_build(shopper, "From the phone")
    desktop = a_shopper(shop)
    assert "Add to my builds" not in desktop.get(address).text
    ask(desktop)
    press(desktop, the_link(shop))
    assert "From the phone" in desktop.get("/account").text
    assert f"/configure/bike?{CHOICES}".replace("&", "&amp;") in desktop.get("/account").text
    assert shopper.get(address).status_code == 200
    assert "data-continue" in shopper.get("/account").text


def test_what_is_opened_while_signed_in_is_added_by_a_button(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper, "From the phone")
    anna, boris = a_customer(shop), a_customer(shop, "boris@example.com")
    assert "Add to my builds" in anna.get(address).text
    assert "From the phone" not in anna.get("/account").text
    assert anna.post(f"{address}/ownership").status_code == 303
    assert "From the phone" in anna.get("/account").text
    assert "Add to my builds" not in boris.get(address).text
    refused = boris.post(f"{address}/ownership")
    assert refused.status_code == 409
    assert "belongs to another account already" in refused.text
    assert "From the phone" not in boris.get("/account").text
    assert a_shopper(shop).post(f"{address}/ownership").status_code == 401


def test_somebody_elses_build_is_refused_in_plain_words(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper, "Wanted")
    others = [a_shopper(shop), a_shopper(shop)]
    for number, other in enumerate(others):
        other.get(address)
        ask(other, f"person-{number}@example.com")
        press(other, the_link(shop, f"person-{number}@example.com"))
    assert "Wanted" in others[0].get("/builds").text
    told = others[1].get("/account").text
    assert "“Wanted” belongs to somebody else&#39;s account already" in told
    assert "Wanted" not in others[1].get("/builds").text


# Leaving


@on_both_databases
def test_signing_out_leaves_a_device_that_knows_nothing(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper, "Mine")
    before = shopper.get_cookie("visitor")
    ask(shopper)
    press(shopper, the_link(shop))
    taken = shopper.get_cookie("customer")
    assert taken is not None
    assert shopper.post("/sign-out").status_code == 303
    assert shopper.get_cookie("customer") is None
    after = shopper.get_cookie("visitor")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    assert "Mine" not in shopper.get("/builds").text
    shopper.set_cookie("customer", taken.value)  # by whoever has copied it
    assert signed_in_as(shopper) == ""


def test_each_sign_in_is_a_session_of_its_own(shop: Flask, shopper: FlaskClient) -> None:
    tokens: list[str] = []
    for _ in range(2):
        ask(shopper) if not tokens else ask(a_shopper(shop))
        shopper.post(the_link(shop), data={"token": f"{len(tokens)}" * 22})
        cookie = shopper.get_cookie("customer")
        assert cookie is not None
        tokens.append(cookie.value)
    assert tokens[0] != tokens[1]
    shopper.set_cookie("customer", tokens[0])
    assert signed_in_as(shopper) == ""  # it ended with the second sign-in


def test_somebody_else_on_this_device_gets_nothing_of_mine(shop: Flask, shopper: FlaskClient) -> None:
    ask(shopper)
    press(shopper, the_link(shop))
    a_saved_build(shopper, "Anna's")
    visitor = shopper.get_cookie("visitor")
    ask(a_shopper(shop), "boris@example.com")
    page = shopper.get(the_link(shop, "boris@example.com"))
    assert f"At the moment {EMAIL} is signed in here" in page.text
    press(shopper, the_link(shop, "boris@example.com"))
    assert "Anna" not in shopper.get("/builds").text
    renamed = shopper.get_cookie("visitor")
    assert visitor is not None
    assert renamed is not None
    assert renamed.value != visitor.value
    assert "Anna" in a_customer(shop).get("/builds").text


@pytest.mark.parametrize(
    ("next_page", "then"), [("/account/settings", "/account/settings"), ("https://evil.example/", "/")]
)
def test_after_signing_in_one_is_where_one_wanted_to_be(
    shop: Flask, shopper: FlaskClient, next_page: str, then: str
) -> None:
    shopper.get(f"/sign-in?next={next_page}")
    ask(shopper)
    assert press(shopper, the_link(shop)).location == then


def test_a_place_to_go_on_that_is_too_long_for_a_cookie_leads_home(shop: Flask, shopper: FlaskClient) -> None:
    page = shopper.get(f"/sign-in?next=/configure/bike?{secrets.token_hex(3_500)}")
    assert all(len(cookie) < 4_000 for cookie in page.headers.getlist("Set-Cookie"))
    ask(shopper)
    assert press(shopper, the_link(shop)).location == "/"


def test_the_session_cookie_is_for_https_alone_where_the_site_is(new_app: Callable[..., Flask]) -> None:
    app = new_app(site_url="https://shop.example")
    client = a_shopper(app)
    ask(client)
    assert "; Secure;" in press(client, the_link(app)).headers["Set-Cookie"]


def set_language(client: FlaskClient, chosen: str) -> None:
    answer = client.post("/account/settings", data={"name": "", "phone": "", "language": chosen})
    assert answer.status_code == 303


def language_of(app: Flask) -> str:
    with database_of(app).reading() as session:
        return session.exec(select(Customer.language).where(Customer.email == EMAIL)).one()


def test_a_language_that_was_chosen_stands_whatever_is_read_elsewhere(shop: Flask) -> None:
    set_language(a_customer(shop, EMAIL, language="en"), "ru")
    elsewhere = a_shopper(shop, "en")
    ask(elsewhere)
    assert press(elsewhere, the_link(shop)).status_code == 303
    assert language_of(shop) == "ru"
    assert (
        'lang="ru"' in elsewhere.get("/account").text
    )  # as they chose it, on a device that says nothing else
    english = a_shopper(shop, "en")
    english.get("/language/en")
    ask(english)
    press(english, the_link(shop))
    assert 'lang="en"' in english.get("/account").text  # where they chose another one by hand, that is read
    with time_machine.travel(clock.now() + timedelta(days=2)):
        english.get("/account")
    assert language_of(shop) == "ru"
    assert re.search(r'value="ru" +checked', english.get("/account/settings").text)


def test_until_one_is_chosen_letters_follow_what_is_read(shop: Flask) -> None:
    client = a_customer(shop, EMAIL, language="ru")
    client.get("/language/en")
    with time_machine.travel(clock.now() + timedelta(days=2)):
        client.get("/account")
    assert language_of(shop) == "en"


@on_both_databases
def test_a_mailbox_gets_so_many_letters_a_day_whoever_asks_from_wherever(shop: Flask) -> None:
    start = clock.now()
    strangers = iter(range(1, 250))

    def asked_by_a_stranger(minutes: float) -> TestResponse:
        stranger = a_shopper(shop)
        stranger.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(strangers)}"
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            return ask(stranger)

    answers = [asked_by_a_stranger(6 * turn).status_code for turn in range(3) for _ in range(10)]
    assert answers == [303] * 30
    late = asked_by_a_stranger(19)  # one more an hour, so that its owner still has one that works
    refused = asked_by_a_stranger(30)
    assert (late.status_code, refused.status_code) == (303, 429)
    assert "You can try again in 49 minutes" in refused.text
    assert "still works" in refused.text
    assert "still works" not in asked_by_a_stranger(40).text
    assert len(letters(shop)) == 31
    with time_machine.travel(start + timedelta(minutes=31)):
        assert press(a_shopper(shop), the_link(shop)).status_code == 303
    assert [asked_by_a_stranger(80).status_code for _ in range(2)] == [303, 429]
    assert asked_by_a_stranger(60 * 25).status_code == 303  # the next day it is as before
    assert ask(a_shopper(shop), "other@example.com").status_code == 303
