"""Any colleague answers anybody, sees who waits longest, and keeps what is for colleagues alone among them."""

import re
import zipfile
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.webapp.account.test_threads import a_picture, ask, statements
from tests.webapp.relations.talking import AN_HOUR, NOW, a_thread
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    number_of,
    publish,
)
from webapp import clock
from webapp.customers import customer
from webapp.customers.staff_act import StaffAct
from webapp.outbox import OutboxLetter
from webapp.relations.talk import inbox
from webapp.relations.talk.inbox import Box
from webapp.relations.talk.message import Message
from webapp.relations.talk.talk import Promise
from webapp.relations.talk.thread import Thread

T = {"token": "t" * 20}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


def the_thread(shop: Flask) -> Thread:
    with database_of(shop).reading() as session:
        found = session.exec(select(Thread).order_by(col(Thread.id).desc())).first()
        assert found is not None
        return found


def last_letter(shop: Flask) -> OutboxLetter:
    with database_of(shop).reading() as session:
        found = session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id).desc())).first()
        assert found is not None
        return found


def acts(shop: Flask) -> list[str]:
    with database_of(shop).reading() as session:
        found = select(StaffAct.act).where(StaffAct.thing == "thread").order_by(col(StaffAct.id))
        return list(session.exec(found))


def test_an_answer_from_the_card_reaches_the_customer_by_page_and_letter_once(
    shop: Flask, desk: FlaskClient
) -> None:
    anna = a_customer(shop, language="ru")
    build = a_saved_build(anna, name="For the road").removeprefix("/builds/")
    page = ask(anna, f"/account/messages/new?build={build}").location
    kept = the_thread(shop)
    card = desk.get(f"/staff/customers/{kept.customer_id}")
    assert "Will it hold 30 kg?" in card.text
    assert f'action="/staff/inbox/threads/{kept.id}/answers"' in card.text
    form = T | {"text": "Да, до 35 кг.", "back": "customer"}
    for _ in range(2):  # a double click
        answer = desk.post(f"/staff/inbox/threads/{kept.id}/answers", data=form)
        assert answer.location == f"/staff/customers/{kept.customer_id}#messages"
    kept = the_thread(shop)
    assert not kept.is_waiting
    assert anna.get(page).text.count("Да, до 35 кг.") == 1
    with database_of(shop).reading() as session:
        (letter,) = session.exec(select(OutboxLetter)).all()
    assert (letter.recipient, letter.language, letter.consent_id) == ("anna@example.com", "ru", None)
    assert "Да, до 35 кг." in letter.text
    assert acts(shop).count("answered") == 1
    assert "Да, до 35 кг." in desk.get(f"/staff/customers/{kept.customer_id}/time-line?channel=talk").text


def test_an_unseen_answer_is_marked_until_it_is_read(shop: Flask, desk: FlaskClient) -> None:
    anna = a_customer(shop)
    page = ask(anna).location
    assert "data-unseen" not in anna.get("/account").text
    desk.post(f"/staff/inbox/threads/{the_thread(shop).id}/answers", data=T | {"text": "Yes."})
    assert 'data-unseen="1"' in anna.get("/account").text
    anna.get(page)
    assert "data-unseen" not in anna.get("/account").text


def test_notes_are_for_colleagues_alone(shop: Flask, desk: FlaskClient) -> None:
    anna = a_customer(shop)
    page = ask(anna).location
    number = the_thread(shop).id
    for _ in range(2):
        desk.post(f"/staff/inbox/threads/{number}/notes", data=T | {"note": "Pays late, be careful"})
    desk.post(f"/staff/inbox/threads/{number}/answers", data=T | {"text": "Yes."})
    file = desk.get(f"/staff/inbox/threads/{number}").text
    assert file.count("Pays late") == 1
    letter = last_letter(shop)
    link = re.search(r"/talk/\S+", letter.text)
    assert link
    elsewhere = a_shopper(shop)
    for shown in (
        anna.get(page),
        anna.get("/account/messages"),
        elsewhere.get(link[0]),
        anna.get("/account"),
    ):
        assert shown.status_code == 200
        assert "Pays late" not in shown.text
    assert "Pays late" not in letter.text + letter.html
    taken = anna.post("/account/my-data", data=T)
    with zipfile.ZipFile(BytesIO(taken.data)) as packed:
        for name in packed.namelist():
            assert b"Pays late" not in packed.read(name)
            assert b"be careful" not in packed.read(name)
        assert b"Will it hold 30 kg?" in packed.read("data.json")


def test_pictures_are_taken_away_with_the_messages(shop: Flask) -> None:
    anna = a_customer(shop)
    ask(anna, pictures=a_picture("my bike.png"))
    taken = anna.post("/account/my-data", data=T)
    with zipfile.ZipFile(BytesIO(taken.data)) as packed:
        (picture,) = [name for name in packed.namelist() if name.startswith("pictures/")]
        assert packed.read(picture)[8:12] == b"WEBP"


def test_a_call_is_a_message_that_sends_nothing(shop: Flask, desk: FlaskClient) -> None:
    anna = a_customer(shop)
    page = ask(anna).location
    number = the_thread(shop).id
    desk.post(f"/staff/inbox/threads/{number}/calls", data=T | {"words": "We agreed on steel."})
    assert "We agreed on steel." in anna.get(page).text
    assert "on the telephone" in anna.get(page).text
    assert not the_thread(shop).is_waiting
    with database_of(shop).reading() as session:
        assert session.exec(select(OutboxLetter)).all() == []
    assert "call" in acts(shop)


