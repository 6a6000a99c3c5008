"""Builds side by side: kept ones by their links, ready-made ones by name, what differs or everything."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.account.test_personal_page import keep_many
from tests.webapp.account.test_versions import statements
from tests.webapp.conftest import a_stool
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, publish, share_link, texts
from webapp.account.comparable import MOST_LISTED

DEAR = "model=gravel&frame=carbon&rack=front"


def with_starts(family: Family) -> Family:
    """The family with ready-made builds, a weight, and a price rule."""
    document: dict[str, Any] = family.model_dump(mode="json")
    document["attributes"] = {"weight_g": {"title": texts("Weight", "Масса"), "unit": "g"}}
    for group in document["groups"]:
        for place, option in enumerate(group["options"], start=1):
            option["attributes"]["weight_g"] = 1000 * place
    document["ready_made"] = [
        {"code": "plain", "title": texts("Plain", "Простой"), "choices": ["model.city", "rack.none"]},
        {"code": "light", "title": texts("Light", "Лёгкий"), "choices": ["model.gravel", "frame.carbon"]},
        {"code": "far", "title": texts("Far", "Дальний"), "choices": ["model.gravel", "rack.rear"]},
    ]
    document["price_rules"] = [
        {"code": "fair", "title": texts("Fair", "Ярмарка"), "when": "model.gravel", "amount": -5000}
    ]
    return Family.model_validate(document)


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, with_starts(a_bicycle()))
    return app


def key_of(address: str) -> str:
    return address.rpartition("/")[2]


def compared(client: FlaskClient, *named: tuple[str, str]) -> str:
    answer = client.get(f"/compare?{urlencode(named)}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.text


def rows(page: str) -> dict[tuple[str, str], list[str]]:
    """What each row says, by section and row."""
    found = {}
    for section, inside in re.findall(r'data-section="([^"]+)">(.*?)</tbody>', page, re.S):
        for code, cells in re.findall(r'data-row="([^"]+)"[^>]*>(.*?)</tr>', inside, re.S):
            words = [
                " ".join(re.sub(r"<a.*?</a>|<[^>]+>", " ", cell).split())
                for cell in re.findall(r"<td.*?</td>", cells, re.S)
            ]
            found[section, code] = words
    return found


def sums(page: str) -> list[int]:
    """What the amounts of the price rows come to, column by column."""
    columns: dict[int, int] = {}
    for inside in re.findall(r'data-section="price[^>]*>(.*?)</tbody>', page, re.S):
        for row in re.findall(r"<tr.*?</tr>", inside, re.S):
            for place, cell in enumerate(re.findall(r"<td([^>]*)>", row)):
                amount = re.search(r'data-amount="(-?\d+)"', cell)
                columns[place] = columns.get(place, 0) + (int(amount[1]) if amount else 0)
    return [columns[place] for place in sorted(columns)]


@on_both_databases
def test_two_builds_stand_side_by_side_with_what_differs(shop: Flask, shopper: FlaskClient) -> None:
    city, dear = a_saved_build(shopper, "Town"), a_saved_build(shopper, "Dear", DEAR)
    page = compared(shopper, ("build", key_of(city)), ("build", key_of(dear)))
    found = rows(page)
    assert found["options-bike", "frame"] == ["Steel", "Carbon"]
    assert found["facts", "lead-days"] == ["5 days", "10 days"]
    assert found["facts", "weight_g"] == ["3 kg", "6 kg"]
    assert found["price-bike", "frame"] == ["— nothing", "€300.00"]
    assert found["price-bike", "fair"] == ["— nothing", "−€50.00"]
    assert re.findall(r'data-total="(\d+)"', page) == ["55000", "119000"]
    assert sums(compared(shopper, ("build", key_of(city)), ("build", key_of(dear)), ("show", "all"))) == [
        55000,
        119000,
    ]


@on_both_databases
def test_what_is_the_same_is_left_out_until_everything_is_asked_for(
    shop: Flask, shopper: FlaskClient
) -> None:
    named = [("build", key_of(a_saved_build(shopper))), ("ready", "bike.far")]
    page = compared(shopper, *named)
    assert ("options-bike", "rack") not in rows(page)
    assert "show=all" in page
    page = compared(shopper, *named, ("show", "all"))
    assert rows(page)["options-bike", "rack"] == ["Rear rack", "Rear rack"]
    rack, model = (
        re.search(rf'<tr role="row" data-row="{code}".*?</th>', page, re.S) for code in ("rack", "model")
    )
    assert rack
    assert model
    assert "differs" not in rack[0]
    assert "(differs)" in model[0]  # said, not only coloured


@on_both_databases
def test_a_private_and_a_share_link_are_as_good_and_the_page_gives_away_no_private_one(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper, "Town")
    shared = share_link(shopper, build)
    friend = a_shopper(shop)
    page = compared(friend, ("build", key_of(shared)), ("ready", "bike.light"))
    assert "Town" in page
    assert key_of(build) not in page
    assert "/merge" not in page
    page = compared(shopper, ("build", key_of(shared)), ("build", key_of(build)), ("ready", "bike.light"))
    assert page.count('data-compared="2"') == 1  # named twice, shown once
    assert f"/builds/{key_of(build)}/merge?ready=bike.light&amp;take=frame.carbon#take-frame-carbon" in page


def test_of_what_is_named_in_vain_or_too_much_it_says_so_and_shows_the_rest(
    shop: Flask, shopper: FlaskClient
) -> None:
    keys = [("build", key_of(a_saved_build(shopper, f"Number {number}"))) for number in range(5)]
    page = compared(shopper, *keys)
    assert 'data-compared="4"' in page
    assert "Up to four builds fit side by side" in page
    page = compared(shopper, *keys[:2], ("build", "forged.0.key"), ("ready", "bike.none"))
    assert 'data-compared="2"' in page
    assert "2 of the links lead to no build" in page
    page = compared(shopper, keys[0], ("build", "x"))
    assert "needs somebody to stand beside" in page
    assert "One of the links leads to no build" in page
    shopper.post(f"/builds/{keys[0][1]}/share-link", data={"seen": "0"})
    shared = re.search(r'name="build" value="([^"]+)"', compared(shopper, keys[1]))
    assert shared
    for nonsense in ("", "?build=", "?with=&ready=.", "?build=a.b.c.d&build=" + "x" * 500, "?into=1&show=2"):
        assert shopper.get(f"/compare{nonsense}").status_code == 200


def test_a_withdrawn_link_compares_nothing(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper, "Secret ride")
    shared = key_of(share_link(shopper, build))
    shopper.post(f"{build}/share-link", data={"seen": "0"})
    assert "Secret ride" not in compared(a_shopper(shop), ("build", shared), ("ready", "bike.light"))


@on_both_databases
def test_builds_of_two_families_are_compared_in_price_and_kind(shop: Flask, shopper: FlaskClient) -> None:
    publish(shop, a_stool())
    stool = shopper.get("/builds/new/stool?model=low")
    token = re.search(r'name="token" value="([^"]+)"', stool.text)
    assert token
    answer = shopper.post(
        "/builds/new/stool?model=low", data={"token": token[1], "name": "Stool", "place": "new"}
    )
    page = compared(shopper, ("ready", "bike.light"), ("build", key_of(answer.location)))
    found = rows(page)
    assert found["options-bike", "model"] == ["Gravel", "— nothing"]
    assert found["options-stool", "model"] == ["— nothing", "Low"]
    assert "data-into" not in page  # there is nothing that the one could take from the other
    assert sums(page) == [int(total) for total in re.findall(r'data-total="(\d+)"', page)]


@on_both_databases
def test_a_build_shows_what_it_costs_today_beside_what_it_did(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    publish(shop, with_starts(a_bicycle(city="530.00")))
    found = rows(compared(shopper, ("build", key_of(build)), ("ready", "bike.plain")))
    assert found["facts", "today"] == ["€580.00", "€530.00"]
    publish(shop, with_starts(a_bicycle(without="rack.rear")).model_copy(update={"ready_made": ()}))
    found = rows(
        compared(
            shopper, ("build", key_of(build)), ("build", key_of(a_saved_build(shopper, choices="model=city")))
        )
    )
    assert found["facts", "today"] == ["cannot be had like this today", "€500.00"]


def test_more_builds_take_no_more_statements(shop: Flask, shopper: FlaskClient) -> None:
    keys = [("build", key_of(a_saved_build(shopper, f"Number {number}"))) for number in range(3)]
    keys.append(("ready", "bike.light"))
    counts = []
    for many in (2, 4):
        with statements(shop) as asked:
            compared(shopper, *keys[-many:], ("show", "all"))
        counts.append(len(asked))
    for number in range(10):
        a_saved_build(shopper, f"More {number}")
    with statements(shop) as asked:
        compared(shopper, *keys[-2:])
    assert counts[0] >= counts[1]  # with four there is nothing left to choose from
    assert len(asked) == counts[0]
    assert counts[0] <= 7


def test_a_build_offers_what_to_compare_it_with(shop: Flask, shopper: FlaskClient) -> None:
    build, other = a_saved_build(shopper, "One"), a_saved_build(shopper, "Other")
    page = shopper.get(build).text
    shared = key_of(share_link(shopper, other))
    assert f'<option value="{shared}">Other</option>' in page
    assert '<option value="bike.light">Light</option>' in page
    mine = key_of(share_link(shopper, build))
    assert 'data-compared="2"' in compared(shopper, ("build", mine), ("with", shared))
    assert 'data-compared="2"' in compared(shopper, ("build", mine), ("with", "bike.light"))


@pytest.mark.parametrize("own", ["build", "compare", "merge"])
def test_with_very_many_builds_a_list_names_those_changed_last_and_the_way_to_the_others(
    shop: Flask, shopper: FlaskClient, own: str
) -> None:
    address = a_saved_build(shopper)
    keep_many(shop, 300)
    page = {"build": address, "compare": f"/compare?build={key_of(address)}", "merge": f"{address}/merge"}[
        own
    ]
    found = shopper.get(page).text
    listed = found.partition('id="with"')[2].partition("</select>")[0]
    names = re.findall(r"<option [^>]*>(Build [0-9]+)<", listed)
    assert names[0] == "Build 299"
    assert len(names) == MOST_LISTED
    assert 'href="/builds">Compare others from the list of all builds' in found
