"""What a profile does in the shop: marks and a beginning of one's own, with consent alone, and never to a price."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import loader
from catalog.preference import Preference
from tests.conftest import DEMO
from tests.webapp.shop.conftest import OWN_CLICK, SWAP, cards, elements, options, seal, state
from tests.webapp.shopping import a_customer, a_shopper, database_of, publish
from webapp import clock
from webapp.customers import benefit, consent, customer, profile
from webapp.customers.benefit import Benefit
from webapp.customers.consent import Purpose
from webapp.shop.fitted import FRESH

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "/configure/bicycle?model=tour&handlebar=flat"
LIKES = (
    Preference("rider_height", "183", True, 1.0),
    Preference("posture", "upright", True, 1.0),
    Preference("style", "classic", False, 0.6),
)
PROFILES = (
    (),
    LIKES,
    (Preference("use", "sport", True, 1.0),),
    (Preference("style", "modern", False, 0.9), Preference("posture", "relaxed", False, 0.2)),
    (Preference("rider_height", "999", True, 1.0), Preference("use", "unheard-of", True, 1.0)),
    tuple(Preference("use", use, True, 1.0) for use in ("commute", "touring", "family", "sport")),
)


@pytest.fixture
def bicycles(app: Flask) -> Flask:
    publish(app, loader.load(DEMO / "bicycle"))
    return app


@pytest.fixture
def likes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is known of anybody who is asked about; how often it was asked stands under "asked"."""
    known: dict[str, Any] = {"all": LIKES, "ceilings": {}, "asked": 0}

    def profile_of(_session: object, _customer_id: int, **_given: object) -> SimpleNamespace:
        known["asked"] += 1
        return SimpleNamespace(preferences=known["all"], ceilings=known["ceilings"])

    monkeypatch.setattr(profile, "profile_of", profile_of)
    return known


def allow(app: Flask, email: str = "anna@example.com") -> int:
    with database_of(app).writing() as session:
        known = customer.by_email(session, email)
        assert known is not None
        edition = consent.wording(Purpose.PERSONALISATION).edition
        consent.give(session, known.id or 0, Purpose.PERSONALISATION, edition, language="en", at=clock.now())
        return known.id or 0


def turn(app: Flask, number: int, one: Benefit, *, on: bool) -> None:
    with database_of(app).writing() as session:
        benefit.switch(session, number, one, on=on)


def unmarked(found: dict[str, Any]) -> dict[str, Any]:
    for each in options(found).values():
        each.pop("fits", None)
    return found


def test_no_profile_changes_anything_but_the_marks(bicycles: Flask, likes: dict[str, Any]) -> None:
    guest, anna = a_shopper(bicycles), a_customer(bicycles)
    allow(bicycles)
    for address in (
        "/configure/bicycle",
        ADDRESS,
        "/configure/bicycle?motor=mid&frame=steel-mixte&pick=motor.mid",
    ):
        expected = state(guest, address)
        assert not any("fits" in each for each in options(expected).values())
        told = [card["href"] for card in cards(guest.get(address).text).values()]
        for known in PROFILES:
            likes["all"] = known
            found = state(anna, address)
            if known == LIKES:
                assert any("fits" in each for each in options(found).values())
            assert unmarked(found) == expected
            # The page too: the same cards in the same order, leading to the same places at the same differences.
            shown = cards(anna.get(address).text)
            assert [card["href"] for card in shown.values()] == told


def test_marks_say_why_and_lead_to_the_profile(bicycles: Flask, likes: dict[str, Any]) -> None:
    anna = a_customer(bicycles)
    allow(bicycles)
    page = anna.get(ADDRESS).text
    mark = re.search(r'id="size.l".*?</li>', page, re.DOTALL)
    assert mark is not None
    assert "Your height 183" in mark[0]
    assert 'href="/account/profile#rider_height-183"' in mark[0]
    assert options(state(anna, ADDRESS))["size.l"]["fits"] == [
        {"trait": "rider_height", "value": "183", "stated": True}
    ]
    assert "fits" not in options(state(anna, ADDRESS))["size.m"]


