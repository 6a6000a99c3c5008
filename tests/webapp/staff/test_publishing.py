"""Editors prove, rehearse and publish; errors and limits stand in the way; older versions come once more."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock
from webapp.catalogues import draft, package, publication, version
from webapp.catalogues.publication import Publication
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.labour import Labour
from webapp.publishing import publish_due

DRAFT = "/staff/catalogue/bike"
ZONE = "Europe/Berlin"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    editor.post(f"{DRAFT}/draft")
    return editor


def edit(shop: Flask, family: Family) -> None:
    with database_of(shop).writing() as session:
        now = draft.latest(session, "bike")
        assert now
        draft.save(session, "bike", family, base=now.number, who="Vera", at=clock.now())


def work(shop: Flask) -> None:
    """What a worker does with everything that is asked for."""
    worker = Labour(database_of(shop), ZONE)
    while worker.turn(clock.now()):
        pass


def checked(shop: Flask, desk: FlaskClient, address: str = "") -> TestResponse:
    desk.post(f"{DRAFT}/publishing/checks{address}")
    work(shop)
    return desk.get(f"{DRAFT}/publishing{address}")


def fields(page: TestResponse) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(token|sha256|beside)" value="([^"]*)"', page.text))
    return found | {"when": "now", "seen": "y"}


def untimed(page: str) -> str:
    """Without what says in which second a form was made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def on_sale(shop: Flask) -> int:
    with database_of(shop).reading() as session:
        found = version.find(session, "bike")
        assert found
        return found.number


def sent(desk: FlaskClient, page: TestResponse, address: str = "", **more: str) -> TestResponse:
    return desk.post(f"{DRAFT}/publications{address}", data=fields(page) | more)


@on_both_databases
def test_a_draft_is_proved_rehearsed_and_published_once(shop: Flask, desk: FlaskClient) -> None:
    a_saved_build(a_shopper(shop), "City one")
    edit(shop, a_bicycle(city="550.00"))
    page = desk.get(f"{DRAFT}/publishing")
    assert 'data-ready="no"' in page.text
    assert sent(desk, page).status_code == 422
    assert on_sale(shop) == 1
    page = checked(shop, desk)
    assert 'data-ready="yes"' in page.text
    note = {"note.en": "Dearer steel.", "note.ru": "Сталь подорожала."}
    for _ in range(2):
        answer = sent(desk, page, **note)
        assert (answer.status_code, answer.location) == (303, f"{DRAFT}/publishing")
        assert on_sale(shop) == 2
    after = desk.get(f"{DRAFT}/publishing").text
    assert "data-on-sale" in after
    assert "Dearer steel." in after
    with database_of(shop).reading() as session:
        acts = session.exec(select(StaffAct).where(StaffAct.act == "published")).all()
        assert [(act.before["version"], act.after["version"]) for act in acts] == [(1, 2)]
        assert publication.notes(session, "bike", after=1, until=2)[0].in_("ru") == "Сталь подорожала."
    assert re.search(r'href="[^"]*/rehearsal/\d+/people"', desk.get(f"{DRAFT}/publishing").text)


def test_a_note_is_in_every_language_or_in_none(shop: Flask, desk: FlaskClient) -> None:
    edit(shop, a_bicycle(city="550.00"))
    answer = sent(desk, checked(shop, desk), **{"note.en": "Dearer."})
    assert answer.status_code == 422
    assert "Say it in this language too" in answer.text
    assert "Dearer." in answer.text
    assert on_sale(shop) == 1


def test_warnings_are_confirmed_and_errors_stand_in_the_way(shop: Flask, desk: FlaskClient) -> None:
    odd = a_bicycle(city="550.00")
    edit(shop, odd)
    page = checked(shop, desk)
    answer = sent(desk, page, seen="")
    assert answer.status_code == 422
    assert "confirm that they are meant" in answer.text
    shut = odd.revised(
        rules=[*odd.rules, odd.rules[0].revised(code="shut", rule="model.none")],
    )
    edit(shop, shut)
    page = checked(shop, desk)
    assert 'data-ready="no"' in page.text
    assert sent(desk, page).status_code == 422
    assert on_sale(shop) == 1
    proof = desk.get(f"{DRAFT}/proof").text
    assert 'data-finding="nothing"' in proof
    assert 'data-culprit="shut"' in proof


