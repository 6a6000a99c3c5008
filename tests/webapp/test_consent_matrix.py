"""Each feature runs with its consent and only with it: one row a feature, asked with and without.

A row says how somebody comes to have the feature and how one sees that it runs. To add one: what it needs, what is
done before anybody looks, and what is looked at.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.webapp.account.test_profile import CARBON, a_telling_bicycle
from tests.webapp.relations import told_by_topic
from tests.webapp.shopping import CHOICES, a_customer, a_placed_order, a_saved_build, database_of, publish
from webapp import clock, preference_worker
from webapp.customers import consent, processing, profile
from webapp.customers.asked_question import AskedQuestion
from webapp.customers.customer import Customer
from webapp.customers.touchpoint import Touchpoint
from webapp.customers.wording import Purpose
from webapp.relations.news import wanted_hour
from webapp.relations.segments import segment_rule
from webapp.relations.segments.membership import Membership


class Feature(NamedTuple):
    """One feature. `runs`: whether it does, for the customer of this browser."""

    name: str
    purpose: Purpose
    runs: Callable[[Flask, FlaskClient], bool]


def acts_are_theirs(app: Flask, _client: FlaskClient) -> bool:
    with database_of(app).reading() as session:
        theirs = select(Touchpoint.id).where(col(Touchpoint.customer_id).is_not(None))
        return session.exec(theirs).first() is not None


def facts_are_inferred(app: Flask, _client: FlaskClient) -> bool:
    with database_of(app).reading() as session:
        who = session.exec(select(Customer.id)).one() or 0
        return bool(profile.profile_of(session, who, at=clock.now()).preferences)


def the_mirror_shows_facts(_app: Flask, client: FlaskClient) -> bool:
    return "data-fact=" in client.get("/account/profile").text


def facts_can_be_stated(_app: Flask, client: FlaskClient) -> bool:
    answer = client.post("/account/profile/said/style", data={"say": "sport"})
    client.post("/account/profile/said/style", data={"unsay": "sport"})
    return answer.status_code == 303


def a_short_question_is_asked(app: Flask, _client: FlaskClient) -> bool:
    with database_of(app).reading() as session:
        return session.exec(select(AskedQuestion)).first() is not None


def options_are_marked(_app: Flask, client: FlaskClient) -> bool:
    return "data-fits" in client.get("/configure/bike").text


def home_begins_with_mine(_app: Flask, client: FlaskClient) -> bool:
    return "my-home" in client.get("/").text


def forms_are_filled_in(_app: Flask, client: FlaskClient) -> bool:
    a_placed_order(client, street="Lindenweg 7")
    return "Lindenweg 7" in client.get(f"/checkout/bike?{CHOICES}").text


def an_address_can_be_told(_app: Flask, client: FlaskClient) -> bool:
    address = {"street": "Weg 1", "postcode": "10999", "city": "Berlin", "country": "DE"}
    answer = client.post("/account/profile/address", data=address)
    client.post("/account/profile/address", data={"forget": "y"})
    return answer.status_code == 303


def the_same_taste_is_counted(app: Flask, _client: FlaskClient) -> bool:
    preference_worker.reckon(database_of(app), clock.now())
    with database_of(app).reading() as session:
        words = segment_rule.lexicon(session, ("en",))
        rule = segment_rule.read("prefers(style: sport)", words)
        return bool(Membership(session, words, rule, clock.now()).ids())


def letters_leave_at_an_hour_of_theirs(app: Flask, client: FlaskClient) -> bool:
    client.post("/account/profile/said/contact", data={"say": "evenings"})
    with database_of(app).reading() as session:
        who = session.exec(select(Customer.id)).one() or 0
        return bool(wanted_hour.of_many(session, [who]))


FEATURES = (
    Feature("touchpoints say whose they are", Purpose.PERSONALISATION, acts_are_theirs),
    Feature("facts are inferred", Purpose.PERSONALISATION, facts_are_inferred),
    Feature("the mirror", Purpose.PERSONALISATION, the_mirror_shows_facts),
    Feature("stated facts", Purpose.PERSONALISATION, facts_can_be_stated),
    Feature("an address of one's own", Purpose.PERSONALISATION, an_address_can_be_told),
    Feature("fits you", Purpose.PERSONALISATION, options_are_marked),
    Feature("home begins with mine", Purpose.PERSONALISATION, home_begins_with_mine),
    Feature("filled-in forms", Purpose.PERSONALISATION, forms_are_filled_in),
    Feature("the same taste", Purpose.PERSONALISATION, the_same_taste_is_counted),
    Feature("an hour for letters", Purpose.PERSONALISATION, letters_leave_at_an_hour_of_theirs),
    Feature("the short question", Purpose.PERSONALISATION, a_short_question_is_asked),
    Feature("news of a family", Purpose.NEWS_LETTERS, told_by_topic.news_of_a_family),
    Feature("invitations", Purpose.EVENT_LETTERS, told_by_topic.invitations),
    Feature("advice for owners", Purpose.CARE_LETTERS, told_by_topic.advice_for_owners),
    Feature("price falls", Purpose.BUILD_LETTERS, told_by_topic.price_falls),
)
# A feature that leaves a trace which outlives the consent is looked at before it is withdrawn alone.
LEAVES_A_TRACE = {"the short question"}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_telling_bicycle())
    return app


def allow(app: Flask, *purposes: Purpose) -> None:
    with database_of(app).writing() as session:
        who = session.exec(select(Customer.id)).one() or 0
        for purpose in purposes:
            consent.give(session, who, purpose, language="en", at=clock.now())


def live(client: FlaskClient) -> None:
    """Some life on the site: three builds, and a look at the pages."""
    for n in range(3):
        a_saved_build(client, f"Build {n}", CARBON)
        client.get(f"/configure/bike?{CARBON}")
    client.get("/account")


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_runs_with_its_consent_alone_and_ends_with_it(shop: Flask, feature: Feature) -> None:
    client = a_customer(shop)
    allow(shop, feature.purpose)
    live(client)
    assert feature.runs(shop, client)
    client.post(f"/account/consents/{feature.purpose.value}/withdrawal")
    assert feature.name in LEAVES_A_TRACE or not feature.runs(shop, client)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_no_other_consent_turns_it_on(shop: Flask, feature: Feature) -> None:
    client = a_customer(shop)
    live(client)
    assert not feature.runs(shop, client)
    allow(shop, *(purpose for purpose in Purpose if purpose is not feature.purpose))
    live(client)
    assert not feature.runs(shop, client)


def test_each_consent_that_is_asked_for_says_what_it_turns_on() -> None:
    assert set(processing.POWERS) >= processing.ASKED
    assert {feature.purpose for feature in FEATURES} <= processing.ASKED