def test_an_answer_leaves_out_the_marks_that_the_page_holds(
    bicycles: Flask, likes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = a_customer(bicycles)
    number = allow(bicycles)
    page = anna.get(ADDRESS).text
    held = {"Lekalo-Faces": seal(page)}
    assert "data-fits" in page
    assert "data-fits" not in anna.get(ADDRESS, headers=SWAP | held).text
    assert likes["asked"] == 1  # a click has nothing to ask
    likes["all"] = (Preference("posture", "sporty", True, 1.0),)  # changed meanwhile, in another window
    assert "forward" in anna.get(ADDRESS).text  # a page shows it at once
    moment = clock.now() + FRESH
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert "forward" in anna.get(ADDRESS, headers=SWAP | held).text  # and an open one soon
    # Whether any of it is allowed is asked at each click.
    turn(bicycles, number, Benefit.MARKS, on=False)
    assert "hx-morph-skip></p>" not in anna.get(ADDRESS, headers=SWAP | held).text


def test_nobody_gets_the_marks_of_another_by_the_seal_of_their_page(
    bicycles: Flask, likes: dict[str, Any]
) -> None:
    anna, ben = a_customer(bicycles), a_customer(bicycles, "ben@example.com")
    allow(bicycles)
    allow(bicycles, "ben@example.com")
    held = {"Lekalo-Faces": seal(anna.get(ADDRESS).text)}
    likes["all"] = ()
    assert 'class="fits"' not in ben.get(ADDRESS, headers=SWAP | held).text


@pytest.mark.parametrize("state_of", ["guest", "no consent", "turned off", "withdrawn"])
def test_without_consent_or_switch_nothing_is_asked_or_shown(
    bicycles: Flask, likes: dict[str, Any], state_of: str
) -> None:
    client = a_shopper(bicycles) if state_of == "guest" else a_customer(bicycles)
    if state_of in ("turned off", "withdrawn"):
        number = allow(bicycles)
        if state_of == "turned off":
            for each in Benefit:
                turn(bicycles, number, each, on=False)
        else:
            with database_of(bicycles).writing() as session:
                consent.withdraw(session, number, Purpose.PERSONALISATION, at=clock.now())
    page, home = client.get(ADDRESS).text, client.get("/").text
    assert "data-fits" not in page
    assert "data-made-for" not in home
    assert likes["asked"] == 0
    notes = [note["data-standing"] for note in elements(page + home, "data-benefit")]
    expected = {"guest": [], "turned off": ["turned-off"] * 2}.get(state_of, ["not-allowed"] * 2)
    assert notes == expected


def test_home_begins_with_a_build_that_opens_as_it_was_shown(bicycles: Flask, likes: dict[str, Any]) -> None:
    anna = a_customer(bicycles)
    allow(bicycles)
    anna.get("/configure/bicycle?size=xl&pick=size.xl", headers=OWN_CLICK)
    home = anna.get("/").text
    (made,) = elements(home, "data-made-for")
    (opens,) = elements(home, "data-open-made")
    found = state(anna, opens["href"])
    assert str(found["total"]) == made["data-total"]
    assert found["notes"] == []
    assert found["choices"]["size"] == ["l"]
    assert len(elements(home, "data-continue")) == 1
    assert home.index("data-continue") < home.index("data-made-for") < home.index("data-family=")
    # It is an address like any other: opening it takes nobody's current build away.
    anna.get(opens["href"], headers=OWN_CLICK)
    assert "size=xl" in elements(anna.get("/").text, "data-continue")[0]["href"]


def test_a_build_made_for_somebody_costs_no_more_than_theirs_usually_do(
    bicycles: Flask, likes: dict[str, Any]
) -> None:
    anna = a_customer(bicycles)
    allow(bicycles)
    likes["all"] = (Preference("style", "modern", False, 0.9), Preference("posture", "upright", False, 0.5))
    dear = int(elements(anna.get("/").text, "data-made-for")[0]["data-total"])
    likes["ceilings"] = {"bicycle": 100_000}
    home = anna.get("/").text
    (made,) = elements(home, "data-made-for")
    assert int(made["data-total"]) <= 100_000 < dear
    assert 'href="/account/profile#price-bicycle"' in home[home.index("data-let-go") :]


def test_home_says_what_could_not_be_had_and_why(bicycles: Flask, likes: dict[str, Any]) -> None:
    anna = a_customer(bicycles)
    allow(bicycles)
    likes["all"] = (Preference("use", "sport", True, 1.0), Preference("posture", "upright", True, 1.0))
    assert "Carbon rims are made in 28″ only." in anna.get("/").text
    likes["all"] = ()
    assert "We do not know yet what suits you" in anna.get("/").text


def test_each_thing_is_turned_off_by_itself(bicycles: Flask, likes: dict[str, Any]) -> None:
    anna = a_customer(bicycles)
    number = allow(bicycles)
    turn(bicycles, number, Benefit.MARKS, on=False)
    assert "data-fits" not in anna.get(ADDRESS).text
    assert "data-made-for" in anna.get("/").text
    turn(bicycles, number, Benefit.MARKS, on=True)
    turn(bicycles, number, Benefit.HOME, on=False)
    assert "data-fits" in anna.get(ADDRESS).text
    assert "data-made-for" not in anna.get("/").text


def test_a_page_asks_once_for_the_profile(bicycles: Flask, likes: dict[str, Any]) -> None:
    anna = a_customer(bicycles)
    allow(bicycles)
    for address in (ADDRESS, "/"):
        likes["asked"] = 0
        anna.get(address)
        assert likes["asked"] == 1


# What a price is made of cannot see a profile.
PRICING = (
    "pricing",
    "engine",
    "completion",
    "cards",
    "terms",
    "factors",
    "tree",
    "scale",
    "repairs",
    "price_list",
)


def test_nothing_that_prices_sees_a_preference() -> None:
    seen: set[str] = set()
    waiting = [f"catalog.{name}" for name in PRICING]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        waiting += imported(ROOT / f"{module.replace('.', '/')}.py")
    assert "catalog.model" in seen
    assert not seen & {"catalog.preference", "catalog.fitting", "catalog.made_for"}
    assert not any(module.startswith("webapp") for module in seen)


def imported(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [
                name for name in (node.module, *names) if (ROOT / f"{name.replace('.', '/')}.py").exists()
            ]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith(("catalog", "webapp"))]
    return found


def test_a_page_of_somebody_with_a_build_of_their_own_is_nobody_elses(
    bicycles: Flask, likes: dict[str, Any]
) -> None:
    anna: FlaskClient = a_customer(bicycles)
    allow(bicycles)
    assert anna.get("/").headers["Cache-Control"] == "private, no-store"