def test_a_rule_that_kills_an_option_is_named(shop: Flask, desk: FlaskClient) -> None:
    bike = a_bicycle()
    killing = bike.rules[0].revised(code="no-carbon", rule="frame.carbon excludes model.*")
    edit(shop, bike.revised(rules=[*bike.rules, killing]))
    desk.post(f"{DRAFT}/proof")
    waiting = desk.get(f"{DRAFT}/proof").text
    assert 'hx-trigger="every' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    work(shop)
    page = desk.get(f"{DRAFT}/proof")
    found = re.search(r'data-finding="dead" data-about="frame.carbon".*?</li>\s*</ul>', page.text, re.DOTALL)
    assert found
    assert 'data-culprit="no-carbon"' in found[0]
    fragment = desk.get(f"{DRAFT}/proof", headers={"HX-Request-Type": "partial"}).text
    assert untimed(fragment.strip()) in untimed(page.text)


def test_whoever_confirms_warnings_reads_which_options_would_be_dead(shop: Flask, desk: FlaskClient) -> None:
    bike = a_bicycle()
    killing = bike.rules[0].revised(code="no-carbon", rule="frame.carbon excludes model.*")
    edit(shop, bike.revised(rules=[*bike.rules, killing]))
    page = checked(shop, desk)
    said = re.search(r'data-warning="dead">.*?</li>', page.text, re.DOTALL)
    assert said
    assert "Frame: Carbon" in said[0]
    assert sent(desk, page).status_code == 303
    with database_of(shop).reading() as session:
        act = session.exec(select(StaffAct).where(StaffAct.act == "published")).one()
        assert act.after["dead"] == ["Frame: Carbon"]


def test_a_proof_of_an_older_version_links_to_nothing_that_is_gone_from_the_draft(
    shop: Flask, desk: FlaskClient
) -> None:
    bike = a_bicycle()
    killing = bike.rules[0].revised(code="no-carbon", rule="frame.carbon excludes model.*")
    publish(shop, bike.revised(rules=[*bike.rules, killing]))
    frame = bike.groups[1]
    steel = frame.revised(options=[each for each in frame.options if each.code != "carbon"])
    sound = bike.revised(groups=[bike.groups[0], steel, bike.groups[2]], rules=[])
    publish(shop, sound)
    edit(shop, sound)
    desk.post(f"{DRAFT}/proof?version=2")
    work(shop)
    page = desk.get(f"{DRAFT}/proof?version=2").text
    assert 'data-finding="dead" data-about="frame.carbon"' in page
    assert 'data-culprit="no-carbon"' in page
    assert "rules#no-carbon" not in page
    links = set(re.findall(rf'href="({DRAFT}/(?:groups|rules)[^"#]*)', page))
    assert f"{DRAFT}/groups/frame/options/carbon" not in links
    assert f"{DRAFT}/groups/model" in links
    assert {desk.get(link).status_code for link in links} == {200}


@on_both_databases
def test_beyond_a_limit_it_takes_an_owner(shop: Flask, desk: FlaskClient) -> None:
    for _ in range(2):
        a_saved_build(a_shopper(shop), choices="model=city&rack=front")
    a_placed_order(a_shopper(shop), "model=city&rack=front")
    owner = a_colleague(shop, "owner@example.com", roles=[Role.OWNER])
    limits = {"most_builds": "1", "most_percent": "", "most_money": "5000.00"}
    assert desk.get(f"{DRAFT}/limits").status_code == 403
    assert owner.post(f"{DRAFT}/limits", data=limits).status_code == 303
    edit(shop, a_bicycle(without="rack.front"))
    page = checked(shop, desk)
    assert "ask an owner" in page.text
    assert sent(desk, page).status_code == 422
    assert on_sale(shop) == 1
    page = owner.get(f"{DRAFT}/publishing")
    assert "you are an owner" in page.text
    assert sent(owner, page).status_code == 303
    assert on_sale(shop) == 2
    with database_of(shop).reading() as session:
        act = session.exec(select(StaffAct).where(StaffAct.act == "published")).one()
        assert act.after["passed"] == ["most_builds"]


