"""Texts in all languages, those that are missing first; what a draft says of the whole family."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.loader import load
from catalog.model import Family
from catalog.wording import with_wordings, wordings
from tests.conftest import DEMO
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, publish
from tests.webapp.staff.drafting import form_in, stands, the_form
from webapp.customers.staff_role import Role

DRAFT = "/staff/catalogue/bike"
TEXTS, FAMILY = f"{DRAFT}/texts", f"{DRAFT}/family"
CARBON = 'text:["groups","frame","options","carbon","title","ru"]'


@pytest.fixture
def shop(app: Flask) -> Flask:
    plain = a_bicycle().model_dump(mode="json")
    del plain["groups"][1]["options"][1]["title"]["ru"]
    plain["groups"][1]["options"][0]["description"] = {"ru": "Крепкая"}
    plain["attributes"] = {"lead_days": {"title": {"en": "Days", "ru": "Дней"}, "unit": "d"}}
    publish(app, Family.model_validate(plain))
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    editor = a_colleague(shop, roles=[Role.EDITOR])
    editor.post(f"{DRAFT}/draft")
    return editor


@on_both_databases
def test_missing_texts_are_listed_and_filled_in(shop: Flask, desk: FlaskClient) -> None:
    page = desk.get(TEXTS).text
    assert 'data-lacking="missing">2<' in page
    form = the_form(desk, TEXTS, CARBON)
    assert len([name for name in form if name.startswith("text:")]) == 4
    desk.post(TEXTS, data=form | {CARBON: "Углерод"})
    assert stands(shop).group_by_code["frame"].options[1].title.root == {"en": "Carbon", "ru": "Углерод"}
    english = 'text:["groups","frame","options","steel","description","en"]'
    answer = desk.post(
        TEXTS, data=the_form(desk, TEXTS, english) | {english: "Strong"}, follow_redirects=True
    )
    assert "data-complete" in answer.text


def test_each_part_has_its_texts_and_a_text_can_be_taken_away(shop: Flask, desk: FlaskClient) -> None:
    reason = 'text:["rules","carbon-no-rear-rack","reason","ru"]'
    form = the_form(desk, f"{TEXTS}?part=rules", reason)
    answer = desk.post(TEXTS, data=form | {reason: ""})
    assert answer.location == f"{TEXTS}?part=rules"
    assert list(stands(shop).rules[0].reason.root) == ["en"]
    for part in ("family", "groups/frame", "nonsense"):
        assert desk.get(f"{TEXTS}?part={part}").status_code == 200


def test_a_text_that_is_too_long_stays_typed(shop: Flask, desk: FlaskClient) -> None:
    form = the_form(desk, TEXTS, CARBON)
    answer = desk.post(TEXTS, data=form | {CARBON: "ж" * 601})
    assert answer.status_code == 422
    assert form_in(answer.text, CARBON)[CARBON] == "ж" * 601


def test_places_that_are_none_change_nothing(shop: Flask, desk: FlaskClient) -> None:
    form = the_form(desk, TEXTS, CARBON)
    was = stands(shop)
    wrong = {
        'text:["code","en"]': "x",
        'text:["groups","frame","code"]': "x",
        "text:not json": "x",
        'text:["groups","frame","options","carbon","title","xx"]': "x",
        'text:["groups","gone","title","en"]': "x",
    }
    desk.post(TEXTS, data=form | wrong)
    assert stands(shop) == was


@pytest.mark.parametrize("name", ["bicycle", "workstation"])
def test_the_demo_lacks_no_text_and_writes_back_as_it_was(name: str) -> None:
    family = load(DEMO / name)
    found = wordings(family)
    assert len(found) > 200
    assert not [each.place for each in found if each.missing(["ru", "en"])]
    assert with_wordings(family, {each.place: each.texts.root for each in found}) == family


@on_both_databases
def test_the_family_its_steps_and_attributes_are_edited_in_one_form(shop: Flask, desk: FlaskClient) -> None:
    assert (
        "Nothing was changed"
        in desk.post(FAMILY, data=the_form(desk, FAMILY, "title.en"), follow_redirects=True).text
    )
    form = the_form(desk, FAMILY, "title.en") | {
        "title.en": "Bike",
        "tax_percent": "7,5",
        "tax_class": "reduced",
        "base_days": "9",
        "step.base.ru": "Начало",
        "new_step.en": "The rest",
        "new_attribute.ru": "Масса",
        "new_unit": "g",
        "unit.lead_days": "days",
    }
    desk.post(FAMILY, data=form)
    found = stands(shop)
    assert (found.title.in_("en"), str(found.tax_percent), found.lead.base_days) == ("Bike", "7.5", 9)
    assert found.tax_class == "reduced"
    page = desk.get(FAMILY).text
    assert re.search(r'<option value="reduced" selected>reduced rate: .*NL 9 %', page)
    assert [(step.code, step.title.in_("ru")) for step in found.steps] == [
        ("base", "Начало"),
        ("the-rest", "The rest"),
    ]
    assert {code: each.unit for code, each in found.attributes.items()} == {"lead_days": "days", "massa": "g"}
    desk.post(FAMILY, data=the_form(desk, FAMILY, "title.en") | {"up": "the-rest"})
    assert [step.code for step in stands(shop).steps] == ["the-rest", "base"]
    desk.post(FAMILY, data=the_form(desk, FAMILY, "title.en") | {"remove_step": "the-rest"})
    desk.post(FAMILY, data=the_form(desk, FAMILY, "title.en") | {"remove_attribute": "lead_days"})
    found = stands(shop)
    assert [step.code for step in found.steps] == ["base"]
    assert not [each for each in found.option_by_key.values() if each.attributes]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"remove_step": "base"}, "Groups stand in this step"),
        ({"tax_percent": "100"}, "A number from 0"),
        ({"base_days": "-1"}, "between 0 and 1000"),
        ({"currency": "XXX"}, "Please choose a currency"),
        ({"tax_class": "none of them"}, "Please choose one of these"),
        ({"new_step.en": "Base", "new_step_code": "base"}, "taken already"),
        ({"new_attribute.en": "Sum"}, "taken already"),
        ({"step.base.en": "", "step.base.ru": ""}, "in one language at least"),
    ],
)
def test_what_is_wrong_with_the_family_is_said(
    shop: Flask, desk: FlaskClient, entries: dict[str, str], words: str
) -> None:
    was = stands(shop)
    form = the_form(desk, FAMILY, "title.en") | {"title.ru": "Моё"} | entries
    answer = desk.post(FAMILY, data=form)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert form_in(answer.text, "title.en")["title.ru"] == "Моё"
    assert stands(shop) == was


def test_enter_saves_and_presses_no_other_button(desk: FlaskClient) -> None:
    page = desk.get(FAMILY).text
    form = page[page.index('class="family-form"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert "name=" not in first[0]
