"""Staff see every letter: what waits, what has left, what could not, and send a dead one again."""

import email
import email.policy
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_colleague, a_shopper, database_of
from webapp import clock, outbox, worker
from webapp.courier import courier
from webapp.customers.staff_act import StaffAct
from webapp.outbox import Letter

LETTER = Letter("anna@example.com", "ru", "Заказ принят", "Спасибо, <Анна>.\n", "<p>Спасибо.</p>")


@pytest.fixture
def colleague(app: Flask) -> FlaskClient:
    return a_colleague(app)


def put(app: Flask, letter: Letter = LETTER) -> str:
    with database_of(app).writing() as session:
        return outbox.put(session, letter, at=clock.now()).message_id


def given_up(app: Flask, trouble: str = "550 no such user", letter: Letter = LETTER) -> str:
    message_id = put(app, letter)
    with database_of(app).writing() as session:
        found = outbox.by_message_id(session, message_id)
        assert found is not None
        outbox.failed(session, found.id or 0, trouble, for_good=True, at=clock.now())
    return message_id


def deliver(app: Flask) -> None:
    while worker.deliver(database_of(app), courier(app.config["LEKALO"]), clock.now()):
        pass


def shown(page: str) -> list[str]:
    return re.findall(r'<tr data-letter="([^"]+)"', page)


def test_the_list_shows_letters_and_can_be_narrowed(app: Flask, colleague: FlaskClient) -> None:
    first = put(app)
    deliver(app)
    second = given_up(app, letter=LETTER._replace(to="boris@example.com"))
    third = put(app, LETTER._replace(subject="Your order"))
    for query, found in {
        "": [third, second, first],
        "state=waiting": [third],
        "state=sent": [first],
        "state=given-up": [second],
        "state=given-up&words=anna": [],
        "words=BORIS": [second],
        "words=ЗАКАЗ": [second, first],
        "words=%25": [],
        "before=3": [second, first],
        "before=last": [third, second, first],
        f"before={'9' * 30}": [third, second, first],
        "state=nonsense": [third, second, first],
    }.items():
        assert shown(colleague.get(f"/staff/letters?{query}").text) == found, query