def test_the_rehearsal_leads_to_each_thing_and_its_repairs(shop: Flask, desk: FlaskClient) -> None:
    a_saved_build(a_shopper(shop), "Red one", "model=city&rack=front")
    number = a_placed_order(a_shopper(shop), "model=city&rack=front")
    assert number
    edit(shop, a_bicycle(without="rack.front"))
    desk.post(f"{DRAFT}/rehearsal")
    work(shop)
    page = desk.get(f"{DRAFT}/rehearsal").text
    row = re.search(r'<tr data-thing="build".*?</tr>', page, re.DOTALL)
    assert row
    assert 'data-standing="replaceable" data-count="1" data-before="0"' in row[0]
    assert 'data-at-stake="54000"' in row[0]
    listed = re.search(r'href="([^"]*/build\?after=replaceable)"', row[0])
    assert listed
    things = desk.get(listed[1]).text
    assert "Red one" in things
    one = re.search(r'href="([^"]*/rehearsed/\d+)"', things)
    assert one
    thing = desk.get(one[1])
    assert thing.status_code == 200
    assert "“Front rack” is made no more" in thing.text
    assert "without “Front rack”" in thing.text
    order = desk.get(listed[1].replace("/build?", "/order?")).text
    assert "a•••@example.com" in order


@on_both_databases
def test_what_is_planned_is_published_at_its_time_by_the_worker(shop: Flask, desk: FlaskClient) -> None:
    edit(shop, a_bicycle(city="550.00"))
    page = checked(shop, desk)
    past = sent(desk, page, when="later", at="2020-01-01T10:00")
    assert past.status_code == 422
    assert "a time to come" in past.text
    tomorrow = clock.now() + timedelta(days=1)
    answer = sent(desk, page, when="later", at=tomorrow.strftime("%Y-%m-%dT%H:%M"))
    assert answer.status_code == 303
    publish_due(ZONE, database_of(shop), clock.now())
    assert on_sale(shop) == 1
    publish_due(ZONE, database_of(shop), clock.now() + timedelta(days=2))
    publish_due(ZONE, database_of(shop), clock.now() + timedelta(days=2))
    assert on_sale(shop) == 2


def test_what_is_planned_can_be_called_off(shop: Flask, desk: FlaskClient) -> None:
    edit(shop, a_bicycle(city="550.00"))
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent(desk, checked(shop, desk), when="later", at=tomorrow)
    page = desk.get(f"{DRAFT}/publishing").text
    found = re.search(r'data-publication="(\d+)" data-state="planned"', page)
    assert found
    assert desk.post(f"{DRAFT}/publications/{found[1]}/withdrawal").status_code == 303
    publish_due(ZONE, database_of(shop), clock.now() + timedelta(days=2))
    assert on_sale(shop) == 1


def test_an_older_version_is_published_once_more(shop: Flask, desk: FlaskClient) -> None:
    edit(shop, a_bicycle(city="550.00"))
    assert sent(desk, checked(shop, desk)).status_code == 303
    page = checked(shop, desk, "?version=1")
    assert "Publish version 1 once more" in page.text
    assert sent(desk, page, "?version=1").status_code == 303
    with database_of(shop).reading() as session:
        first, third = version.find(session, "bike", 1), version.find(session, "bike", 3)
        assert first
        assert third
        assert first.sha256 == third.sha256
        now = draft.latest(session, "bike")
        assert now
        assert draft.document(now) == a_bicycle(city="550.00")
        made = session.exec(select(Publication).where(Publication.number == 3)).one()
        assert made.version == 1


def test_what_changed_meanwhile_is_looked_at_again(shop: Flask, desk: FlaskClient) -> None:
    edit(shop, a_bicycle(city="550.00"))
    page = checked(shop, desk)
    edit(shop, a_bicycle(city="560.00"))
    answer = sent(desk, page)
    assert answer.status_code == 422
    assert "has changed meanwhile" in answer.text
    assert on_sale(shop) == 1


# Files.


