"""People choose what they hear of, guests by double opt-in, and end it by any link of a letter."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.relations.following import (
    EVENTS,
    FAMILY,
    a_follower,
    a_news_item,
    ask_for_topics,
    letters_to,
    links,
    tell,
)
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
)
from webapp import clock, worker
from webapp.customers import consent, customer
from webapp.customers.guest_consent import GuestConsent
from webapp.customers.touchpoint import Kind, Touchpoint
from webapp.customers.wording import Purpose
from webapp.database import Database
from webapp.relations.news import ending
from webapp.relations.news.opening import Opening
from webapp.relations.news.opt_in import OptIn
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.sales.watch import Watch

GUEST = "guest@example.com"


@pytest.fixture
def shop(new_app: Callable[..., Flask]) -> Flask:
    app = new_app(site_url="https://shop.example/made")
    publish(app, a_bicycle())
    return app


def followed(app: Flask) -> dict[str, tuple[str, str]]:
    with database_of(app).reading() as session:
        return {one.topic: (one.frequency, one.language) for one in session.exec(select(Subscription))}


def section(client: FlaskClient, purpose: str) -> dict[str, str]:
    """What a section's form carries along."""
    page = client.get("/account/topics").text
    form = page.split(f'data-section="{purpose}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def confirmed(app: Flask, email: str = GUEST, *topics: str) -> str:
    """A guest who has confirmed; the path of their preferences."""
    guest = a_shopper(app)
    assert ask_for_topics(guest, email, *topics) == 303
    place = links(letters_to(app, email)[-1], "topics/confirmation")[0]
    answer = guest.post(place, data=hidden(guest.get(place)))
    assert answer.status_code == 303
    return answer.location


@on_both_databases
def test_a_customer_follows_topics_with_the_consent_they_need(shop: Flask) -> None:
    anna = a_customer(shop)
    wanted = section(anna, "news-letters") | {"topics": "family:bike", "frequency:family:bike": "monthly"}
    refused = anna.post("/account/topics/news-letters", data=wanted)
    assert refused.status_code == 422
    assert 'value="family:bike" checked' in refused.text
    assert followed(shop) == {}
    wanted |= {"agree": "y", "language:family:bike": "ru", "more": "option:bike:frame.carbon"}
    assert anna.post("/account/topics/news-letters", data=wanted).status_code == 303
    assert followed(shop) == {"family:bike": ("monthly", "ru"), "option:bike:frame.carbon": ("weekly", "en")}
    with database_of(shop).reading() as session:
        who = customer.by_email(session, "anna@example.com")
        assert who
        assert consent.holds(session, who.id or 0, Purpose.NEWS_LETTERS)
        assert not consent.holds(session, who.id or 0, Purpose.EVENT_LETTERS)
    assert (
        anna.post("/account/topics/news-letters", data={"topics": "option:bike:frame.carbon"}).status_code
        == 303
    )
    assert list(followed(shop)) == ["option:bike:frame.carbon"]


def test_a_family_and_an_option_are_followed_from_where_one_meets_them(shop: Flask) -> None:
    guest, anna = a_shopper(shop), a_customer(shop)
    publish(shop, a_bicycle())
    family = "/account/topics?topic=family:bike#news-letters"
    option = "/account/topics?topic=option:bike:frame.carbon#news-letters"
    for client in (guest, anna):
        assert family in client.get("/families/bike").text
        assert family in client.get("/configure/bike").text
        conflict = client.get("/configure/bike?rack=rear&frame=carbon&pick=frame.carbon").text
        assert option in conflict
        assert 'value="option:bike:frame.carbon" checked' in client.get(option).text
    assert followed(shop) == {}  # nothing is kept until it is sent


def test_words_that_changed_are_read_once_more(shop: Flask) -> None:
    anna = a_customer(shop)
    form = {"topics": "events", "agree": "y", "edition": "1999-01"}
    assert anna.post("/account/topics/event-letters", data=form).status_code == 422
    assert followed(shop) == {}


@pytest.mark.parametrize(("day", "status"), [("yesterday", 422), ("2000-01-01", 422), ("", 303)])
def test_a_pause_is_a_day_to_come(shop: Flask, day: str, status: int) -> None:
    anna = a_customer(shop)
    form = section(anna, "event-letters") | {"topics": "events", "agree": "y", "pause:events": day}
    answer = anna.post("/account/topics/event-letters", data=form)
    assert answer.status_code == status
    if status == 422:
        assert f'value="{day}"' in answer.text


def test_what_is_not_on_sale_cannot_be_followed(shop: Flask) -> None:
    anna = a_customer(shop)
    form = section(anna, "news-letters") | {
        "agree": "y",
        "topics": ["family:none", "option:bike:frame.none", "option:bike:x", "nonsense", "family:bike:extra"],
    }
    assert anna.post("/account/topics/news-letters", data=form).status_code == 303
    assert followed(shop) == {}


def test_ending_price_falls_ends_their_watches(shop: Flask) -> None:
    anna = a_customer(shop)
    a_saved_build(anna)
    form = section(anna, "build-letters") | {"agree": "y", "topics": "prices"}
    anna.post("/account/topics/build-letters", data=form)
    tell(shop)
    with database_of(shop).reading() as session:
        assert len(session.exec(select(Watch)).all()) == 1
    anna.post("/account/topics/build-letters", data={})
    with database_of(shop).reading() as session:
        assert session.exec(select(Watch)).all() == []


@on_both_databases
def test_a_guest_is_told_nothing_before_the_link_is_confirmed(shop: Flask) -> None:
    guest = a_shopper(shop)
    assert ask_for_topics(guest, GUEST) == 303
    a_news_item(shop)
    tell(shop)
    (asked,) = letters_to(shop, GUEST)
    assert followed(shop) == {}
    place = links(asked, "topics/confirmation")[0]
    page = guest.get(place)
    assert page.status_code == 200
    assert followed(shop) == {}  # what a mail program fetches by itself confirms nothing
    form = hidden(page)
    assert guest.post(place, data=form).status_code == 303
    assert guest.post(place, data=form).status_code == 410
    assert followed(shop) == {"family:bike": ("at-once", "en")}
    with database_of(shop).reading() as session:
        (receipt,) = session.exec(select(GuestConsent)).all()
        assert (receipt.email, receipt.purpose, receipt.channel) == (GUEST, "news-letters", "double opt-in")
        assert receipt.edition == consent.wording(Purpose.NEWS_LETTERS).edition
        assert receipt.asked_at < receipt.given_at
    a_news_item(shop, "Later", sent_at=clock.now())
    tell(shop)
    assert letters_to(shop, GUEST)[1].subject == "Later"


def test_a_link_is_good_for_two_days_and_what_was_never_confirmed_is_deleted(
    shop: Flask, database: Database
) -> None:
    guest = a_shopper(shop)
    ask_for_topics(guest, GUEST)
    place = links(letters_to(shop, GUEST)[0], "topics/confirmation")[0]
    with database_of(shop).writing() as session:
        session.exec(select(OptIn)).one().expires_at = clock.now() - timedelta(minutes=1)
    assert guest.get(place).status_code == 410
    worker.sweep(database_of(shop), clock.now() + timedelta(days=2))
    with database_of(shop).reading() as session:
        assert session.exec(select(OptIn)).all() == []


def test_the_answer_is_the_same_whoever_the_address_belongs_to(shop: Flask) -> None:
    a_follower(shop, email="anna@example.com")
    confirmed(shop, GUEST)
    answers = []
    for email in ("anna@example.com", GUEST, "nobody@example.com"):
        guest = a_shopper(shop)
        form = hidden(guest.get("/account/topics")) | {
            "email": email,
            "frequency": "weekly",
            "letters": "en",
            "topics": "family:bike",
            "agree": "news-letters",
        }
        answer = guest.post("/account/topics/requests", data=form)
        answers.append((answer.status_code, answer.location, answer.text))
        assert letters_to(shop, email)[-1].subject == "Please confirm: news from Lekalo"
    assert len(set(answers)) == 1


def test_one_address_is_written_to_so_often_and_a_form_sent_twice_writes_once(shop: Flask) -> None:
    guest = a_shopper(shop)
    form = hidden(guest.get("/account/topics")) | {
        "email": GUEST,
        "frequency": "weekly",
        "letters": "en",
        "topics": "events",
        "agree": "event-letters",
    }
    for _ in range(3):
        assert guest.post("/account/topics/requests", data=form).status_code == 303
    assert len(letters_to(shop, GUEST)) == 1
    assert [ask_for_topics(guest, GUEST) for _ in range(5)] == [303, 303, 303, 303, 429]
    assert len(letters_to(shop, GUEST)) == 5


def test_a_guest_who_gets_an_account_takes_topics_and_receipts_along(shop: Flask) -> None:
    confirmed(shop)
    guest = a_customer(shop, GUEST)
    assert 'value="family:bike" checked' in guest.get("/account/topics").text
    tell(shop)
    with database_of(shop).reading() as session:
        (mine,) = session.exec(select(Subscriber)).all()
        assert (mine.email, mine.customer_id is not None) == (None, True)
        assert session.exec(select(GuestConsent)).all() == []
        (receipt,) = consent.receipts(session, mine.customer_id or 0)
        assert (receipt.purpose, receipt.channel) == ("news-letters", "double opt-in")


@on_both_databases
def test_one_click_ends_what_a_letter_told_and_nothing_else(shop: Flask) -> None:
    a_follower(shop, FAMILY, EVENTS)
    a_news_item(shop)
    tell(shop)
    (letter,) = letters_to(shop)
    found = re.fullmatch(r"<https://shop\.example/made(/unsubscribe/[^>]+)>", letter.unsubscribe)
    assert found
    provider = a_shopper(shop)
    provider.application.config["WTF_CSRF_ENABLED"] = True  # it knows no token of ours
    assert provider.get(found[1]).status_code == 200
    assert set(followed(shop)) == {"family:bike", "events"}
    for _ in range(2):
        answer = provider.post(found[1], data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert set(followed(shop)) == {"events"}
    assert letters_to(shop) == []  # it had not left yet


def test_the_address_for_unsubscribing_is_named_beside_the_link(new_app: Callable[..., Flask]) -> None:
    app = new_app(unsubscribe_email="leave@shop.example")
    publish(app, a_bicycle())
    a_follower(app)
    a_news_item(app)
    tell(app)
    assert letters_to(app)[0].unsubscribe.endswith(", <mailto:leave@shop.example?subject=unsubscribe>")


@on_both_databases
def test_a_guest_who_ends_everything_is_forgotten_but_for_the_receipt(shop: Flask) -> None:
    place = confirmed(shop, GUEST, "family:bike", "events")
    guest = a_shopper(shop)
    assert guest.post(place, data={"topics": "events"}).status_code == 303
    with database_of(shop).reading() as session:
        held = {one.purpose for one in session.exec(select(GuestConsent)) if one.withdrawn_at is None}
        assert held == {"event-letters"}
    assert guest.post(f"{place}/removal").status_code == 200
    with database_of(shop).reading() as session:
        assert session.exec(select(Subscriber)).all() == []
        assert all(one.withdrawn_at for one in session.exec(select(GuestConsent)))
    assert guest.get(place).status_code == 404


def test_preferences_need_no_sign_in_show_little_and_can_be_withdrawn(shop: Flask) -> None:
    a_follower(shop, FAMILY)
    a_news_item(shop)
    tell(shop)
    (place,) = links(letters_to(shop)[0], "topics")
    anybody = a_shopper(shop)
    page = anybody.get(place)
    assert "a…@e….com" in page.text
    assert "anna@example.com" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    form = {"topics": "family:bike", "frequency:family:bike": "monthly", "language:family:bike": "ru"}
    assert anybody.post(place, data=form).status_code == 303
    assert followed(shop) == {"family:bike": ("monthly", "ru")}
    added = {"topics": ["family:bike", "events"]}
    anybody.post(place, data=added)
    assert "events" not in followed(shop)
    assert anybody.post(f"{place}/renewal").status_code == 200
    assert anybody.get(place).status_code == 404
    assert anybody.post(place, data=form).status_code == 404


@on_both_databases
def test_openings_are_counted_and_known_by_whom_only_while_that_is_allowed(shop: Flask) -> None:
    a_follower(shop, FAMILY)
    number = a_follower(shop, FAMILY, email="ben@example.com", personalised=True)
    item = a_news_item(shop)
    tell(shop)
    reader = a_shopper(shop)
    for email in ("anna@example.com", "ben@example.com"):
        answer = reader.get(links(letters_to(shop, email)[0], "letters")[0])
        assert (answer.status_code, answer.location) == (303, f"/news/{item}")
    with database_of(shop).reading() as session:
        assert {one.customer_id for one in session.exec(select(Opening))} == {None, number}
        opened = select(Touchpoint.customer_id).where(Touchpoint.kind == Kind.MAIL.value)
        assert session.exec(opened).all() == [number]
    with database_of(shop).writing() as session:
        ending.withdraw(session, number, Purpose.PERSONALISATION, at=clock.now())
    reader.get(links(letters_to(shop, "ben@example.com")[0], "letters")[0])
    with database_of(shop).reading() as session:
        assert [one.customer_id for one in session.exec(select(Opening))] == [None] * 3
        assert session.exec(opened).all() == []


def test_news_are_for_everybody_once_they_are_sent(shop: Flask) -> None:
    sent, waits = a_news_item(shop), a_news_item(shop, "Soon", sent_at=clock.now() + timedelta(days=1))
    reader = a_shopper(shop)
    assert "A new fork is here." in reader.get(f"/news/{sent}").text
    assert reader.get(f"/news/{waits}").status_code == 404
