"""A kept build after the catalogue has moved on: it opens as it was, says what changed, and is brought up to date."""

import html
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, publish, texts
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.current_build import CurrentBuild


@pytest.fixture
def build(shopper: FlaskClient) -> str:
    """City, rear rack; the steel frame was filled in by us."""
    return a_saved_build(shopper)


def changes(page: TestResponse) -> list[tuple[str, int]]:
    """What the block at the top says, with the effects, before the ways."""
    head = page.text.partition('class="way-list"')[0]
    found = re.findall(r'data-change="([^"]+)" data-effect="([^"]+)"', head)
    return [(kind, int(effect)) for kind, effect in found]


def ways(page: TestResponse) -> list[tuple[str, int, str]]:
    found = re.findall(r'data-way="([^"]+)" data-total="([^"]+)"(?: data-difference="([^"]*)")?', page.text)
    return [(kind, int(total), difference) for kind, total, difference in found]


def forms(page: TestResponse) -> list[dict[str, str]]:
    """What each button of the block sends."""
    found = re.findall(r'action="[^"]*/reopenings".*?</form>', page.text, re.DOTALL)
    return [
        {
            name: html.unescape(value)
            for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)
            if name != "csrf_token"
        }
        for form in found
    ]


def take(shopper: FlaskClient, build: str, place: int = 0) -> TestResponse:
    return shopper.post(f"{build}/reopenings", data=forms(shopper.get(build))[place])


def versions(app: Flask) -> list[BuildVersion]:
    with database_of(app).reading() as session:
        return list(session.exec(select(BuildVersion).order_by(col(BuildVersion.number))))


def edited(family: Family, **parts: Any) -> Family:
    return Family.model_validate(family.model_dump() | parts)


def with_rules(family: Family, *rules: str) -> Family:
    written = [
        {"code": f"new-{place}", "rule": rule, "reason": texts(f"Reason {place}.", f"Причина {place}.")}
        for place, rule in enumerate(rules)
    ]
    return edited(family, rules=[*family.model_dump()["rules"], *written])


def test_nothing_is_said_while_nothing_has_changed(shop: Flask, shopper: FlaskClient, build: str) -> None:
    assert "data-changes" not in shopper.get(build).text
    publish(shop, edited(a_bicycle(), description=texts("New words", "Новые слова")))
    assert "data-changes" not in shopper.get(build).text


def test_a_dearer_part_is_named_and_the_build_stays_as_it_was(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, a_bicycle(city="620.00"))
    page = shopper.get(build)
    assert 'data-changes="repriced"' in page.text
    assert changes(page) == [("dearer", 12000)]
    assert 'data-then="55000" data-now="67000"' in page.text
    assert ways(page) == [("as-it-was", 67000, "")]
    assert len(versions(shop)) == 1


def test_an_option_that_is_gone_is_named_as_it_was_called_and_a_repair_offered(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, a_bicycle(without="rack.rear"))
    page = shopper.get(build)
    assert 'data-changes="replaceable"' in page.text
    assert changes(page) == [("gone", -5000)]
    assert "“Rear rack” is made no more" in page.text
    assert ways(page) == [("repair", 50000, "-5000"), ("repair", 54000, "-1000")]
    assert "“Front rack” instead of “Rear rack”" in page.text
    assert "without “Rear rack”" in page.text


def test_prices_that_changed_whichever_way_is_taken_are_said_once(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, a_bicycle(city="620.00", without="rack.rear"))
    page = shopper.get(build)
    assert changes(page) == [("gone", -5000), ("dearer", 12000)]
    offered = page.text.partition('class="way-list"')[2].partition("</ol>")[0]
    assert 'data-change="dearer"' not in offered
    for way in offered.split("data-way=")[1:]:
        effects = [int(effect) for effect in re.findall(r'data-effect="([^"]+)"', way)]
        assert [sum(effects)] == [
            int(all_) for all_ in re.findall(r'data-difference="(-?[0-9]+)"><span', way)
        ]
    assert offered.count('data-shared data-effect="12000"') == 2


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_rule_that_now_forbids_it_gives_its_reason(shop: Flask, language: str) -> None:
    shopper = a_shopper(shop, language)
    build = a_saved_build(shopper)
    publish(shop, with_rules(a_bicycle(), "model.city excludes rack.rear"))
    page = shopper.get(build)
    assert changes(page) == [("forbidden", 0)]
    assert ("Причина 0." if language == "ru" else "Reason 0.") in page.text
    assert len(ways(page)) >= 2


@on_both_databases
def test_a_way_that_is_taken_is_a_version_more_and_nothing_is_dropped(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, a_bicycle(without="rack.rear"))
    answer = take(shopper, build, 1)
    assert (answer.status_code, answer.location) == (303, build)
    before, after = versions(shop)
    assert (before.total, before.choices) == (55000, ["model.city", "rack.rear"])
    assert (after.number, after.cause, after.version) == (2, Cause.REPAIRED.value, 2)
    assert (after.total, after.choices) == (54000, ["model.city", "rack.front"])
    assert [part["origin"] for part in after.parts] == ["mine", "assumed", "mine"]
    page = shopper.get(build)
    assert "data-changes" not in page.text
    assert "This is version 2" in page.text


@on_both_databases
def test_a_way_sent_twice_makes_one_version(shop: Flask, shopper: FlaskClient, build: str) -> None:
    publish(shop, a_bicycle(without="rack.rear"))
    form = forms(shopper.get(build))[0]
    for _ in range(2):
        assert shopper.post(f"{build}/reopenings", data=form).status_code == 303
    assert len(versions(shop)) == 2