def taken_in(
    desk: FlaskClient, raw: bytes, address: str = f"{DRAFT}/files", name: str = "bike.zip"
) -> TestResponse:
    page = desk.get(address)
    said = dict(re.findall(r'<input type="hidden" name="(token|base)" value="([^"]*)"', page.text))
    return desk.post(
        address, data=said | {"file": (io.BytesIO(raw), name)}, content_type="multipart/form-data"
    )


def zipped(**files: bytes | str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def test_a_family_leaves_and_comes_back_as_a_file(shop: Flask, desk: FlaskClient) -> None:
    raw = desk.get(f"{DRAFT}/files/draft.zip").data
    assert desk.get(f"{DRAFT}/files/1.zip").data == raw
    assert package.unpacked(raw) == a_bicycle()
    changed = package.packed(a_bicycle(city="575.00"))
    answer = taken_in(desk, changed)
    assert (answer.status_code, answer.location) == (303, DRAFT)
    with database_of(shop).reading() as session:
        now = draft.latest(session, "bike")
        assert now
        assert (now.number, draft.document(now)) == (2, a_bicycle(city="575.00"))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "choose a file"),
        (b"PK\x03\x04 nothing of the kind", "no ZIP file"),
        (zipped(**{"family.toml": "x" * (3 * 1024 * 1024)}), "more than we take in"),
        (zipped(**{"../family.toml": "code = 'bike'"}), "belongs to no family"),
        (zipped(**{"family.toml": "", "groups/../../etc.toml": ""}), "belongs to no family"),
        (zipped(**{"/family.toml": "code = 'bike'"}), "belongs to no family"),
        (zipped(**{"family.toml": "", "run.sh": "rm"}), "belongs to no family"),
        (zipped(**{f"groups/g{number}.toml": "" for number in range(2_001)}), "too many files"),
        (zipped(**{"family.toml": f"code = {'9' * 5000}"}), "nothing can read"),
        (zipped(**{"family.toml": f"code = {'[' * 50_000}"}), "nothing can read"),
        (zipped(**{"family.toml": "code = "}), "family.toml:1:"),
    ],
)  # fmt: skip
def test_a_file_that_no_export_made_is_refused_with_its_reason(
    desk: FlaskClient, raw: bytes, said: str
) -> None:
    answer = taken_in(desk, raw)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_bomb_is_refused_before_it_goes_off(desk: FlaskClient) -> None:
    raw = zipped(**{f"pictures/p{number}.svg": b"\0" * 1_900_000 for number in range(40)})
    assert len(raw) < 200_000
    answer = taken_in(desk, raw)
    assert answer.status_code == 422
    assert "more than we take in" in answer.text


def test_a_script_in_a_picture_does_not_come_in(desk: FlaskClient, shop: Flask) -> None:
    bike = a_bicycle()
    drawn = '<script>alert(1)</script><path d="M0 0h9v9z"/>'
    hostile = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{drawn}</svg>'
    raw = package.packed(bike.revised(picture=bike.picture.revised(files={"a.svg": hostile})))
    assert taken_in(desk, raw).status_code == 303
    with database_of(shop).reading() as session:
        now = draft.latest(session, "bike")
        assert now
        kept = draft.document(now).picture.files["a.svg"]
    assert "<path" in kept
    assert "script" not in kept


UVL = """features
    Kiosk {abstract}
        mandatory
            Screen {Price 120}
        optional
            Printer {Weight 3}
constraints
    Printer => Screen
"""


def test_a_feature_model_becomes_a_draft_with_a_report(desk: FlaskClient, shop: Flask) -> None:
    answer = taken_in(desk, UVL.encode(), "/staff/catalogue/import", "kiosk.uvl")
    assert answer.status_code == 200
    assert "data-uvl-report" in answer.text
    assert "<code>Weight</code>" in answer.text
    with database_of(shop).reading() as session:
        begun = draft.latest(session, "kiosk")
        assert begun
        assert len(draft.document(begun).option_by_key) == 3
    again = taken_in(desk, UVL.encode(), "/staff/catalogue/import", "kiosk.uvl")
    assert again.status_code == 422
    assert "There is a family" in again.text
    assert taken_in(desk, b"features", "/staff/catalogue/import", "x.uvl").status_code == 422