def test_who_was_promised_soonest_stands_first_then_who_has_the_higher_level(shop: Flask) -> None:
    with database_of(shop).writing() as session:
        for title, promised, rank in (
            ("late", 3, 9),
            ("none", None, 9),
            ("soon", 1, 0),
            ("soon, gold", 1, 2),
            ("answered", 0, 0),
        ):
            promise = Promise(NOW + promised * AN_HOUR, rank) if promised is not None else None
            one = a_thread(session, title=title, promise=promise)
            if title == "answered":
                one.awaiting_since = one.promised_by = None
    with database_of(shop).reading() as session:
        titles = [each.thread.title for each in inbox.of(session, Box.ALL, staff_member_id=1)]
        assert titles == ["soon, gold", "soon", "late", "none", "answered"]
        waiting = [each.thread.title for each in inbox.of(session, Box.WAITING, staff_member_id=1)]
        assert waiting == titles[:4]


def test_threads_are_given_closed_and_opened_again(shop: Flask, desk: FlaskClient) -> None:
    ask(a_customer(shop))
    number = the_thread(shop).id
    assert 'data-waiting="1"' in desk.get("/staff/orders").text
    assert "The rack" in desk.get("/staff/inbox").text
    assert "The rack" in desk.get("/staff/inbox?box=unassigned").text
    assert "The rack" not in desk.get("/staff/inbox?box=mine").text
    me = re.search(r'<option value="(\d+)"[^>]*>Vera<', desk.get(f"/staff/inbox/threads/{number}").text)
    assert me
    desk.post(f"/staff/inbox/threads/{number}/assignment", data={"colleague": me[1]})
    assert "The rack" in desk.get("/staff/inbox?box=mine").text
    desk.post(f"/staff/inbox/threads/{number}/closing")
    assert "The rack" not in desk.get("/staff/inbox").text
    assert "The rack" in desk.get("/staff/inbox?box=all").text
    assert "data-waiting" not in desk.get("/staff/orders").text
    desk.post(f"/staff/inbox/threads/{number}/reopening")
    desk.post(f"/staff/inbox/threads/{number}/reopening")
    assert acts(shop) == ["opened-card", "assigned", "closed", "reopened"]


def test_a_canned_answer_is_put_below_what_was_typed_with_its_blanks_filled_in(
    shop: Flask, desk: FlaskClient
) -> None:
    form = T | {
        "title": "Load",
        "words_ru": "{name}, заказ {order} выдержит.",
        "words_en": "{name}, it holds.",
    }
    for _ in range(2):
        assert desk.post("/staff/inbox/answers/new", data=form).status_code == 303
    listed = re.findall(r"/staff/inbox/answers/(\d+)", desk.get("/staff/inbox/answers").text)
    assert len(listed) == 1
    anna = a_customer(shop, language="ru")
    with database_of(shop).writing() as session:
        who = customer.by_email(session, "anna@example.com")
        assert who is not None
        who.name = "Anna Muster"
    ask(anna)
    place = f"/staff/inbox/threads/{the_thread(shop).id}"
    put = desk.post(f"{place}/answers", data=T | {"text": "Hello", "insert": "y", "canned": listed[0]})
    assert "Hello\n\nAnna Muster, заказ {order} выдержит." in put.text
    assert the_thread(shop).is_waiting
    refused = desk.post(f"{place}/answers", data=T | {"text": "Your {order} holds"})
    assert refused.status_code == 422
    assert "Fill in {order} first." in refused.text
    change = f"/staff/inbox/answers/{listed[0]}"
    assert desk.post(f"{change}/change", data=form | {"title": "Loads", "seen": "1"}).status_code == 303
    overtaken = desk.post(f"{change}/change", data=form | {"title": "My own", "seen": "1"})
    assert overtaken.status_code == 409
    assert "My own" in overtaken.text
    assert "data-theirs" in overtaken.text
    assert desk.post(f"{change}/removal").status_code == 303
    assert desk.get(change).status_code == 404


def test_the_desk_begins_a_thread_about_a_guests_order(shop: Flask, desk: FlaskClient) -> None:
    guest = a_shopper(shop, "ru")
    number = number_of(guest, a_placed_order(guest))
    place = f"/staff/inbox/threads/new?order={number}"
    assert place in desk.get(f"/staff/orders/{number}").text
    form = hidden(desk.get(place)) | {"title": "Rack", "text": "Which one?", "way": "site"}
    assert desk.post(place, data=form).status_code == 303
    kept = the_thread(shop)
    assert (kept.email, kept.language, kept.is_waiting) == ("anna@example.com", "ru", False)
    assert last_letter(shop).recipient == "anna@example.com"
    assert (
        "Which one?" in guest.get("/account/messages").text or "Rack" in guest.get("/account/messages").text
    )
    assert "Which one?" in desk.get(f"/staff/orders/{number}").text
    for nobody in ("order=none", "customer=99999", "customer=x", ""):
        assert desk.get(f"/staff/inbox/threads/new?{nobody}").status_code == 404


def test_inbox_and_thread_take_as_many_statements_for_many_as_for_few(shop: Flask, desk: FlaskClient) -> None:
    anna = a_customer(shop)
    page = ask(anna, pictures=a_picture()).location
    number = the_thread(shop).id or 0
    places = (
        "/staff/inbox?box=all",
        f"/staff/inbox/threads/{number}",
        f"/staff/customers/{the_thread(shop).customer_id}",
    )
    few = [statements(shop, desk, place) for place in places]
    with database_of(shop).writing() as session:
        for one in range(20):
            a_thread(session, title=f"Thread {one}", at=clock.now())
            session.add(
                Message(
                    token=f"more-{one}", thread_id=number, channel="site", by="customer", text="?", at=NOW
                )
            )
    for more in range(3):
        anna.post(page, data=hidden(anna.get(page)) | {"text": f"{more}", "pictures": a_picture()})
    assert [statements(shop, desk, place) for place in places] == few
