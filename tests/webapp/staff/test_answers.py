"""What the owner promises is what the contact page says, and the share that is kept finds its rows."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.webapp.relations.talking import a_thread, ours, theirs
from tests.webapp.shopping import a_bicycle, a_colleague, a_shopper, database_of, hidden, publish
from webapp.customers.staff_role import Role
from webapp.relations.talk import answer_clock, incoming_mail, talk
from webapp.relations.talk.answer_share import ENOUGH
from webapp.relations.talk.incoming_mail import Fate, IncomingMail
from webapp.relations.talk.message import Channel
from webapp.sales.key import Purpose, key_for

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, eleven in Berlin
HOURS = {f"{end}_{day}": time for day in range(5) for end, time in (("opens", "09:00"), ("closes", "18:00"))}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture(autouse=True)
def a_monday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_owner_promises_and_everybody_reads_it(shop: Flask) -> None:
    olga = a_colleague(shop)
    page = olga.get("/staff/answers")
    kept = hidden(page)
    assert olga.post("/staff/answers/promise", data=kept | {"hours": "2"}).status_code == 303
    form = kept | HOURS | {"opens_5": "10:00", "closes_5": "00:00"}
    assert olga.post("/staff/answers/hours", data=form).status_code == 303
    said = a_shopper(shop).get("/contact").text
    assert "within 2 working hours" in said
    assert "Saturday" in said
    assert "Monday, 23 November, 13:00" in said
    assert "Another promise" in olga.get("/staff/answers").text, "it stands in the record"


@pytest.mark.parametrize(
    ("place", "entries", "words"),
    [
        ("promise", {"hours": "0"}, "whole number"),
        ("promise", {"hours": "soon"}, "whole number"),
        ("hours", {}, "never there"),
        ("hours", {"opens_0": "09:00"}, "Both times"),
        ("hours", {"opens_0": "18:00", "closes_0": "09:00"}, "before the beginning"),
    ],
)
def test_what_cannot_be_promised_comes_back_with_a_sentence(
    shop: Flask, place: str, entries: dict[str, str], words: str
) -> None:
    olga = a_colleague(shop)
    answer = olga.post(f"/staff/answers/{place}", data=hidden(olga.get("/staff/answers")) | entries)
    assert answer.status_code == 422
    assert words in answer.text
    for entry in entries.values():
        assert entry in answer.text, "nothing that was typed is lost"


def test_a_share_is_said_of_enough_alone_and_leads_to_its_rows(shop: Flask) -> None:
    with database_of(shop).writing() as session:
        for number in range(ENOUGH):
            at = NOW - timedelta(days=10, minutes=number)
            promise = answer_clock.promise(session, None, zone="Europe/Berlin", at=at)
            thread = a_thread(session, at=at, promise=promise, title=f"Question {number}")
            talk.say(session, thread, ours(), at=at + timedelta(hours=1 if number else 100))
    vera = a_colleague(shop, roles=[Role.RELATIONSHIP])
    page = vera.get("/staff/answers").text
    assert f"95 % of {ENOUGH}" in page
    late = vera.get("/staff/answers?days=30&outcome=late").text
    assert late.count("data-wait") == 1
    assert "Question 0<" in late
    assert len(vera.get("/staff/answers.csv?days=90").text.splitlines()) == ENOUGH + 1
    shopper = a_shopper(shop)
    assert f'data-counted="{ENOUGH}"' in shopper.get("/contact").text
    assert "95 %" in shopper.get("/contact").text
    with time_machine.travel(NOW + timedelta(days=25), tick=False):
        assert "too few" in shopper.get("/contact").text
        assert "95 %" in shopper.get("/contact").text, "the longer period has enough still"


def test_a_letter_of_somebody_else_is_shown_as_theirs_and_whole_at_the_desk(shop: Flask) -> None:
    with database_of(shop).writing() as session:
        thread = a_thread(session, name="Anna", email="anna@example.com")
        said = theirs("It will rattle", channel=Channel.MAIL, mail_message_id="<1@example.org>")
        became = talk.say(session, thread, said, at=NOW)
        assert became
        letter = IncomingMail(
            mail_id="<1@example.org>",
            sender="boris@example.org",
            fate=Fate.SAID.value,
            read_at=NOW,
            thread_id=thread.id,
            message_id=became.id,
            is_foreign=True,
            words="It will rattle\n> Will it?",
            left_out=["plan.pdf"],
        )
        bounce = IncomingMail(
            mail_id="<2@example.org>",
            sender="mailer-daemon@example.org",
            fate=Fate.BOUNCE.value,
            read_at=NOW,
            thread_id=thread.id,
        )
        assert incoming_mail.note(session, letter)
        assert incoming_mail.note(session, bounce)
        place, key = (
            f"/staff/inbox/threads/{thread.id}",
            key_for(Purpose.THREAD, thread.lock, shop.config["SECRET_KEY"]),
        )
    desk = a_colleague(shop).get(place).text
    for words in ("<strong>boris@example.org</strong>", "From another address", "&gt; Will it?", "plan.pdf"):
        assert words in desk
    assert "did not arrive" in desk
    theirs_to_read = a_shopper(shop).get(f"/talk/{key}").text
    assert "<strong>boris@example.org</strong>" in theirs_to_read
    assert "mailer-daemon" not in theirs_to_read
