"""Editors see what state each draft is in, undo, go back and compare, and begin new families."""

import html
import re
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, database_of, hidden, publish
from tests.webapp.staff.drafting import stands
from webapp import clock
from webapp.catalogues import draft
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role

DRAFT = "/staff/catalogue/bike"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    return editor


def revision(desk: FlaskClient, address: str = DRAFT) -> int:
    found = re.search(r'data-revision="(\d+)"', desk.get(address).text)
    assert found
    return int(found[1])


def saved(shop: Flask, family: Family, base: int) -> None:
    """What a colleague saves."""
    with database_of(shop).writing() as session:
        draft.save(session, "bike", family, base=base, who="Boris", at=clock.now())


def acts(shop: Flask) -> Sequence[StaffAct]:
    with database_of(shop).reading() as session:
        return session.exec(select(StaffAct).order_by(col(StaffAct.id))).all()


def act(desk: FlaskClient, address: str, **entries: str) -> TestResponse:
    said = {"base": str(revision(desk)), "token": f"token-{address}-{revision(desk)}".replace("/", "-")[:60]}
    return desk.post(f"{DRAFT}{address}", data=said | entries, follow_redirects=True)


@on_both_databases
def test_a_draft_is_begun_once_and_recorded(shop: Flask) -> None:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    assert "Begin a draft" in editor.get("/staff/catalogue").text
    for _ in range(2):
        answer = editor.post("/staff/catalogue/bike/draft")
        assert (answer.status_code, answer.location) == (303, DRAFT)
    assert revision(editor) == 1
    assert "Open the draft" in editor.get("/staff/catalogue").text
    assert [(each.act, each.thing, each.thing_id) for each in acts(shop)] == [
        ("draft-begun", "catalogue", "bike")
    ]
    assert editor.post("/staff/catalogue/nothing/draft").status_code == 404


@on_both_databases
def test_undo_and_redo_lead_back_and_forth_and_take_no_revision_away(shop: Flask, desk: FlaskClient) -> None:
    for number, amount in enumerate(("400.00", "300.00"), start=1):
        saved(shop, a_bicycle(amount), number)
    assert "option City: <del>" in desk.get(DRAFT).text.replace("<b>", "").replace("</b>", "")

    def price() -> int:
        return stands(shop).groups[0].options[0].price

    assert "data-act=" in act(desk, "/undo").text
    assert price() == 40000
    act(desk, "/undo")
    assert price() == 50000
    assert "Undo</button>" not in desk.get(DRAFT).text
    act(desk, "/redo")
    act(desk, "/redo")
    assert price() == 30000
    assert "Redo</button>" not in desk.get(DRAFT).text
    assert revision(desk) == 7
    act(desk, "/revisions/1/return")
    assert price() == 50000
    assert [each.act for each in acts(shop)][1:] == [
        "draft-undone",
        "draft-undone",
        "draft-redone",
        "draft-redone",
        "draft-returned",
    ]
    assert acts(shop)[-1].before["groups/model/options/city/price"] == 30000
    assert acts(shop)[-1].after["groups/model/options/city/price"] == 50000


def test_the_record_says_in_words_what_an_edit_changed(shop: Flask, desk: FlaskClient) -> None:
    family = a_bicycle("400.00", without="rack.front")
    first, *others = family.groups
    saved(shop, family.model_copy(update={"groups": (*others, first)}), 1)
    act(desk, "/undo")
    owner = a_colleague(shop, "owner@example.com")

    def record(language: str) -> str:
        page = owner.get("/staff/audit?thing=catalogue", headers={"Accept-Language": language}).text
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())

    told = record("en")
    assert "Option City: €400.00 → became €500.00" in told
    assert "Option Front rack: Front rack" in told
    assert "Groups, order: model" in told
    assert "groups/" not in told
    assert "{" not in told
    assert "Вариант Городской: 400,00 € → стало 500,00 €" in record("ru").replace("\N{NO-BREAK SPACE}", " ")