def test_a_long_list_is_turned_by_pages(
    app: Flask, colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAGE", 2)
    letters = [put(app) for _ in range(5)][::-1]
    address, seen = "/staff/letters", list[str]()
    while address:
        page = colleague.get(address).text
        seen += shown(page)
        older = re.search(r'href="(/staff/letters\?before=\d+)"', page)
        address = older[1] if older else ""
    assert seen == letters


def test_dead_letters_are_seen_from_every_page_of_the_desk(app: Flask, colleague: FlaskClient) -> None:
    assert "data-dead-letters" not in colleague.get("/staff/orders").text
    given_up(app)
    given_up(app)
    page = colleague.get("/staff/orders").text
    assert 'data-dead-letters="2"' in page
    assert 'href="/staff/letters?state=given-up"' in page
    assert "550 no such user" in colleague.get("/staff/letters").text


def test_a_letter_shows_what_it_says_and_every_try(app: Flask, colleague: FlaskClient) -> None:
    message_id = given_up(app)
    page = colleague.get(f"/staff/letters/{message_id}").text
    assert "Спасибо, &lt;Анна&gt;." in page
    assert f"&lt;{message_id}@lekalo.example&gt;" in page
    assert re.findall(r'data-try="(\w+)"', page) == ["failed"]
    assert "550 no such user" in page


def test_nothing_in_a_letter_runs_at_the_desk(app: Flask, colleague: FlaskClient) -> None:
    harm = '<script>alert(1)</script><p style="color: red" onclick="alert(2)">Hello</p>'
    message_id = put(app, LETTER._replace(html=harm, text=harm))
    page = colleague.get(f"/staff/letters/{message_id}").text
    assert harm not in page
    assert re.search(r"<iframe [^>]*\bsandbox(?![=-])", page)
    answer = colleague.get(f"/staff/letters/{message_id}/html")
    assert harm in answer.text
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not any(rule.startswith("script-src") for rule in policy)


@on_both_databases
def test_a_dead_letter_is_sent_again_once_and_the_act_is_recorded(app: Flask, colleague: FlaskClient) -> None:
    message_id = given_up(app)
    place = f"/staff/letters/{message_id}"
    assert "Send again" in colleague.get(place).text
    assert colleague.post(f"{place}/tries", data={"note": "mended  the address"}).status_code == 303
    answer = colleague.post(f"{place}/tries")  # a double click
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    with database_of(app).reading() as session:
        [act] = session.exec(select(StaffAct)).all()
    assert (act.act, act.thing, act.thing_id) == ("sent-again", "letter", message_id)
    assert (act.before, act.after, act.note) == (
        {"state": "given-up"},
        {"state": "waiting"},
        "mended the address",
    )
    deliver(app)
    page = colleague.get(place).text
    assert re.findall(r'data-try="(\w+)"', page) == ["sent", "failed"]
    assert 'data-state="sent"' in page
    assert "Vera" in page
    assert "data-dead-letters" not in page


def test_letters_that_are_not_dead_are_not_sent_again(app: Flask, colleague: FlaskClient) -> None:
    message_id = put(app)
    assert colleague.post(f"/staff/letters/{message_id}/tries").status_code == 409
    deliver(app)
    assert colleague.post(f"/staff/letters/{message_id}/tries").status_code == 409


def test_without_a_mail_server_the_desk_says_so_and_gives_the_file(
    app: Flask, colleague: FlaskClient
) -> None:
    message_id = put(app)
    deliver(app)
    for address in ("/staff/letters", f"/staff/letters/{message_id}"):
        page = colleague.get(address).text
        assert "No mail server is set" in page
        assert str(app.config["LEKALO"].instance / "mail") in page
    answer = colleague.get(f"/staff/letters/{message_id}/file")
    assert answer.mimetype == "message/rfc822"
    [place] = (app.config["LEKALO"].instance / "mail").glob("*.eml")
    assert f"filename={place.name}" in answer.headers["Content-Disposition"]
    given = email.message_from_bytes(answer.data, policy=email.policy.default)
    kept = email.message_from_bytes(place.read_bytes(), policy=email.policy.default)
    for name in ("Message-ID", "To", "Subject", "Date"):
        assert given[name] == kept[name]


def test_a_key_to_an_account_is_shown_only_where_letters_are_open_files(
    app: Flask, new_app: Callable[..., Flask]
) -> None:
    with_post = new_app(smtp_url="smtp://localhost:9")
    for shop, status in ((app, 200), (with_post, 404)):
        colleague = a_colleague(shop)
        message_id = put(shop, LETTER._replace(secret=True))
        page = colleague.get(f"/staff/letters/{message_id}").text
        assert ("Спасибо" in page) is (status == 200)
        for form in ("html", "file"):
            assert colleague.get(f"/staff/letters/{message_id}/{form}").status_code == status
    assert "No mail server is set" not in page


def test_an_address_that_no_mail_program_could_read_is_shown_all_the_same(
    app: Flask, colleague: FlaskClient
) -> None:
    message_id = given_up(app, letter=LETTER._replace(to="a@example.com\nBcc: everyone@example.com"))
    assert colleague.get(f"/staff/letters/{message_id}").status_code == 200
    assert colleague.get(f"/staff/letters/{message_id}/file").status_code == 404


def test_unknown_letters_are_not_there_and_strangers_see_none(app: Flask, colleague: FlaskClient) -> None:
    message_id = given_up(app)
    stranger = a_shopper(app)
    for form in ("", "/html", "/file"):
        assert colleague.get(f"/staff/letters/{'0' * 32}{form}").status_code == 404
        assert stranger.get(f"/staff/letters/{message_id}{form}").status_code == 303
    assert colleague.post(f"/staff/letters/{'0' * 32}/tries").status_code == 404
    assert stranger.post(f"/staff/letters/{message_id}/tries").status_code == 401