def test_the_same_parts_at_todays_price_keep_what_we_had_filled_in(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    cheap_carbon = json.loads(a_bicycle().model_dump_json())
    cheap_carbon["groups"][1]["options"][1]["price"] = -10000
    cheap_carbon["rules"] = []
    publish(shop, Family.model_validate(cheap_carbon))
    page = shopper.get(build)
    assert ways(page) == [("cheaper", 45000, "-10000")]
    # Nothing about the parts has changed, so there is nothing to take but the cheaper way.
    assert changes(page) == []
    assert 'data-now="55000"' in page.text
    order = re.search(r'class="button" href="(/checkout/[^"]+)"', page.text)
    assert order
    review = shopper.get(html.unescape(order[1]))
    assert 'data-option="steel"' in review.text
    take(shopper, build)
    assert versions(shop)[-1].total == 45000


def test_a_button_of_a_page_that_has_grown_old_changes_nothing(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, a_bicycle(without="rack.rear"))
    form = forms(shopper.get(build))[0]
    publish(shop, a_bicycle(city="400.00", without="rack.rear"))
    answer = shopper.post(f"{build}/reopenings", data=form, follow_redirects=True)
    assert "Something has changed meanwhile" in answer.text
    assert len(versions(shop)) == 1
    for wrong in ({"choices": "model=gravel"}, {"shown_number": "7"}, {"choices": "x=&&pick=1"}):
        shopper.post(f"{build}/reopenings", data=forms(shopper.get(build))[0] | wrong)
    assert len(versions(shop)) == 1


def test_a_family_that_allows_nothing_leaves_the_build_as_it_was(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    publish(shop, with_rules(a_bicycle(), "not model.*"))
    page = shopper.get(build)
    assert page.status_code == 200
    assert 'data-changes="impossible"' in page.text
    assert ways(page) == []
    assert "cannot be had like this today" in page.text


def test_another_currency_is_said_and_nothing_compared(shop: Flask, shopper: FlaskClient, build: str) -> None:
    publish(shop, edited(a_bicycle(), currency="USD"))
    page = shopper.get(build)
    assert changes(page) == [("currency", 0)]
    assert 'data-now=""' in page.text
    assert take(shopper, build).status_code == 303
    assert versions(shop)[-1].currency == "USD"


def test_a_new_group_from_which_something_must_be_taken(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    family = a_bicycle().model_dump()
    bell = {"code": "brass", "title": texts("Brass bell", "Латунный звонок"), "price": 1500}
    family["groups"] = [
        *family["groups"],
        {"code": "bell", "title": texts("Bell", "Звонок"), "step": "base", "options": [bell]},
    ]
    publish(shop, Family.model_validate(family))
    page = shopper.get(build)
    assert ways(page) == [("closest", 56500, "1500")]
    assert "something has to be chosen here now: “Brass bell”" in page.text


def test_every_kind_of_change_is_put_into_words_in_both_languages(shop: Flask) -> None:
    """Two builds and a catalogue in which nearly everything has changed."""
    for language in ("en", "ru"):
        shopper = a_shopper(shop, language)
        links = [a_saved_build(shopper, choices=choices) for choices in BUILDS]
        seen: set[str] = set()
        for family in (a_storm(), a_bicycle(without="rack.rear")):
            publish(shop, family)
            for link in links:
                page = shopper.get(link)
                seen |= set(re.findall(r'data-change="([^"]+)"', page.text))
                assert "None" not in re.sub(r"<script.*?</script>", "", words(page))
        publish(shop, a_bicycle())
        assert seen >= {"dearer", "cheaper", "renamed", "group-renamed", "gone", "price-rule", "longer"}


BUILDS = ("model=city&rack=rear", "model=gravel&rack=front&frame=carbon", "model=gravel&rack=none")


def a_storm() -> Family:
    family = json.loads(a_bicycle().model_dump_json())
    model, frame, rack = family["groups"]
    model["title"] = texts("Base model", "Базовая модель")
    model["options"][0]["price"] = 60000
    model["options"][1] |= {"price": 80000, "title": texts("Gravel 2", "Гравийный 2")}
    frame["options"][1]["attributes"] = {"lead_days": 25}
    family["lead"]["base_days"] = 6
    rule = {"code": "sale", "title": texts("Sale", "Скидка"), "when": "model.gravel", "amount": -1000}
    return Family.model_validate(family | {"price_rules": [rule], "groups": [model, frame, rack]})


def words(page: TestResponse) -> str:
    found: Iterable[str] = re.findall(r'<section class="changes".*?</section>', page.text, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", " ".join(found))


def test_the_list_shows_what_the_same_parts_cost_today(shop: Flask, shopper: FlaskClient, build: str) -> None:
    publish(shop, a_bicycle(city="480.00"))
    assert 'data-then="55000" data-now="53000"' in shopper.get("/builds").text
    publish(shop, a_bicycle(without="rack.rear"))
    assert 'data-then="55000" data-now=""' in shopper.get("/builds").text


def test_whoever_changes_the_build_goes_on_with_what_it_has_become(
    shop: Flask, shopper: FlaskClient, build: str
) -> None:
    shopper.post(f"{build}/change")
    publish(shop, a_bicycle(without="rack.rear"))
    take(shopper, build, 1)
    with database_of(shop).reading() as session:
        assert session.exec(select(Build)).one().latest_number == 2
        current = session.exec(select(CurrentBuild)).one()
    assert (current.address, current.version) == ("model=city&rack=front", 2)
