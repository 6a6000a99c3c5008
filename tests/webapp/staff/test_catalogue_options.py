"""Editors add, change, copy, move and take away groups and options; nothing typed is lost, also with two at once."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.loader import load
from catalog.model import Option
from tests.conftest import DEMO
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, publish
from tests.webapp.staff.drafting import form_in, stands, the_form
from webapp.customers.staff_role import Role
from webapp.staff.catalogue.entries import Entries
from webapp.staff.catalogue.option_form import read_option, said_of

DRAFT = "/staff/catalogue/bike"
CARBON = f"{DRAFT}/groups/frame/options/carbon"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    return editor


def an_option(shop: Flask, key: str = "frame.carbon") -> Option:
    group, _, option = key.partition(".")
    return next(each for each in stands(shop).group_by_code[group].options if each.code == option)


def codes(shop: Flask, group: str) -> list[str]:
    return [each.code for each in stands(shop).group_by_code[group].options]


@on_both_databases
def test_an_option_is_changed_in_both_languages_with_price_and_days(shop: Flask, desk: FlaskClient) -> None:
    form = the_form(desk, CARBON, "title.en")
    assert form["price"] == "300.00"
    form |= {
        "title.ru": "Углеволокно",
        "description.en": "Light.\n\nAnd stiff.",
        "price": "1 290,50",
        "since": "2026-12-01",
        "attribute.lead_days": "7",
        "new_trait": "style",
        "new_trait_values": "sport, modern",
        "dated.0.price": "1200",
        "dated.0.until": "2026-12-31",
    }
    answer = desk.post(CARBON, data=form)
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/options#frame.carbon")
    found = an_option(shop)
    assert found.title.root == {"en": "Carbon", "ru": "Углеволокно"}
    assert found.description.root == {"en": "Light.\n\nAnd stiff."}
    assert (found.price, str(found.since), found.until, found.lead_days) == (129050, "2026-12-01", None, 7)
    assert found.traits == {"style": ("sport", "modern")}
    assert [(each.price, each.since, str(each.until)) for each in found.prices] == [
        (120000, None, "2026-12-31")
    ]
    page = desk.get(f"{DRAFT}/options").text
    assert "no text in RU" in page
    assert "1 dated price" in page


def test_saving_what_was_shown_changes_nothing(shop: Flask, desk: FlaskClient) -> None:
    for address in (CARBON, f"{DRAFT}/groups/frame"):
        answer = desk.post(address, data=the_form(desk, address, "title.en"), follow_redirects=True)
        assert "Nothing was changed." in answer.text
    assert stands(shop) == a_bicycle()


@pytest.mark.parametrize("name", ["bicycle", "workstation"])
def test_the_form_of_every_demo_option_says_the_whole_option(app: Flask, name: str) -> None:
    family = load(DEMO / name)
    for language in ("en", "ru"):
        with app.test_request_context(headers={"Accept-Language": language}):
            for group in family.groups:
                for each in group.options:
                    entries = Entries(said_of(each, family.currency))
                    assert read_option(entries, family, group, each, None) == each, entries.errors


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"title.ru": "", "title.en": " "}, "in one language at least"),
        ({"price": "a lot"}, "An amount looks like 129.50"),
        ({"price": "1e3"}, "An amount looks like"),
        ({"price": "1.005"}, "An amount looks like"),
        ({"price": "999999999999"}, "An amount looks like"),
        ({"since": "2026-12-02", "until": "2026-12-01"}, "comes before the first"),
        ({"since": "soon"}, "Please choose a day."),
        ({"attribute.lead_days": "-1"}, "between 0 and 1000"),
        ({"attribute.lead_days": "1.5"}, "between 0 and 1000"),
        ({"new_trait": "style"}, "Please fill this in."),
        ({"dated.1.since": "2026-12-01"}, "Please fill this in."),
        ({"dated.1.price": "5"}, "Please choose a day."),
        ({"description.en": "x" * 601}, "At most 600 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    shop: Flask, desk: FlaskClient, entries: dict[str, str], words: str
) -> None:
    form = the_form(desk, CARBON, "title.en") | {"title.ru": "Мой текст"} | entries
    answer = desk.post(CARBON, data=form)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    again = form_in(answer.text, "title.en")
    assert {name: again[name] for name in entries} == {name: form[name] for name in entries}
    assert stands(shop) == a_bicycle()


@on_both_databases
def test_a_new_option_gets_a_code_of_its_name_and_is_made_once(shop: Flask, desk: FlaskClient) -> None:
    address = f"{DRAFT}/groups/frame/options/new"
    form = the_form(desk, address, "title.en") | {"title.ru": "Сталь, светлая", "price": "20"}
    for _ in range(2):
        assert desk.post(address, data=form).status_code == 303
    assert codes(shop, "frame") == ["steel", "carbon", "stal-svetlaya"]
    again = the_form(desk, address, "title.en") | {"title.ru": "Сталь, светлая"}
    assert "taken already" in desk.post(address, data=again).text
    reserved = again | {"code": "none"}
    assert "taken already" in desk.post(address, data=reserved).text


def test_a_copy_stands_behind_its_original_with_its_pictures(shop: Flask, desk: FlaskClient) -> None:
    address = f"{DRAFT}/groups/frame/options/new?copy=steel"
    form = the_form(desk, address, "title.en") | {"code": "steel-light"}
    assert form["title.en"] == "Steel"
    desk.post(f"{DRAFT}/groups/frame/options/new", data=form | {"then_new": "y"})
    assert codes(shop, "frame") == ["steel", "steel-light", "carbon"]


def test_options_and_groups_are_moved_by_buttons_and_put_in_an_order(shop: Flask, desk: FlaskClient) -> None:
    def sent(**entries: str) -> TestResponse:
        form = the_form(desk, f"{DRAFT}/options", "group")
        return desk.post(f"{DRAFT}/options/order", data=form | entries)

    answer = sent(group="frame", up="carbon")
    assert codes(shop, "frame") == ["carbon", "steel"]
    assert answer.location == f"{DRAFT}/options?moved=frame.up-carbon"
    assert re.search(r'value="carbon"[^>]* autofocus', desk.get(answer.location).text)
    words = desk.get(f"{DRAFT}/differences").text
    assert "<b>options of the group Frame</b>, order: <ins>" in words
    assert "Steel behind Carbon" in words or "Carbon first" in words
    sent(group="frame", order="steel carbon")
    assert codes(shop, "frame") == ["steel", "carbon"]
    sent(group="", down="model")
    assert [each.code for each in stands(shop).groups] == ["frame", "model", "rack"]
    assert sent(group="nothing", up="x").status_code == 404
    assert sent(group="frame").status_code == 400


def test_the_list_is_filtered_by_words_of_any_language(desk: FlaskClient) -> None:
    page = desk.get(f"{DRAFT}/options?words=карбон").text
    assert "frame.carbon" in page
    assert "frame.steel" not in page
    assert "frame.steel" in desk.get(f"{DRAFT}/options?words=frame").text
    assert "Nothing is called" in desk.get(f"{DRAFT}/options?words=zzz").text


@on_both_databases
def test_an_option_is_taken_away_with_what_names_it(shop: Flask, desk: FlaskClient) -> None:
    page = desk.get(f"{CARBON}/removal").text
    assert "rule carbon-no-rear-rack" in page
    desk.post(f"{CARBON}/removal", data=the_form(desk, f"{CARBON}/removal", "also"))
    assert codes(shop, "frame") == ["steel"]
    assert stands(shop).rules == ()
    assert desk.get(CARBON).status_code == 404


def test_a_group_is_made_changed_and_taken_away(shop: Flask, desk: FlaskClient) -> None:
    address = f"{DRAFT}/groups/new"
    form = the_form(desk, address, "title.en") | {"title.en": "Bell", "min": "0", "max": "2"}
    assert "word of the rule language" in desk.post(address, data=form | {"code": "sum"}).text
    assert "less than the least" in desk.post(address, data=form | {"min": "3"}).text
    desk.post(address, data=form)
    made = stands(shop).group_by_code["bell"]
    assert (made.min, made.max, made.step, made.options) == (0, 2, "base", ())
    bell = f"{DRAFT}/groups/bell"
    desk.post(bell, data=the_form(desk, bell, "title.en") | {"title.ru": "Звонок", "max": "3"})
    assert stands(shop).group_by_code["bell"].title.root == {"en": "Bell", "ru": "Звонок"}
    desk.post(f"{bell}/removal", data=the_form(desk, f"{bell}/removal", "base"))
    assert stands(shop) == a_bicycle()


def sides(page: str) -> Iterator[str]:
    return iter(re.findall(r'name="(take:[^"]+)" value="mine"', page))


@on_both_databases
def test_two_who_save_at_once_lose_nothing(shop: Flask, desk: FlaskClient) -> None:
    """Other places are put together; of the same place both versions are shown, and the form goes along whole."""
    boris = a_colleague(shop, "boris@example.com", roles=[Role.EDITOR])
    mine, theirs = the_form(desk, CARBON, "title.en"), the_form(boris, CARBON, "title.en")
    boris.post(CARBON, data=theirs | {"price": "320", "title.ru": "Углерод"})
    answer = desk.post(CARBON, data=mine | {"price": "290", "description.en": "Light"})
    assert answer.status_code == 409
    text = html.unescape(answer.text)
    assert "€320.00" in text
    assert "€290.00" in text
    assert "€300.00" in text
    assert an_option(shop).price == 32000
    [place] = [html.unescape(each) for each in sides(answer.text)]
    form = form_in(answer.text, "title.en")
    answer = desk.post(CARBON, data=form | {place: "mine"}, follow_redirects=True)
    assert "together with what colleagues saved meanwhile" in answer.text
    found = an_option(shop)
    assert (found.price, found.description.root) == (29000, {"en": "Light"})
    assert found.title.root["ru"] == "Углерод"


def test_an_edit_of_what_a_colleague_took_away_asks_too(shop: Flask, desk: FlaskClient) -> None:
    form = the_form(desk, CARBON, "title.en") | {"price": "1"}
    desk.post(f"{CARBON}/removal", data=the_form(desk, f"{CARBON}/removal", "also"))
    answer = desk.post(CARBON, data=form)
    assert answer.status_code == 409
    [place] = [html.unescape(each) for each in sides(answer.text)]
    again = form_in(answer.text, "title.en")
    desk.post(CARBON, data=again | {place: "mine"})
    assert codes(shop, "frame") == ["steel", "carbon"]


def test_a_form_of_another_draft_or_of_no_revision_is_no_page(desk: FlaskClient) -> None:
    form = the_form(desk, CARBON, "title.en")
    for wrong in ("", "99", "-1", "x", str(10**30)):
        assert desk.post(CARBON, data=form | {"base": wrong}).status_code == 404
