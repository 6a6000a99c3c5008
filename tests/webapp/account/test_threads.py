"""Whoever asks finds what was said, sees it alone, and loses nothing that was typed."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import col, select
from werkzeug.test import TestResponse

from tests.webapp.catalogues.test_drawing import png
from tests.webapp.shopping import (
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
)
from webapp.account.thread_limits import GUEST_THREADS_FROM_A_PLACE
from webapp.outbox import OutboxLetter
from webapp.relations.talk.message import Message
from webapp.relations.talk.thread import Thread

GUEST = {"name": "Ben", "email": "Ben@Example.com"}


def ask(client: FlaskClient, place: str = "/account/messages/new", **entries: object) -> TestResponse:
    form = hidden(client.get(place)) | {"title": "The rack", "text": "Will it hold 30 kg?"} | entries
    return client.post(place, data=form, content_type="multipart/form-data")


def a_picture(name: str = "my bike.png", raw: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(png() if raw is None else raw), name


def the_thread(shop: Flask) -> Thread:
    with database_of(shop).reading() as session:
        found = session.exec(select(Thread).order_by(col(Thread.id).desc())).first()
        assert found is not None
        return found


def link_of(shop: Flask) -> str:
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id).desc())).first()
        assert letter is not None
        found = re.search(r"(/talk/\S+)", letter.text)
    assert found
    return found[1]


def test_a_customer_asks_about_a_build_with_a_picture(shop: Flask) -> None:
    anna = a_customer(shop)
    build = a_saved_build(anna, name="For the road")
    assert f"?build={build.removeprefix('/builds/')}" in anna.get(build).text
    place = f"/account/messages/new?build={build.removeprefix('/builds/')}"
    assert "For the road" in anna.get(place).text
    sent = ask(anna, place, pictures=a_picture())
    assert sent.status_code == 303
    page = anna.get(sent.location)
    assert "Will it hold 30 kg?" in page.text
    assert build in page.text
    picture = re.search(r'src="([^"]+/pictures/[^"]+)"', page.text)
    assert picture
    shown = anna.get(picture[1])
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, no-store"
    for other in (a_customer(shop, "ben@example.com"), a_shopper(shop)):
        for hidden_place in (sent.location, picture[1]):
            assert other.get(hidden_place).status_code == 404
        assert "The rack" not in other.get("/account/messages").text
    assert "The rack" in anna.get("/account/messages").text
    kept = the_thread(shop)
    assert (kept.is_waiting, kept.email, kept.build_id) == (True, "", 1)


def test_a_guest_asks_about_an_order_and_opens_the_letters_link_elsewhere(shop: Flask) -> None:
    guest = a_shopper(shop)
    order = a_placed_order(guest)
    place = f"/account/messages/new?order={order.removeprefix('/orders/')}"
    sent = ask(guest, place, **GUEST, pictures=a_picture())
    assert sent.status_code == 303
    assert order in guest.get(sent.location).text
    link = link_of(shop)
    elsewhere = a_shopper(shop)
    page = elsewhere.get(link)
    assert "Will it hold 30 kg?" in page.text
    picture = re.search(r'src="([^"]+/pictures/[^"]+)"', page.text)
    assert picture
    assert picture[1].startswith("/talk/")
    assert elsewhere.get(picture[1]).status_code == 200
    more = hidden(page) | {"text": "And 40?"}
    for _ in range(2):  # a double click
        assert elsewhere.post(link, data=more).status_code == 303
    assert guest.get(sent.location).text.count("And 40?") == 1
    assert elsewhere.get(f"{link}x").status_code == 404
    assert elsewhere.get("/account/messages").text.count("The rack") == 0
    letter = guest.get(sent.location)
    assert "ben@example.com" in letter.text or the_thread(shop).email == "ben@example.com"


def test_the_letter_to_a_guest_holds_nothing_that_was_written(shop: Flask) -> None:
    ask(a_shopper(shop), **GUEST, title="Buy my watches", text="at watches.example")
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter)).one()
    for said in ("watches", "Ben"):
        assert said not in letter.subject + letter.html.replace("ben@", "") + letter.text
    assert letter.consent_id is None


def test_who_signs_in_has_what_they_wrote_as_a_guest(shop: Flask) -> None:
    guest = a_shopper(shop)
    ask(guest, **GUEST)
    page = guest.post("/sign-in", data=hidden(guest.get("/sign-in")) | {"email": "ben@example.com"})
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id).desc())).first()
        assert letter is not None
        found = re.search(r"(/sign-in/link/\S+)", letter.text)
    assert found
    assert page.status_code == 303
    elsewhere = a_shopper(shop)
    elsewhere.post(found[1], data=hidden(elsewhere.get(found[1])))
    assert "The rack" in elsewhere.get("/account/messages").text
    assert the_thread(shop).customer_id is not None


def test_nothing_typed_is_lost_and_hostile_files_are_refused_beside_the_field(shop: Flask) -> None:
    guest = a_shopper(shop)
    refused = ask(guest, name="Ben", email="nobody", pictures=a_picture())
    assert refused.status_code == 422
    assert "Will it hold 30 kg?" in refused.text
    assert "An address looks like" in refused.text
    for name, raw in (
        ("cv.pdf", b"%PDF-1.7"),
        ("both.png", png() + b"PK\x03\x04"),
        ("run.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ):
        refused = ask(guest, **GUEST, pictures=a_picture(name, raw))
        assert refused.status_code == 422
        assert f"{name}:" in refused.text
        assert "Will it hold 30 kg?" in refused.text
    assert ask(guest, **GUEST, pictures=[a_picture() for _ in range(5)]).status_code == 422
    assert ask(guest, **GUEST, pictures=a_picture("big.png", b"\0" * (50 << 20))).status_code == 413
    with database_of(shop).reading() as session:
        assert session.exec(select(Message)).all() == []


def test_a_guest_writes_a_few_times_an_hour_and_a_customer_more(shop: Flask) -> None:
    guest = a_shopper(shop)
    for number in range(GUEST_THREADS_FROM_A_PLACE):
        assert ask(guest, **GUEST | {"email": f"ben{number}@example.com"}).status_code == 303
    refused = ask(guest, **GUEST)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert "Will it hold 30 kg?" in refused.text
    assert ask(a_customer(shop)).status_code == 303


def test_lists_and_threads_take_as_many_statements_for_many_as_for_few(shop: Flask) -> None:
    anna = a_customer(shop)
    ask(anna)
    sent = ask(anna, pictures=a_picture())
    few = [statements(shop, anna, place) for place in ("/account/messages", sent.location)]
    for number in range(4):
        anna.post(
            sent.location,
            data=hidden(anna.get(sent.location)) | {"text": f"{number}", "pictures": a_picture()},
        )
        ask(anna)
    assert [statements(shop, anna, place) for place in ("/account/messages", sent.location)] == few


def statements(shop: Flask, client: FlaskClient, place: str) -> int:
    client.get(place)  # seen from here on
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    engine = database_of(shop).read_engine
    event.listen(engine, "before_cursor_execute", note)
    assert client.get(place).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
