"""Two people, one build: a colleague proposes, whoever made it decides, and neither overwrites the other."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
)
from webapp.outbox import OutboxLetter
from webapp.relations.talk.message import Message
from webapp.relations.talk.thread import Thread
from webapp.sales import build as builds
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.proposal import Proposal

GRAVEL = "rack=rear&model=gravel"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def anna(shop: Flask) -> FlaskClient:
    return a_customer(shop)


@pytest.fixture
def build(anna: FlaskClient) -> str:
    return a_saved_build(anna, "For the road")


@pytest.fixture
def talk(anna: FlaskClient, build: str) -> str:
    """The address of a thread about the build, as its owner opens it."""
    place = f"/account/messages/new?build={build.removeprefix('/builds/')}"
    form = hidden(anna.get(place)) | {"title": "Which model?", "text": "I ride on gravel."}
    return anna.post(place, data=form, content_type="multipart/form-data").location


def the_form(page: TestResponse, action: str) -> dict[str, str]:
    found = re.search(rf'action="[^"]*{action}[^"]*"(.*?)</form>', page.text, re.S)
    assert found, page.text
    return {
        name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', found[1])
    }


def propose(vera: FlaskClient, choices: str = GRAVEL, **entries: str) -> TestResponse:
    page = vera.get(f"/staff/inbox/threads/1/proposals/new?{choices}")
    form = the_form(page, "/proposals") | {"message": "Wide tyres fit this one."} | entries
    return vera.post(f"/staff/inbox/threads/1/proposals?{choices}", data=form)


def decide(anna: FlaskClient, talk: str, act: str) -> TestResponse:
    return anna.post(action_of(anna, talk, act), data=the_form(anna.get(talk), act), follow_redirects=True)


def action_of(anna: FlaskClient, talk: str, act: str) -> str:
    found = re.search(rf'action="([^"]*/{act})"', anna.get(talk).text)
    assert found
    return found[1]


def rows(shop: Flask, table: Any) -> list[Any]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(table).order_by(table.id)))


@on_both_databases
def test_a_change_is_proposed_in_the_thread_once_and_accepted_with_one_press(
    shop: Flask, anna: FlaskClient, build: str, talk: str
) -> None:
    vera = a_colleague(shop)
    assert "data-group" in vera.get("/staff/inbox/threads/1/proposals/new").text
    assert "data-delta" in vera.get("/staff/inbox/threads/1/proposals/new/model").text
    page = vera.get(f"/staff/inbox/threads/1/proposals/new?{GRAVEL}")
    form = the_form(page, "/proposals") | {"message": "Wide tyres fit this one."}
    for _twice in range(2):
        sent = vera.post(f"/staff/inbox/threads/1/proposals?{GRAVEL}", data=form)
        assert sent.location == "/staff/inbox/threads/1#latest"
    [made] = rows(shop, Proposal)
    said = rows(shop, Message)
    assert [each.text for each in said] == ["I ride on gravel.", "Wide tyres fit this one."]
    assert rows(shop, OutboxLetter)[-1].recipient == "anna@example.com"
    assert rows(shop, Thread)[0].awaiting_since is None, "it is an answer"
    shown = anna.get(talk).text
    assert 'data-state="open"' in shown
    assert "Wide tyres" in shown
    for part in ("data-total", "data-days"):
        assert part in shown, "what it costs and how long it takes"
    done = decide(anna, talk, "acceptance")
    assert 'data-state="accepted"' in done.text
    assert build in done.text, "and there it is ordered"
    [kept] = rows(shop, Build)
    assert (kept.latest_number, kept.latest.choices) == (2, made.choices)
    again = anna.post(f"{talk}/proposals/{made.code}/acceptance", data={}, follow_redirects=True)
    assert "answered before" in again.text
    assert len(rows(shop, BuildVersion)) == 2


def test_declined_the_build_stays(shop: Flask, anna: FlaskClient, talk: str) -> None:
    propose(a_colleague(shop))
    assert 'data-state="declined"' in decide(anna, talk, "refusal").text
    assert [each.number for each in rows(shop, BuildVersion)] == [1]


def test_what_the_owner_changes_meanwhile_stays_and_the_change_is_shown_again(
    shop: Flask, anna: FlaskClient, build: str, talk: str
) -> None:
    propose(a_colleague(shop))
    form, place = the_form(anna.get(talk), "acceptance"), action_of(anna, talk, "acceptance")
    with database_of(shop).writing() as session:
        [kept] = session.exec(select(Build)).all()
        becomes = builds.copied(kept.latest) | {"lead_days": kept.latest.lead_days + 1}
        builds.change(session, kept, becomes, Cause.SAVED, at=kept.saved_at)
    late = anna.post(place, data=form, follow_redirects=True)
    assert "changed meanwhile" in late.text
    assert 'data-state="open"' in late.text
    assert len(rows(shop, BuildVersion)) == 2
    assert 'data-state="accepted"' in decide(anna, talk, "acceptance").text


def test_a_price_that_changed_is_shown_before_it_is_sent_or_accepted(
    shop: Flask, anna: FlaskClient, talk: str
) -> None:
    vera = a_colleague(shop)
    page = vera.get(f"/staff/inbox/threads/1/proposals/new?{GRAVEL}")
    form = the_form(page, "/proposals")
    publish(shop, a_bicycle("510.00"))
    again = vera.post(f"/staff/inbox/threads/1/proposals?{GRAVEL}", data=form)
    assert again.status_code == 409
    assert not rows(shop, Proposal)
    assert vera.post("/staff/inbox/threads/1/proposals", data=form).status_code in (409, 422), (
        "nothing differs"
    )


def test_nobody_else_decides_and_foreign_builds_are_not_proposed_for(
    shop: Flask, anna: FlaskClient, talk: str
) -> None:
    vera = a_colleague(shop)
    propose(vera)
    place = action_of(anna, talk, "acceptance")
    form = the_form(anna.get(talk), "acceptance")
    assert a_shopper(shop).post(place, data=form).status_code == 404
    assert anna.post(place.replace("acceptance", "else"), data=form).status_code == 404
    with database_of(shop).writing() as session:
        [kept] = session.exec(select(Build)).all()
        kept.owner = "somebody-else"
    assert vera.get("/staff/inbox/threads/1/proposals/new").status_code == 404
    assert anna.post(place, data=form).status_code == 404
    assert "data-proposal" not in anna.get(talk).text
