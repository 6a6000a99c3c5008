"""The preview is the real configurator on the draft: nothing is recorded, nothing can be ordered; its states become
test cases, which are run at each save."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import text
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, a_shopper, database_of, hidden, publish
from webapp import clock
from webapp.catalogues import draft
from webapp.customers.staff_role import EVERY_ROLE, Role

PREVIEW = "/staff/catalogue/bike/preview"
CASES = "/staff/catalogue/bike/cases"
OURS = {"Sec-Fetch-Site": "same-origin", "Referer": f"http://localhost{PREVIEW}?frame=steel&pick=frame.steel"}


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    publish(app, a_bicycle())
    editor = a_colleague(app, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    save(app, a_bicycle(city="450.00"))
    return editor


def stands(app: Flask) -> Family:
    with database_of(app).reading() as session:
        found = draft.latest(session, "bike")
        assert found
        return draft.document(found)


def save(app: Flask, family: Family) -> None:
    """What a colleague saves."""
    with database_of(app).writing() as session:
        latest = draft.latest(session, "bike")
        assert latest
        draft.save(session, "bike", family, base=latest.number, who="Boris", at=clock.now())


def carried(desk: FlaskClient, address: str) -> dict[str, str]:
    found = hidden(desk.get(address))
    return {name: found[name] for name in ("base", "token")}


def send(desk: FlaskClient, address: str, page: str = "", **entries: str) -> TestResponse:
    return desk.post(address, data=carried(desk, page or address) | entries, follow_redirects=True)


def rows_in(app: Flask, *tables: str) -> dict[str, int]:
    with database_of(app).reading() as session:
        return {each: session.execute(text(f"SELECT count(*) FROM {each}")).scalar_one() for each in tables}


def plain(page: TestResponse) -> str:
    return " ".join(Markup(page.text).striptags().split())


def test_the_preview_shows_the_draft_and_the_shop_what_is_on_sale(app: Flask, desk: FlaskClient) -> None:
    tried = desk.get(PREVIEW)
    assert 'data-preview="2"' in tried.text
    assert 'data-total="45000"' in tried.text
    assert 'data-total="50000"' in a_shopper(app).get("/configure/bike").text


def test_a_click_stays_in_the_preview_and_means_what_it_does_in_the_shop(
    app: Flask, desk: FlaskClient
) -> None:
    save(app, a_bicycle())
    page = desk.get(f"{PREVIEW}?rack=rear&frame=carbon&pick=frame.carbon", headers=OURS)
    assert 'data-conflict="frame.carbon"' in page.text
    assert "Carbon carries no rear rack." in page.text
    addresses = re.findall(r'<a class="(?:option|repair|quiet|button plain)"[^>]*href="([^"]+)"', page.text)
    assert addresses
    assert all(each.startswith((PREVIEW, "/staff/")) for each in addresses), addresses
    sold = a_shopper(app).get("/configure/bike?rack=rear&frame=carbon&pick=frame.carbon").text
    told = r'data-(?:repair="\d"|delta="-?\d+"|origin="\w+"|available="\w+")'
    assert re.findall(told, page.text) == re.findall(told, sold)
    part = desk.get(
        f"{PREVIEW}?frame=carbon&pick=frame.carbon", headers=OURS | {"HX-Request-Type": "partial"}
    )
    assert part.text.strip().startswith('<div id="configurator"')
    assert "preview-mark" in part.text
    assert "data-undo" in part.text


def test_the_preview_records_nothing_and_offers_nothing_to_buy(app: Flask, desk: FlaskClient) -> None:
    tables = ("touchpoints", "current_builds")
    before = rows_in(app, *tables)
    page = desk.get(f"{PREVIEW}?frame=carbon&pick=frame.carbon", headers=OURS)
    for each in ("/cart", "/checkout", "/builds/new", "data-order", "data-save", "data-put-into-cart"):
        assert each not in page.text
    assert rows_in(app, *tables) == before


def test_only_editors_see_a_draft(app: Flask, desk: FlaskClient) -> None:
    others = a_colleague(
        app,
        email="pavel@lekalo.example",
        roles=[role for role in EVERY_ROLE if role not in (Role.EDITOR, Role.OWNER)],
    )
    pictures = f"{PREVIEW}/pictures/1.svg"
    for address in (PREVIEW, f"{PREVIEW}/differences", pictures):
        assert others.get(address).status_code == 403
        assert a_shopper(app).get(address).status_code == 303
        assert desk.get(address).status_code == 200
    assert desk.get(f"{PREVIEW}/pictures/99.svg").status_code == 404
    assert desk.get("/staff/catalogue/nothing/preview").status_code == 404


def test_a_draft_that_allows_nothing_says_so(app: Flask, desk: FlaskClient) -> None:
    family = stands(app)
    never = family.rules[0].revised(code="never", rule="model.city and model.gravel")
    save(app, family.revised(rules=(never,)))
    page = desk.get(PREVIEW)
    assert page.status_code == 200
    assert "Nothing of this can be made at the moment" in plain(page)
    assert "keep-case" in page.text


def test_the_preview_of_a_day_shows_what_holds_then(app: Flask, desk: FlaskClient) -> None:
    family = stands(app)
    option = family.groups[0].options[0].revised(until="2030-01-31")
    group = family.groups[0].revised(options=(option, *family.groups[0].options[1:]))
    save(app, family.revised(groups=(group, *family.groups[1:])))
    assert 'type="date"' in desk.get(PREVIEW).text
    answer = desk.get(f"{PREVIEW}/day?day=2030-03-01")
    assert answer.location == f"{PREVIEW}/on/2030-03-01"
    later = desk.get(answer.location).text
    assert 'data-total="90000"' in later
    assert f'href="{PREVIEW}/on/2030-03-01?' in later
    for day in ("1001-01-01", "soon", ""):
        assert desk.get(f"{PREVIEW}/day?day={day}").status_code == 404


@on_both_databases
def test_a_state_becomes_a_case_with_one_press(app: Flask, desk: FlaskClient) -> None:
    page = f"{PREVIEW}?model=gravel&frame=carbon&pick=frame.carbon"
    form = hidden(desk.get(page))
    kept = desk.post(f"{CASES}/kept", data=form | {"expect": "total"}, follow_redirects=True)
    case = stands(app).cases[0]
    assert (case.choices, case.expect, case.total) == (("model.gravel", "frame.carbon"), "total", 120000)
    assert case.title.in_("en") == "Gravel, Carbon"
    assert "The test case comes out as it must." in plain(kept)
    again = desk.post(f"{CASES}/kept", data=form | {"expect": "total"}, follow_redirects=True)
    assert again.status_code == 200
    assert len(stands(app).cases) == 1
    blocked = hidden(desk.get(f"{PREVIEW}?rack=rear&frame=steel&frame=carbon&pick=frame.carbon"))
    desk.post(f"{CASES}/kept", data=blocked | {"expect": "impossible"})
    assert stands(app).cases[1].choices == ("rack.rear", "frame.carbon")
    assert [case.expect for case in stands(app).cases] == ["total", "impossible"]
    assert desk.post(f"{CASES}/kept", data=blocked | {"expect": "lovely"}).status_code == 400
    assert desk.post(f"{CASES}/kept", data=form | {"expect": "total", "total": "x"}).status_code == 400


def test_cases_are_run_at_each_save_and_a_failure_names_the_rule(app: Flask, desk: FlaskClient) -> None:
    send(desk, CASES, f"{CASES}/new", title="Carbon alone", choices="frame.carbon", expect="possible")
    send(
        desk,
        CASES,
        f"{CASES}/new",
        title="No rear rack",
        choices="frame.carbon rack.rear",
        expect="impossible",
    )
    send(desk, CASES, f"{CASES}/new", title="Cheapest", choices="", expect="total", total="450")
    page = desk.get(CASES)
    assert 'data-failing="0"' in page.text
    rules = "/staff/catalogue/bike/rules"
    reasons = {"reason.en": "Too dear.", "reason.ru": "Слишком дорого."}
    said = send(desk, f"{rules}/new/rules", rule="not frame.carbon", act="save", code="no-carbon", **reasons)
    assert "1 test case does not come out as it must: “Carbon alone”." in plain(said)
    failing = desk.get(CASES)
    assert 'data-failing="1"' in failing.text
    assert re.search(r'href="/staff/catalogue/bike/rules/no-carbon">Too dear.<', failing.text)
    family = stands(app)
    save(app, family.revised(groups=a_bicycle(city="460.00").groups))
    assert "It costs €460.00." in plain(desk.get(CASES))


def test_a_case_is_changed_and_removed(app: Flask, desk: FlaskClient) -> None:
    send(desk, CASES, f"{CASES}/new", choices="frame.carbon", expect="possible")
    case = stands(app).cases[0]
    assert case.code == "carbon"
    send(
        desk,
        f"{CASES}/carbon",
        title="Light",
        choices="frame.carbon\nrack.none",
        expect="total",
        total="750,00",
    )
    changed = stands(app).cases[0]
    assert (changed.title.in_("en"), changed.choices, changed.total) == (
        "Light",
        ("frame.carbon", "rack.none"),
        75000,
    )
    assert desk.post(f"{CASES}/carbon/removal", data=carried(desk, f"{CASES}/carbon")).status_code == 303
    assert stands(app).cases == ()
    assert desk.get(f"{CASES}/carbon").status_code == 404


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"choices": "steel", "expect": "possible"}, "“steel” is no name of an option"),
        ({"choices": "wheel.28", "expect": "possible"}, "There is no group “wheel”."),
        ({"choices": "frame.tin", "expect": "possible"}, "The group “frame” has no option “tin”."),
        ({"choices": "frame.none", "expect": "possible"}, "The group “frame” cannot be left empty."),
        ({"choices": "frame.steel", "expect": ""}, "Please say what must come of it."),
        ({"choices": "frame.steel", "expect": "total", "total": ""}, "Please fill this in."),
        ({"choices": "frame.steel", "expect": "total", "total": "dear"}, "An amount looks like"),
        ({"choices": "frame.steel " * 300 + "a b", "expect": "possible"}, "At most 200 choices"),
    ],
)
def test_a_wrong_case_is_refused_beside_its_field(
    app: Flask, desk: FlaskClient, entries: dict[str, str], said: str
) -> None:
    answer = send(desk, CASES, f"{CASES}/new", title="<b>Mine", **entries)
    assert answer.status_code == 422
    assert said in plain(answer)
    assert "&lt;b&gt;Mine" in answer.text
    assert stands(app).cases == ()


def test_a_case_about_an_option_that_is_gone_fails_and_says_so(app: Flask, desk: FlaskClient) -> None:
    send(desk, CASES, f"{CASES}/new", choices="rack.rear", expect="possible")
    save(app, a_bicycle(without="rack.rear").revised(cases=stands(app).cases))
    assert "There is no rack.rear any more." in plain(desk.get(CASES))
