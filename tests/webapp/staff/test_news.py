"""Staff write news once, see whom they reach before sending, take them back in time, and see what came of them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.relations.following import (
    EVENTS,
    a_follower,
    a_news_item,
    letters_to,
    links,
    tell,
)
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
)
from webapp import clock, outbox
from webapp.customers import consent, customer
from webapp.customers.staff_act import StaffAct
from webapp.customers.wording import Purpose
from webapp.outbox import OutboxLetter
from webapp.relations.news import letter_key, subscriber
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.news_item import NewsItem, State
from webapp.relations.news.topic import Kind, Topic
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step

WORDS = {
    "title_en": "A new fork",
    "text_en": "It is light.\nVery light.",
    "title_ru": "Новая вилка",
    "text_ru": "Она лёгкая.",
    "kind": "news",
    "families": "bike",
}


@pytest.fixture
def shop(new_app: Callable[..., Flask]) -> Flask:
    app = new_app(site_url="https://shop.example/made")
    publish(app, a_bicycle())
    return app


def a_draft(desk: FlaskClient, **entries: object) -> str:
    """The address of an item just written."""
    answer = desk.post("/staff/news/new", data=hidden(desk.get("/staff/news/new")) | WORDS | entries)
    assert answer.status_code == 303, answer.text
    return answer.location


def numbers(page: str, kind: str) -> dict[str, int]:
    """The numbers of a page about reach or results."""
    found = re.findall(rf'data-{kind}="([^"]+)"><a[^>]*><strong>(\d+)', page)
    return {name: int(number) for name, number in found}


def acts(app: Flask) -> list[str]:
    with database_of(app).reading() as session:
        mine = select(StaffAct.act).where(StaffAct.thing == "news").order_by(col(StaffAct.id))
        return list(session.exec(mine))


@on_both_databases
def test_an_item_is_written_once_seen_sent_and_told(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop)
    form = hidden(desk.get("/staff/news/new")) | WORDS
    places = {desk.post("/staff/news/new", data=form).location for _ in range(2)}
    assert len(places) == 1
    (place,) = places
    assert numbers(desk.get(place).text, "reach")["all"] == 1
    tell(shop)
    assert letters_to(shop) == []  # a draft is told to nobody
    sending = {"seen": "1", "when": "now"}
    assert desk.post(f"{place}/sending", data=sending).status_code == 303
    assert desk.post(f"{place}/sending", data=sending).status_code == 409
    tell(shop)
    assert letters_to(shop)[0].subject == "A new fork"
    assert acts(shop) == ["written", "sent"]


@pytest.mark.parametrize(
    ("entries", "trouble"),
    [
        (
            {"title_en": "", "text_en": "", "title_ru": "", "text_ru": ""},
            "Write it in one language at least.",
        ),
        ({"text_en": ""}, "Title and text belong together."),
        ({"families": []}, "Choose a family or an option"),
        ({"families": "none"}, "Choose a family or an option"),
        ({"title_en": "x" * 121}, "At most 120 characters."),
        ({"last_day": "yesterday"}, "Not a valid date value"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    shop: Flask, entries: dict[str, object], trouble: str
) -> None:
    desk = a_colleague(shop)
    form = hidden(desk.get("/staff/news/new")) | WORDS | entries
    answer = desk.post("/staff/news/new", data=form)
    assert answer.status_code == 422
    assert trouble in answer.text
    assert not entries.get("text_ru", "Она лёгкая.") or "Она лёгкая." in answer.text


def test_a_missing_language_is_told_with_how_many_read_it(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop, language="ru")
    a_follower(shop, email="ben@example.com")
    place = a_draft(desk, title_ru="", text_ru="")
    page = desk.get(place).text
    assert "It is not written in Русский" in page
    assert numbers(page, "reach") == {"all": 2, "at-once": 2, "misses": 1}
    assert "anna@example.com" in desk.get(f"{place}/reach?which=misses").text


def test_each_number_about_its_reach_opens_its_rows(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop)
    a_follower(shop, email="ben@example.com", frequency=Frequency.WEEKLY)
    stranger = a_follower(shop, email="cyril@example.com")
    a_follower(shop, EVENTS, email="dora@example.com")
    with database_of(shop).writing() as session:
        consent.withdraw(session, stranger, Purpose.NEWS_LETTERS, at=clock.now())
    place = a_draft(desk)
    shown = numbers(desk.get(place).text, "reach")
    assert shown == {"all": 2, "at-once": 1, "later": 1, "forbidden": 1}
    for which, number in shown.items():
        rows = desk.get(f"{place}/reach?which={which}").text
        assert f'data-rows="{number}"' in rows
        assert rows.count('class="who"') == number
    assert desk.get(f"{place}/reach?which=nonsense").status_code == 404


@on_both_databases
def test_what_waits_for_its_time_can_be_taken_back_and_what_is_sent_cannot(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop)
    place = a_draft(desk)
    later = (datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    past = {"seen": "1", "when": "at", "time": "2020-01-01T10:00"}
    assert desk.post(f"{place}/sending", data=past).status_code == 422
    assert desk.post(f"{place}/sending", data=past | {"time": later}).status_code == 303
    tell(shop)
    assert letters_to(shop) == []
    assert desk.post(f"{place}/withdrawal").status_code == 303
    tell(shop, clock.now() + timedelta(hours=3))
    assert letters_to(shop) == []
    assert desk.post(f"{place}/sending", data={"seen": "2", "when": "now"}).status_code == 303
    assert desk.post(f"{place}/withdrawal").status_code == 409
    assert acts(shop) == ["written", "sent", "taken-back", "sent"]
    with database_of(shop).reading() as session:
        assert session.exec(select(NewsItem)).one().state(clock.now()) is State.SENT


def test_a_change_of_a_colleague_is_not_overwritten_and_what_is_sent_is_not_changed(shop: Flask) -> None:
    desk = a_colleague(shop)
    place = a_draft(desk)
    seen = hidden(desk.get(f"{place}/edit"))
    changed = seen | WORDS | {"title_en": "A lighter fork"}
    assert desk.post(f"{place}/changes", data=changed).status_code == 303
    other = desk.post(f"{place}/changes", data=seen | WORDS | {"title_en": "A heavier fork"})
    assert other.status_code == 409
    assert "A heavier fork" in other.text
    assert desk.post(f"{place}/sending", data={"seen": "1", "when": "now"}).status_code == 409
    assert desk.post(f"{place}/sending", data={"seen": "2", "when": "now"}).status_code == 303
    assert desk.post(f"{place}/changes", data=changed | {"seen": "3"}).status_code == 409
    assert "A lighter fork" in desk.get(place).text


def test_the_preview_is_the_letter_and_its_links_open_nothing_of_anybodys(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop, language="ru")
    a_follower(shop, EVENTS, email="ben@example.com")
    place = a_draft(desk)
    typical = desk.get(f"{place}/preview/letter?language=en").text
    assert "You follow “Bicycle”." in typical
    theirs = desk.get(f"{place}/preview?email=Anna@example.com")
    assert 'data-sample="gets"' in theirs.text
    assert "Вы подписаны" in desk.get(f"{place}/preview/letter?email=anna@example.com").text
    for email in ("ben@example.com", "nobody@example.com"):
        assert 'data-sample="not"' in desk.get(f"{place}/preview?email={email}").text
    (key,) = set(re.findall(r"/made(/topics/[^\"<\s]+)", typical))
    assert a_shopper(shop).get(key).status_code == 404
    assert letters_to(shop) == []


@on_both_databases
def test_results_are_counted_and_each_number_opens_its_rows(shop: Flask) -> None:
    desk = a_colleague(shop)
    a_follower(shop)
    a_follower(shop, email="ben@example.com", personalised=True)
    item = a_news_item(shop)
    tell(shop)
    with database_of(shop).writing() as session:
        for letter in session.exec(select(OutboxLetter)).all():
            outbox.sent(session, letter.id or 0, at=clock.now())
    tell(shop)
    for email in ("anna@example.com", "ben@example.com"):
        with database_of(shop).reading() as session:
            kept = session.exec(select(OutboxLetter).where(OutboxLetter.recipient == email)).one()
        assert (kept.text, kept.secret) == ("", True)  # forgotten once sent: the keys in it are its reader's
    ben = a_customer(shop, "ben@example.com")
    anna = a_customer(shop, "anna@example.com")
    _open(shop, item, "ben@example.com", ben)
    _open(shop, item, "anna@example.com", anna)
    for reader in (anna, ben):
        a_saved_build(reader)
        a_placed_order(reader)
    shown = numbers(desk.get(f"/staff/news/{item}").text, "result")
    assert shown == {"told": 2, "delivered": 2, "opened": 2, "built": 1, "ordered": 1}
    for what, number in shown.items():
        rows = desk.get(f"/staff/news/{item}/results/{what}").text
        assert f'data-rows="{number}"' in rows
        assert ("anna@example.com" in rows) is (what in ("told", "delivered"))
    assert desk.get(f"/staff/news/{item}/results/nonsense").status_code == 404


def _open(app: Flask, item: int, email: str, reader: FlaskClient) -> None:
    """Presses the link that stood in the letter."""
    with database_of(app).reading() as session:
        who = customer.by_email(session, email)
        assert who
        one = subscriber.of_customer(session, who.id or 0)
        assert one
        known = consent.holds(session, who.id or 0, Purpose.PERSONALISATION)
        key = letter_key.item_key(item, one.code if known else "", app.config["SECRET_KEY"])
    assert reader.get(f"/letters/{key}").status_code == 303


def test_advice_reaches_those_who_own_what_it_is_about(shop: Flask) -> None:
    for email in ("anna@example.com", "ben@example.com"):
        a_follower(shop, Topic(Kind.CARE), email=email)
    a_placed_order(a_customer(shop), choices="model=city&rack=rear")
    delivered = clock.now() - timedelta(days=40)
    with database_of(shop).writing() as session:
        number = session.exec(select(Order.id)).one() or 0
        session.add(OrderStep(order_id=number, step=Step.DELIVERY.value, at=delivered))
    a_news_item(shop, "Oil the rack", topics=("care",), families=(), options=("bike:rack.rear",))
    a_news_item(shop, "Oil the carbon", topics=("care",), families=(), options=("bike:frame.carbon",))
    tell(shop)
    *_of_the_order, letter = letters_to(shop)
    assert "Oil the rack" in letter.text
    assert "A month with “Bicycle, City”: time for a first look" in letter.text
    assert "Oil the carbon" not in letter.text
    assert letters_to(shop, "ben@example.com") == []
    assert len(links(letter, "unsubscribe")) == 2