def test_an_undo_that_comes_twice_undoes_once(shop: Flask, desk: FlaskClient) -> None:
    for number, price in enumerate(("400.00", "300.00"), start=1):
        saved(shop, a_bicycle(price), number)
    said = {"base": "3", "token": "t" * 20}
    for _ in range(2):
        desk.post(f"{DRAFT}/undo", data=said)
    assert stands(shop).groups[0].options[0].price == 40000


def test_nobody_undoes_what_they_have_not_seen(shop: Flask, desk: FlaskClient) -> None:
    saved(shop, a_bicycle("400.00"), 1)
    answer = desk.post(f"{DRAFT}/undo", data={"base": "1", "token": "t" * 20}, follow_redirects=True)
    assert "A colleague saved meanwhile" in answer.text
    assert stands(shop) == a_bicycle("400.00")


def test_any_two_revisions_are_compared_in_words(shop: Flask, desk: FlaskClient) -> None:
    saved(shop, a_bicycle("320.00"), 1)
    saved(shop, a_bicycle("290.00", without="rack.front"), 2)
    text = desk.get(f"{DRAFT}/differences?from=2&to=3").text
    assert "<b>option City</b>: <del>€320.00</del> → <ins>€290.00</ins>" in text
    assert "<b>option Front rack</b>: taken away" in text
    russian = desk.get(f"{DRAFT}/differences?from=0&to=3", headers={"Accept-Language": "ru"})
    assert "Городской" in russian.text
    assert "data-same" in desk.get(f"{DRAFT}/differences?from=1&to=0").text
    for wrong in ("from=9", f"to={10**12}", "from=-1"):
        assert desk.get(f"{DRAFT}/differences?{wrong}").status_code == 404


@on_both_databases
def test_what_was_published_past_a_draft_is_taken_in(shop: Flask, desk: FlaskClient) -> None:
    saved(shop, a_bicycle("450.00"), 1)
    publish(shop, a_bicycle(without="rack.front"))
    assert "data-behind" in desk.get(DRAFT).text
    act(desk, "/catching-up")
    assert stands(shop) == a_bicycle("450.00", without="rack.front")
    assert "data-behind" not in desk.get(DRAFT).text
    act(desk, "/revisions/0/return")
    assert stands(shop) == a_bicycle(without="rack.front")
    assert 'data-state="published"' in desk.get(DRAFT).text


@on_both_databases
def test_a_new_family_is_begun_with_its_code_made_of_its_name(shop: Flask, desk: FlaskClient) -> None:
    form = hidden(desk.get("/staff/catalogue/new")) | {
        "title.ru": "Полка",
        "title.en": "",
        "currency": "EUR",
        "tax_percent": "19",
    }
    for _ in range(2):
        answer = desk.post("/staff/catalogue/new", data=form)
        assert (answer.status_code, answer.location) == (303, "/staff/catalogue/polka")
    assert stands(shop, "polka").title.root == {"ru": "Полка"}
    assert "never been on sale" in desk.get("/staff/catalogue/polka").text


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"title.en": "", "title.ru": ""}, "in one language at least"),
        ({"code": "bike"}, "taken already"),
        ({"code": "new"}, "taken already"),
        ({"code": "Ящик"}, "small Latin letters"),
        ({"tax_percent": "many"}, "A number from 0"),
    ],
)
def test_what_is_wrong_with_a_new_family_is_said_beside_it(
    desk: FlaskClient, entries: dict[str, str], words: str
) -> None:
    form = {"title.en": "A shelf", "currency": "EUR", "tax_percent": "19", "token": "t" * 20}
    answer = desk.post("/staff/catalogue/new", data=form | entries)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_draft_that_is_not_there_is_no_page(desk: FlaskClient) -> None:
    assert desk.get("/staff/catalogue/nothing").status_code == 404
    assert desk.post(f"{DRAFT}/revisions/99/return", data={"base": "1"}).status_code == 404
