"""Letters that somebody may refuse say how, to people and to mail programs, and a press ends them (RFC 8058)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.post.office import SENDER, PostOffice
from tests.webapp.post.test_letters import (
    SITE,
    build_opinion,
    digest,
    promise_ends,
    watch_came_true,
)
from tests.webapp.relations.following import EVENTS, FAMILY, a_follower, a_news_item, letters_to, tell
from tests.webapp.shopping import a_bicycle, a_shopper, database_of, publish
from webapp import clock, outbox, recall, worker
from webapp.courier import SmtpCourier
from webapp.customers import consent
from webapp.customers.consent import Purpose
from webapp.customers.customer import Customer
from webapp.outbox import OutboxLetter
from webapp.relations.news.digest import DigestEntry

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ABOUT_BUILDS: dict[str, Callable[[Flask, str], object]] = {
    "watch_came_true": watch_came_true,
    "build_opinion": build_opinion,
    "promise_ends": promise_ends,
}


@pytest.fixture
def shop(new_app: Callable[..., Flask]) -> Flask:
    app = new_app(site_url=SITE)
    publish(app, a_bicycle())
    return app


def allows(shop: Flask, purpose: Purpose = Purpose.BUILD_LETTERS) -> bool:
    with database_of(shop).reading() as session:
        return consent.holds(session, session.exec(select(Customer.id)).one() or 0, purpose)


def bring_all(shop: Flask, office: PostOffice) -> None:
    while worker.deliver(database_of(shop), SmtpCourier(office.address, SENDER), clock.now()):
        pass


@pytest.mark.parametrize("name", ABOUT_BUILDS)
@pytest.mark.parametrize("follows", [True, False])
def test_a_letter_about_a_build_is_ended_by_one_click(
    shop: Flask, post_office: PostOffice, name: str, follows: bool
) -> None:
    if follows:
        a_follower(shop, EVENTS)
    ABOUT_BUILDS[name](shop, "en")
    bring_all(shop, post_office)
    taken = next(each for each in reversed(post_office.taken) if each["List-Unsubscribe"])
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(rf"<{SITE}(/unsubscribe/[^>]+)>", taken["List-Unsubscribe"])
    assert found
    plain = taken.get_body(("plain",))
    assert plain is not None
    assert found[1] in plain.get_content()
    topics = re.search(rf"{SITE}(/topics/\S+)", plain.get_content())
    assert bool(topics) is follows
    stranger = a_shopper(shop)
    assert topics is None or stranger.get(topics[1]).status_code == 200
    stranger.application.config["WTF_CSRF_ENABLED"] = True  # a mail program knows no token of ours
    assert "My builds" in stranger.get(found[1]).text
    assert allows(shop)
    for _ in range(2):
        assert stranger.post(found[1], data=ONE_CLICK).status_code == 200
        assert not allows(shop)
    assert allows(shop, Purpose.EVENT_LETTERS) is follows


def test_a_letter_of_several_topics_says_what_ends_and_its_page_offers_each(shop: Flask) -> None:
    letter = digest(shop, "en")
    assert "“unsubscribe” of your mail program ends all that this letter is about" in letter.text
    found = re.search(rf"{SITE}(/unsubscribe/[^>]+)>", letters_to(shop)[0].unsubscribe)
    assert found
    guest = a_shopper(shop)
    page = guest.get(found[1]).text
    places = re.findall(r'action="[^"]*?(/unsubscribe/[^"]+)"', page)
    assert (len(places), places[-1]) == (3, found[1])
    guest.post(places[1])
    assert re.findall(r'action="[^"]*?(/unsubscribe/[^"]+)"', guest.get(found[1]).text) == [found[1]]


@on_both_databases
@pytest.mark.parametrize("arrives", [True, False])
def test_what_a_letter_under_way_tells_comes_again_only_if_it_did_not_arrive(
    shop: Flask, arrives: bool
) -> None:
    """A consent is withdrawn while the letter is being handed over: nobody can call it back any more."""
    number, at = a_follower(shop, FAMILY, EVENTS), clock.now()
    a_news_item(shop, "A fork")
    a_news_item(shop, "A day", topics=("events",))
    tell(shop, at)
    with database_of(shop).writing() as session:
        claimed = outbox.claim(session, at=at)
        assert claimed
        letter = claimed.id or 0
    with database_of(shop).writing() as session:
        consent.withdraw(session, number, Purpose.EVENT_LETTERS, at=at)
    tell(shop, at)
    assert [each.subject for each in letters_to(shop)] == ["A fork and 1 more"]
    with database_of(shop).writing() as session:
        if arrives:
            outbox.sent(session, letter, at=at)
        else:
            outbox.failed(session, letter, "451 try later", for_good=False, at=at)
    tell(shop, at)
    assert [each.subject for each in letters_to(shop)] == (["A fork and 1 more"] if arrives else ["A fork"])
    with database_of(shop).reading() as session:
        told = len(session.exec(select(DigestEntry)).all())
    assert told == (2 if arrives else 1)


def test_a_letter_called_back_from_a_worker_that_died_is_never_sent(shop: Flask) -> None:
    number, at = a_follower(shop, FAMILY), clock.now()
    a_news_item(shop, "A fork")
    tell(shop, at)
    with database_of(shop).writing() as session:
        outbox.claim(session, at=at)
        consent.withdraw(session, number, Purpose.NEWS_LETTERS, at=at)
    later = at + outbox.LOCK + timedelta(seconds=1)
    with database_of(shop).writing() as session:
        assert not outbox.has_due(session, at=later)
        assert outbox.claim(session, at=later) is None
        recall.drop_lost(session, at=later)
        assert session.exec(select(OutboxLetter)).first() is None
