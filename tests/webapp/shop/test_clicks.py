"""A click on our own page is kept, with the way back; nothing else is."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shop.conftest import OWN_CLICK, SWAP, cards, elements
from tests.webapp.shopping import a_shopper, database_of
from webapp import clock
from webapp.customers.touchpoint import Touchpoint
from webapp.sales import current_build
from webapp.sales.current_build import CurrentBuild

HERE = "/configure/bike"
CLICK = f"{HERE}?rack=rear&pick=rack.rear"


def kept(shop: Flask) -> list[str]:
    with database_of(shop).reading() as session:
        return [build.address for build in session.exec(select(CurrentBuild))]


def kinds(shop: Flask) -> list[str]:
    with database_of(shop).reading() as session:
        return [touch.kind for touch in session.exec(select(Touchpoint).order_by(Touchpoint.id))]  # type: ignore[arg-type]


@on_both_databases
def test_the_first_click_is_kept_and_leads_back(shop: Flask, shopper: FlaskClient) -> None:
    page = shopper.get(CLICK, headers=OWN_CLICK).text
    assert kept(shop) == ["rack=rear"]
    assert elements(page, "data-undo")[0]["href"] == f"{HERE}?pick=undo"
    cookie = shopper.get_cookie("visitor")
    assert cookie is not None
    assert cookie.http_only


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://elsewhere.example/"},
        OWN_CLICK | {"Cache-Control": "max-age=0"},
        OWN_CLICK | {"HX-History-Restore-Request": "true"},
        OWN_CLICK | {"Accept": "application/json"},
        OWN_CLICK | {"Sec-Purpose": "prefetch"},
    ],
    ids=["crawler", "bookmark", "foreign-link", "referer", "reload", "back", "program", "prefetch"],
)
def test_what_is_no_click_of_ours_is_not_kept(
    shop: Flask, shopper: FlaskClient, headers: dict[str, str]
) -> None:
    assert shopper.get(CLICK, headers=headers).status_code == 200
    assert kept(shop) == []
    assert kinds(shop) == []


def test_the_first_click_of_a_day_keeps_the_visitor_for_another_year(
    shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"{HERE}?rack=none&pick=rack.none"
    first = shopper.get(CLICK, headers=OWN_CLICK).headers["Set-Cookie"]
    assert "Max-Age=31536000" in first
    assert "Set-Cookie" not in shopper.get(other, headers=OWN_CLICK).headers
    tomorrow = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    later = shopper.get(other, headers=OWN_CLICK).headers["Set-Cookie"]
    assert "Max-Age=31536000" in later
    assert later.split(".")[0] == first.split(".")[0]


@pytest.mark.parametrize("address", ["http://[broken", "http://localhost:port/"])
def test_a_click_from_an_address_that_is_none_is_answered(shopper: FlaskClient, address: str) -> None:
    assert shopper.get(CLICK, headers=OWN_CLICK | {"HX-Current-URL": address}).status_code == 200


def test_an_older_browser_is_known_by_its_referer(shop: Flask, shopper: FlaskClient) -> None:
    shopper.get(CLICK, headers={"Referer": "http://localhost/configure/bike"})
    assert kept(shop) == ["rack=rear"]


def test_an_address_without_a_pick_is_not_kept(shop: Flask, shopper: FlaskClient) -> None:
    shopper.get(f"{HERE}?rack=rear", headers=OWN_CLICK)
    assert kept(shop) == []


def test_undo_goes_back_step_by_step(shop: Flask, shopper: FlaskClient) -> None:
    first = shopper.get(CLICK, headers=OWN_CLICK).text
    second = shopper.get(cards(first)["model.gravel"]["href"], headers=OWN_CLICK).text
    undo = elements(second, "data-undo")[0]["href"]
    assert undo == f"{HERE}?rack=rear&pick=undo"
    back = shopper.get(undo, headers=OWN_CLICK | SWAP).text
    assert kept(shop) == ["rack=rear"]
    assert elements(back, "data-undo")[0]["href"] == f"{HERE}?pick=undo"
    assert kinds(shop) == ["pick", "pick", "undo"]


def test_a_conflict_leaves_the_build_as_it_was_and_a_repair_can_be_undone(
    shop: Flask, shopper: FlaskClient
) -> None:
    first = shopper.get(CLICK, headers=OWN_CLICK).text
    conflict = cards(first)["frame.carbon"]["href"]
    opened = shopper.get(conflict, headers=OWN_CLICK | {"Referer": f"http://localhost{CLICK}"}).text
    assert kept(shop) == ["rack=rear"]
    repair = elements(opened, "data-repair")[0]["href"]
    after = shopper.get(repair, headers=OWN_CLICK | {"Referer": f"http://localhost{conflict}"}).text
    assert elements(after, "data-undo")[0]["href"] == f"{HERE}?rack=rear&pick=undo"
    assert kinds(shop) == ["pick", "blocked", "repair"]


def test_the_ways_to_change_one_s_mind_are_told_apart(shop: Flask, shopper: FlaskClient) -> None:
    page = shopper.get(CLICK, headers=OWN_CLICK).text
    shopper.get(cards(page)["rack.none"]["href"], headers=OWN_CLICK)
    shopper.get(cards(page)["rack.rear"]["href"], headers=OWN_CLICK)
    shopper.get(elements(page, "data-reset")[0]["href"], headers=OWN_CLICK)
    shopper.get(elements(page, "data-complete")[0]["href"], headers=OWN_CLICK)
    assert kinds(shop) == ["pick", "refusal", "reset", "reset", "completion"]


def test_a_build_reached_by_a_link_is_a_step_to_go_back_to(shop: Flask, shopper: FlaskClient) -> None:
    page = shopper.get(
        f"{HERE}?rack=rear&model=gravel&pick=model.gravel",
        headers=OWN_CLICK | {"Referer": "http://localhost/configure/bike?rack=rear"},
    ).text
    assert elements(page, "data-undo")[0]["href"] == f"{HERE}?rack=rear&pick=undo"


def test_undo_leads_back_within_its_own_tab(shop: Flask, shopper: FlaskClient) -> None:
    """Another tab, or a page gone back to: what the click was made on is what "undo" brings back."""
    shopper.get(f"{HERE}?model=city&pick=model.city", headers=OWN_CLICK)
    shopper.get(
        f"{HERE}?rack=front&pick=rack.front", headers=OWN_CLICK | {"Referer": f"http://localhost{HERE}"}
    )
    page = shopper.get(
        f"{HERE}?model=city&frame=steel&pick=frame.steel",
        headers=OWN_CLICK | {"Referer": f"http://localhost{HERE}?model=city&pick=model.city"},
    ).text
    assert elements(page, "data-undo")[0]["href"] == f"{HERE}?model=city&pick=undo"
    back = shopper.get(f"{HERE}?model=city&pick=undo", headers=OWN_CLICK).text
    assert elements(back, "data-undo")[0]["href"] == f"{HERE}?rack=front&pick=undo"


def test_the_answer_comes_even_if_the_record_fails(
    shop: Flask, shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_more: object) -> list[str]:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr(current_build, "record", fails)
    answer = shopper.get(CLICK, headers=OWN_CLICK)
    assert answer.status_code == 200
    assert cards(answer.text)["rack.rear"]["data-origin"] == "mine"


def test_home_offers_to_go_on(shop: Flask, shopper: FlaskClient) -> None:
    assert not elements(shopper.get("/").text, "data-continue")
    shopper.get(CLICK, headers=OWN_CLICK)
    links = elements(shopper.get("/").text, "data-continue")
    assert [link["href"] for link in links] == [f"{HERE}?rack=rear"]
    assert not elements(a_shopper(shop).get("/").text, "data-continue")


def details(shop: Flask) -> list[dict | None]:
    with database_of(shop).reading() as session:
        return [touch.detail for touch in session.exec(select(Touchpoint).order_by(Touchpoint.id))]  # type: ignore[arg-type]


@on_both_databases
def test_a_blocked_click_says_what_stood_against_it_and_a_repair_which_one_was_taken(
    shop: Flask, shopper: FlaskClient
) -> None:
    first = shopper.get(CLICK, headers=OWN_CLICK).text
    conflict = cards(first)["frame.carbon"]["href"]
    opened = shopper.get(conflict, headers=OWN_CLICK | {"Referer": f"http://localhost{CLICK}"}).text
    repair = elements(opened, "data-repair")[1]
    shopper.get(repair["href"], headers=OWN_CLICK | {"Referer": f"http://localhost{conflict}"})
    picked, blocked, repaired = details(shop)
    assert picked is None
    assert blocked is not None
    assert repaired is not None
    assert {name: blocked[name] for name in ("choices", "rules", "against", "total")} == {
        "choices": "rack=rear",
        "rules": ["carbon-no-rear-rack"],
        "against": ["rack.rear"],
        "total": 55000,
    }
    assert [one["extra"] for one in blocked["repairs"]] == [
        int(one["data-delta"]) for one in elements(opened, "data-repair")
    ]
    assert blocked["repairs"][0]["changes"] == ["rack.rear>rack.none"]
    assert [one["after"] == repaired["after"] for one in blocked["repairs"]] == [False, True]
    assert repaired["total"] == int(repair["data-total"])


def test_an_option_taken_out_and_in_again_is_no_repair(shop: Flask, shopper: FlaskClient) -> None:
    out = shopper.get(CLICK, headers=OWN_CLICK).text
    took = cards(out)["rack.rear"]["href"]
    without = shopper.get(took, headers=OWN_CLICK | {"Referer": f"http://localhost{CLICK}"}).text
    back = cards(without)["rack.rear"]["href"]
    shopper.get(back, headers=OWN_CLICK | {"Referer": f"http://localhost{took}"})
    assert kinds(shop) == ["pick", "reset", "pick"]
