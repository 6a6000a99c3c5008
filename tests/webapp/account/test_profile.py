"""My profile: each fact with its evidence, corrected, forgotten, switched off; off without the consent."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlmodel import col, select

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock
from webapp.account import profile_words
from webapp.customers import consent, profile
from webapp.customers import inference_figures as figures
from webapp.customers.asked_question import AskedQuestion
from webapp.customers.customer import Customer
from webapp.customers.customer_session import CustomerSession
from webapp.customers.stated_address import StatedAddress
from webapp.customers.stated_fact import StatedFact
from webapp.customers.touchpoint import Kind, Touchpoint
from webapp.customers.wording import Purpose

CARBON = "model=gravel&frame=carbon"


def a_telling_bicycle() -> Family:
    """The bicycle whose frames have a style, and whose models suit a height."""
    document = a_bicycle().model_dump(mode="json")
    for group in document["groups"]:
        for option in group["options"]:
            if group["code"] == "frame":
                option["traits"] = {"style": ["classic" if option["code"] == "steel" else "sport"]}
            if group["code"] == "model":
                tall = option["code"] == "gravel"
                option["attributes"] |= {"from_cm": 170 if tall else 150, "to_cm": 200 if tall else 180}
    return Family.model_validate(
        document
        | {
            "traits": {
                "style": {
                    "title": {"en": "Style", "ru": "Стиль"},
                    "values": {
                        "classic": {"en": "classic", "ru": "классический"},
                        "sport": {"en": "sporty", "ru": "спортивный"},
                    },
                }
            },
            "attributes": {
                name: {"title": {"en": name, "ru": name}, "unit": "cm"} for name in ("from_cm", "to_cm")
            },
            "measures": [
                {
                    "code": "height",
                    "title": {"en": "Your height", "ru": "Ваш рост"},
                    "unit": "cm",
                    "from_attribute": "from_cm",
                    "to_attribute": "to_cm",
                }
            ],
        }
    )


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_telling_bicycle())
    return app


@pytest.fixture
def anna(shop: Flask) -> FlaskClient:
    """A customer who allows a profile, by the box of its own page."""
    client = a_customer(shop)
    page = client.get("/account/profile")
    assert 'data-profile="off"' in page.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    answer = client.post("/account/consents/personalisation", data=hidden | {"agree": "y"})
    assert answer.location == "/account/profile"
    return client


def facts_on(client: FlaskClient) -> dict[str, str]:
    """The sentence of each fact that the page shows."""
    text = client.get("/account/profile").text
    return {
        name: html.unescape(sentence)
        for name, sentence in re.findall(r'data-fact="([^"]+)">\s*<h3>([^<]+)</h3>', text)
    }


def three_builds(client: FlaskClient, choices: str = CARBON) -> list[str]:
    return [a_saved_build(client, f"Build {n}", choices) for n in range(3)]


def number_of(app: Flask) -> int:
    with database_of(app).reading() as session:
        return session.exec(select(Customer.id)).one() or 0


@on_both_databases
def test_three_builds_make_facts_with_links_to_where_they_came_from(anna: FlaskClient) -> None:
    assert facts_on(anna) == {}
    builds = three_builds(anna)
    order = a_placed_order(anna, CARBON)
    found = facts_on(anna)
    assert found["style-sport"] == "Style: mostly sporty, in 4 of your last 4 builds."
    assert found["price-bike"] == "Bicycle: most of your builds cost €1,200 to €1,200."
    page = anna.get("/account/profile").text
    evidence = page.partition('id="style-sport"')[2].partition("</article>")[0]
    assert all(f'href="{address}"' in evidence for address in [*builds, order])
    assert "Build saved: Build 2" in evidence


def test_forgetting_one_piece_recomputes_at_once(shop: Flask, anna: FlaskClient) -> None:
    three_builds(anna)
    text = anna.get("/account/profile").text
    [number] = re.findall(r'data-evidence="(\d+)"', text)[:1]
    before = facts_on(anna)
    assert anna.post(f"/account/profile/evidence/{number}/removal").status_code == 303
    assert "style-sport" in before
    assert "style-sport" not in facts_on(anna)
    with database_of(shop).reading() as session:
        assert session.get(Touchpoint, int(number)) is None
    assert anna.post(f"/account/profile/evidence/{number}/removal").status_code == 303  # pressed twice


def test_nobody_forgets_what_somebody_else_did(shop: Flask, anna: FlaskClient) -> None:
    three_builds(anna)
    [number] = re.findall(r'data-evidence="(\d+)"', anna.get("/account/profile").text)[:1]
    ben = a_customer(shop, "ben@example.com")
    allow(shop, "ben@example.com")
    ben.post(f"/account/profile/evidence/{number}/removal")
    with database_of(shop).reading() as session:
        assert session.get(Touchpoint, int(number)) is not None


def test_a_fact_is_forgotten_with_all_that_it_rests_on(anna: FlaskClient) -> None:
    three_builds(anna)
    anna.post("/account/profile/facts/style-sport/removal")
    assert facts_on(anna) == {}
    assert len(re.findall(r'data-build="', anna.get("/account").text)) == 3  # the builds themselves stay


def test_a_kind_can_be_switched_off_and_on_again(anna: FlaskClient) -> None:
    three_builds(anna)
    anna.post("/account/profile/kinds/likings")
    assert set(facts_on(anna)) == {"family-bike", "price-bike"}
    assert 'data-kind="likings" data-used="false"' in anna.get("/account/profile").text
    anna.post("/account/profile/kinds/likings", data={"on": "y"})
    assert "style-sport" in facts_on(anna)
    assert anna.post("/account/profile/kinds/horoscope").status_code == 404


def test_what_i_say_outranks_what_is_derived(shop: Flask, anna: FlaskClient) -> None:
    three_builds(anna)
    for _twice in range(2):
        anna.post("/account/profile/said/style", data={"say": "classic"})
    assert "style-sport" not in facts_on(anna)
    assert 'id="style-classic"' in anna.get("/account/profile").text
    with database_of(shop).reading() as session:
        assert session.exec(select(StatedFact.value)).all() == ["classic"]
    anna.post("/account/profile/said/style", data={"unsay": "classic"})
    assert "style-sport" in facts_on(anna)
    assert anna.post("/account/profile/said/style", data={"say": "baroque"}).status_code == 404
    assert anna.post("/account/profile/said/horoscope", data={"say": "lion"}).status_code == 404


def test_a_number_is_checked_beside_its_field_and_nothing_typed_is_lost(
    shop: Flask, anna: FlaskClient
) -> None:
    refused = anna.post("/account/profile/said/height", data={"number": "80"})
    assert refused.status_code == 422
    assert "A whole number from 150 to 200, please." in refused.text
    assert 'value="80"' in refused.text
    anna.post("/account/profile/said/height", data={"number": "182"})
    anna.post("/account/profile/said/height", data={"number": "183"})
    with database_of(shop).reading() as session:
        at = clock.now()
        assert [each.name for each in profile.profile_of(session, number_of(shop), at=at).preferences] == [
            "height-183"
        ]
    anna.post("/account/profile/said/height", data={"number": ""})
    with database_of(shop).reading() as session:
        assert session.exec(select(StatedFact)).first() is None


HOME = {"street": "Lindenweg 7", "extra": "", "postcode": "10999", "city": "Berlin", "country": "DE"}


@on_both_databases
def test_the_checkout_begins_with_the_address_that_i_tell(shop: Flask, anna: FlaskClient) -> None:
    checkout = f"/checkout/bike?{CARBON}"
    refused = anna.post("/account/profile/address", data=HOME | {"postcode": "SW1A"})
    assert refused.status_code == 422
    assert "A postcode there looks like 10999." in refused.text
    assert 'value="SW1A"' in refused.text
    for street in ("Old Road 1", "Lindenweg 7"):
        assert anna.post("/account/profile/address", data=HOME | {"street": street}).status_code == 303
    a_placed_order(anna, CARBON, street="Elsewhere 9")
    assert 'value="Lindenweg 7"' in anna.get(checkout).text
    anna.post("/account/profile/kinds/address")
    assert 'value="Elsewhere 9"' in anna.get(checkout).text
    anna.post("/account/profile/kinds/address", data={"on": "y"})
    anna.post("/account/profile/address", data={"forget": "y"})
    assert "Lindenweg 7" not in anna.get("/account/profile").text
    anna.post("/account/profile/address", data=HOME)
    anna.post("/account/consents/personalisation/withdrawal")
    with database_of(shop).reading() as session:
        assert session.exec(select(StatedAddress)).first() is None


def test_colleagues_see_how_i_want_to_be_reached_while_that_may_be_used(
    shop: Flask, anna: FlaskClient
) -> None:
    for way in ("evenings", "telephone"):
        anna.post("/account/profile/said/contact", data={"say": way})
    nina = a_colleague(shop, "nina@example.com")
    card = f"/staff/customers/{number_of(shop)}"
    assert "<strong>by telephone, in the evening</strong>" in nina.get(card).text
    anna.post("/account/profile/kinds/contact")
    assert "by telephone" not in nina.get(card).text


def test_a_birthday_needs_no_year(shop: Flask, anna: FlaskClient) -> None:
    place = "/account/profile/birthday"
    for day, month, year in (("31", "2", ""), ("1", "", ""), ("1", "5", "2999"), ("x", "5", "")):
        refused = anna.post(place, data={"day": day, "month": month, "year": year})
        assert refused.status_code == 422
        assert "There is no such day." in refused.text
        assert f'value="{day}"' in refused.text
    assert anna.post(place, data={"day": "29", "month": "2", "year": ""}).status_code == 303
    page = anna.get("/account/profile").text.partition('id="say-birthday"')[2].partition("</form>")[0]
    assert 'value="29"' in page
    assert '<option value="2" selected>' in page
    with database_of(shop).reading() as session:
        known = profile.profile_of(session, number_of(shop), at=clock.now())
        assert list(known.stated["birthday"]) == ["--02-29"]
        assert known.preferences == ()
    assert anna.post(place, data={"forget": "y"}).status_code == 303
    with database_of(shop).reading() as session:
        assert session.exec(select(StatedFact)).first() is None


@on_both_databases
def test_withdrawing_ends_all_of_it_in_the_same_request(shop: Flask, anna: FlaskClient) -> None:
    three_builds(anna)
    anna.post("/account/profile/said/style", data={"say": "classic"})
    anna.post("/account/consents/personalisation/withdrawal")
    assert 'data-profile="off"' in anna.get("/account/profile").text
    with database_of(shop).reading() as session:
        assert set(session.exec(select(Touchpoint.customer_id))) == {None}
        assert set(session.exec(select(Touchpoint.ref))) == {None}
        assert session.exec(select(StatedFact)).first() is None
        assert Kind.SAVE.value in session.exec(select(Touchpoint.kind)).all()  # still counted
    assert anna.post("/account/profile/said/style", data={"say": "classic"}).status_code == 404


def test_what_was_done_before_the_consent_does_not_count(shop: Flask) -> None:
    client = a_customer(shop)
    three_builds(client)
    allow(shop)
    assert facts_on(client) == {}
    three_builds(client)
    assert "style-sport" in facts_on(client)


def test_a_build_that_is_deleted_is_evidence_no_more(anna: FlaskClient) -> None:
    first, *_others = three_builds(anna)
    assert anna.post(f"{first}/removal").status_code == 303
    assert "style-sport" not in facts_on(anna)


def test_one_short_question_after_a_build_is_saved_and_never_twice_in_a_week(
    shop: Flask, anna: FlaskClient
) -> None:
    first, second = (a_saved_build(anna, name, CARBON) for name in ("One", "Two"))
    page = anna.get(second).text
    assert re.findall(r'data-question="([^"]+)"', page) == ["height"]
    assert anna.post("/account/profile/question/removal", data={"back": second}).location == second
    assert "data-question" not in anna.get(second).text
    a_saved_build(anna, "Three", CARBON)
    with database_of(shop).writing() as session:
        assert len(session.exec(select(AskedQuestion)).all()) == 1
        week = timedelta(days=8)
        session.execute(
            update(AskedQuestion).values(asked_at=clock.now() - week, closed_at=clock.now() - week)
        )
    fourth = a_saved_build(anna, "Four", CARBON)
    assert re.findall(r'data-question="([^"]+)"', anna.get(fourth).text) == [
        "style"
    ]  # skipped once: not again soon
    answer = anna.post("/account/profile/said/style", data={"say": "sport", "back": fourth})
    assert answer.location == fourth
    assert "data-question" not in anna.get(fourth).text
    assert anna.post(
        "/account/profile/said/style", data={"say": "sport", "back": "https://evil.example"}
    ).location.startswith("/account/profile")
    assert first


def test_a_visit_counts_once_a_day(shop: Flask, anna: FlaskClient) -> None:
    with database_of(shop).writing() as session:
        session.execute(update(CustomerSession).values(seen_at=clock.now() - timedelta(days=2)))
    for _page in range(3):
        anna.get("/account")
    with database_of(shop).reading() as session:
        visits = session.exec(select(Touchpoint).where(col(Touchpoint.kind) == Kind.VISIT.value)).all()
        assert [each.customer_id for each in visits] == [number_of(shop)]


def test_guests_and_those_who_allow_nothing_see_what_it_would_do(shop: Flask) -> None:
    for client in (a_shopper(shop), a_customer(shop)):
        page = client.get("/account/profile").text
        assert 'data-profile="off"' in page
        assert "data-fact" not in page
    for client in (a_shopper(shop), a_customer(shop)):
        three_builds(client)
        assert 'data-profile="off"' in client.get("/account/profile").text
    with database_of(shop).reading() as session:
        assert set(session.exec(select(Touchpoint.customer_id))) == {None}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_about_recommendations_says_the_figures_that_are_taken(
    shop: Flask, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = a_shopper(shop, language)
    page = client.get("/recommendations").text
    weights = re.findall(r"<td data-weight>([^<]+)</td>", page)
    assert [float(each.replace(",", ".")) for each in weights] == list(figures.WEIGHTS.values())
    for figure in (figures.MOST, figures.HALF_LIFE.days, figures.LEAST_EVIDENCE, figures.LEAST_DAYS):
        assert str(figure) in page
    for share in (figures.LEAST_SHARE, figures.BUILD_SHARE, *figures.BAND):
        assert f"{round(share * 100)}\N{NO-BREAK SPACE}%" in page
    monkeypatch.setattr(figures, "HALF_LIFE", timedelta(days=77))
    assert "77" in client.get("/recommendations").text
    assert 'href="/recommendations"' in client.get("/").text


def test_every_act_has_a_name(shop: Flask) -> None:
    with shop.test_request_context():
        assert all(profile_words.act_title(kind) for kind in Kind)


def test_what_is_preferred_is_asked_in_one_statement_and_one_for_the_catalogues(
    shop: Flask, anna: FlaskClient
) -> None:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            said.append(statement)

    engine = database_of(shop).engine
    event.listen(engine, "before_cursor_execute", note)
    with shop.app_context(), database_of(shop).reading() as session:
        at, families = clock.now(), [a_telling_bicycle()]
        profile.profile_of(session, 1, at=at, families=families)
        assert len(said) == 1
        said.clear()
        profile.profile_of(session, 1, at=at)
        assert len(said) == 2


def allow(app: Flask, email: str = "anna@example.com") -> None:
    with database_of(app).writing() as session:
        who = session.exec(select(Customer.id).where(Customer.email == email)).one()
        consent.give(session, who or 0, Purpose.PERSONALISATION, language="en", at=clock.now())
