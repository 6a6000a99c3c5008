"""Friends who are shown a build say what they think; its owner decides, once."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import func, select
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.account.test_sign_in import ask, press, the_link
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
    share_link,
)
from webapp import clock
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.outbox import OutboxLetter
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.comment import Comment
from webapp.sales.proposal import Proposal

GRAVEL = "rack=rear&model=gravel"
WORDS = {"author": "Ben", "message": "Trust me."}


@pytest.fixture
def build(shopper: FlaskClient) -> str:
    """The private address of a build to be shown."""
    return a_saved_build(shopper, "Mine")


@pytest.fixture
def link(shopper: FlaskClient, build: str) -> str:
    """The address that a friend is sent."""
    return share_link(shopper, build)


@pytest.fixture
def friend(shop: Flask) -> FlaskClient:
    return a_shopper(shop)


def count(shop: Flask, table: type[Comment | Proposal | BuildVersion]) -> int:
    with database_of(shop).reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def the_form(page: TestResponse, before: str) -> dict[str, str]:
    """What a form of the page carries along, named by a part of its action."""
    found = re.search(rf'action="[^"]*{before}[^"]*"(.*?)</form>', page.text, re.S)
    assert found, page.text
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', found[1])
    return {name: html.unescape(value) for name, value in pairs}


def comment(friend: FlaskClient, link: str, **entries: str) -> TestResponse:
    form = the_form(friend.get(link), "/comments") | {"author": "Ben", "text": "Nice."} | entries
    return friend.post(f"{link}/comments", data=form)


def propose(friend: FlaskClient, link: str, choices: str = GRAVEL, **entries: str) -> TestResponse:
    page = friend.get(f"{link}/proposals/new?{choices}")
    return friend.post(f"{link}/proposals?{choices}", data=the_form(page, "/proposals") | WORDS | entries)


def decide(owner: FlaskClient, build: str, act: str, form: dict[str, str] | None = None) -> TestResponse:
    page = owner.get(build)
    found = re.search(rf'action="([^"]+/proposals/[^"]+/{act})"', page.text)
    assert found, page.text
    return owner.post(found[1], data=form if form is not None else the_form(page, f"/{act}"))


def text_of(page: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())


# Comments


@on_both_databases
def test_a_friend_leaves_a_comment_that_the_owner_reads_and_removes(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    answer = comment(friend, link, text="First line\nwww.example.com <b>bold</b>")
    assert (answer.status_code, answer.location) == (303, f"{link}#said")
    seen = friend.get(link).text
    assert "Thank you" in seen
    assert "First line\nwww.example.com &lt;b&gt;bold&lt;/b&gt;" in seen
    page = shopper.get(build).text
    assert "First line\nwww.example.com &lt;b&gt;bold&lt;/b&gt;" in page
    assert 'href="http://www.example.com' not in page
    assert 'href="www' not in page
    assert "First line" not in a_shopper(shop).get(link).text  # it is between the two of them
    removal = re.search(r'action="([^"]+/comments/\d+/removal)"', page)
    assert removal
    assert shopper.post(removal[1]).status_code == 303
    assert shopper.post(removal[1]).status_code == 303  # twice is no harm
    assert "First line" not in shopper.get(build).text
    assert count(shop, Comment) == 0


@on_both_databases
def test_a_comment_sent_twice_at_once_is_left_once(shop: Flask, friend: FlaskClient, link: str) -> None:
    form = the_form(friend.get(link), "/comments") | {"author": "Ben", "text": "Nice."}

    def send(_number: int) -> int:
        return a_shopper(shop).post(f"{link}/comments", data=form).status_code

    with ThreadPoolExecutor(6) as hands:
        assert set(hands.map(send, range(6))) == {303}
    assert count(shop, Comment) == 1


def test_a_refused_comment_keeps_what_was_typed(friend: FlaskClient, link: str) -> None:
    answer = comment(friend, link, author="", text="x" * 1001)
    assert answer.status_code == 422
    assert "Say who you are" in answer.text
    assert "at most 1000" in answer.text
    assert "x" * 1001 in answer.text


def test_an_owner_removes_comments_of_their_own_builds_alone(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    comment(friend, link)
    removal = re.search(r"/comments/\d+/removal", shopper.get(build).text)
    assert removal
    other = a_saved_build(friend, "Theirs")
    friend.post(f"{other}{removal[0]}")
    assert friend.post(f"{link}{removal[0]}").status_code == 404
    assert count(shop, Comment) == 1


def test_whoever_writes_too_much_is_told_when_to_go_on(shop: Flask, friend: FlaskClient, link: str) -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for number in range(10):
            assert comment(friend, link, text=f"No. {number}").status_code == 303
        answer = comment(friend, link, text="One more")
        assert answer.status_code == 429
        assert "Try again in 10 minutes" in answer.text
        assert "One more</textarea>" in answer.text
        assert 0 < int(answer.headers["Retry-After"]) <= 601
        assert propose(friend, link).status_code == 429
    assert count(shop, Comment) == 10
    with time_machine.travel(start + timedelta(minutes=11), tick=False):
        assert comment(friend, link).status_code == 303


def test_a_build_takes_so_many_opinions_a_day_from_wherever_they_come(
    shop: Flask, friend: FlaskClient, link: str
) -> None:
    for number in range(61):
        friend.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        answer = comment(friend, link)
    assert answer.status_code == 429
    assert "Try again in 24 hours" in answer.text


# Proposing


def test_a_friend_finds_every_option_with_what_it_would_change(friend: FlaskClient, link: str) -> None:
    page = friend.get(f"{link}/proposals/new")
    assert f"{link}/proposals/new/frame" in page.text
    assert 'name="shown_total"' not in page.text  # nothing to send yet
    options = friend.get(f"{link}/proposals/new/model").text
    assert re.search(r'data-option="gravel" data-delta="40000" data-available="true"', options)
    frames = friend.get(f"{link}/proposals/new/frame").text
    assert re.search(r'data-option="carbon" data-delta="25000" data-available="false"', frames)
    assert "Changes 1 choice" in frames
    assert friend.get(f"{link}/proposals/new/nonsense").status_code == 404


def test_an_option_that_does_not_fit_is_proposed_with_its_repair(
    shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    frames = friend.get(f"{link}/proposals/new/frame").text
    carbon = re.search(r'id="frame.carbon" href="([^"]+)"', frames)
    assert carbon
    page = friend.get(html.unescape(carbon[1])).text
    assert "Carbon carries no rear rack." in page
    assert 'name="shown_total"' not in page
    repair = re.search(r'id="repair-1" href="([^"]+)"', page)
    assert repair
    address = html.unescape(repair[1])
    assert address.startswith(f"{link}/proposals/new?")
    assert propose(friend, link, address.partition("?")[2]).status_code == 303
    told = text_of(shopper.get(build))
    assert "Ben proposes" in told
    assert "Steel → Carbon" in told
    assert "Trust me." in told


@on_both_databases
def test_a_proposal_shows_price_and_days_and_is_sent_once(
    shop: Flask, friend: FlaskClient, link: str
) -> None:
    choices = "rack=none&frame=carbon"
    page = friend.get(f"{link}/proposals/new?{choices}")
    assert 'data-total="80000" data-delta="25000"' in page.text
    assert "10 working days" in page.text
    assert 'data-days="5"' in page.text
    form = the_form(page, "/proposals") | WORDS

    def send(_number: int) -> int:
        return a_shopper(shop).post(f"{link}/proposals?{choices}", data=form).status_code

    with ThreadPoolExecutor(6) as hands:
        assert set(hands.map(send, range(6))) == {303}
    assert count(shop, Proposal) == 1


def test_a_proposal_needs_a_name_and_a_difference(shop: Flask, friend: FlaskClient, link: str) -> None:
    unnamed = propose(friend, link, author=" ")
    assert unnamed.status_code == 422
    assert "Trust me.</textarea>" in unnamed.text
    form = the_form(friend.get(f"{link}/proposals/new?{GRAVEL}"), "/proposals") | WORDS
    same = friend.post(f"{link}/proposals?model=city&rack=rear", data=form)
    assert same.status_code == 409
    assert "Choose first what should be different." in same.text
    clash = friend.post(f"{link}/proposals?rack=rear&frame=carbon", data=form)
    assert clash.status_code == 409
    assert count(shop, Proposal) == 0


def test_a_price_that_has_moved_is_shown_again_before_it_is_proposed(
    shop: Flask, friend: FlaskClient, link: str
) -> None:
    page = friend.get(f"{link}/proposals/new?rack=rear&frame=steel&model=gravel")
    publish(shop, a_bicycle(city="510.00"))
    address = f"{link}/proposals?rack=rear&frame=steel&model=gravel"
    answer = friend.post(address, data=the_form(page, "/proposals") | WORDS)
    assert answer.status_code == 409
    assert "have changed meanwhile" in answer.text
    assert "Trust me.</textarea>" in answer.text
    assert count(shop, Proposal) == 0
    assert friend.post(address, data=the_form(answer, "/proposals") | WORDS).status_code == 303


# Deciding


@on_both_databases
def test_an_accepted_proposal_is_the_next_version_and_both_see_it(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    assert "waits for an answer" in friend.get(link).text
    assert decide(shopper, build, "acceptance").status_code == 303
    page = shopper.get(build).text
    assert "Accepted" in page
    assert 'data-then="95000"' in page
    assert 'data-state="accepted"' in friend.get(link).text
    with database_of(shop).reading() as session:
        [first, second] = session.exec(select(BuildVersion).order_by(BuildVersion.number)).all()  # type: ignore[arg-type]
    assert (first.cause, first.total) == ("saved", 55000)
    assert (second.cause, second.total, second.choices) == ("proposed", 95000, ["rack.rear", "model.gravel"])


@on_both_databases
def test_whoever_is_changing_the_build_goes_on_with_what_was_accepted(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    decide(shopper, build, "acceptance")
    assert 'href="/configure/bike?rack=rear&amp;model=gravel"' in shopper.get("/").text
    form = hidden(shopper.get("/builds/new/bike?rack=front&model=gravel"))
    saved = form | {"name": "Mine", "place": "same"}
    assert shopper.post("/builds/new/bike?rack=front&model=gravel", data=saved).status_code == 303
    assert "saved meanwhile" not in shopper.get(build).text


@on_both_databases
def test_a_declined_proposal_changes_nothing(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    form = the_form(shopper.get(build), "/acceptance")
    address = re.search(r'action="([^"]+/proposals/[^"]+)/refusal"', shopper.get(build).text)
    assert address
    assert shopper.post(f"{address[1]}/refusal").status_code == 303
    assert 'data-state="declined"' in friend.get(link).text
    assert shopper.post(f"{address[1]}/acceptance", data=form).status_code == 303
    assert "answered before" in shopper.get(build).text
    assert count(shop, BuildVersion) == 1


def test_my_page_says_that_somebody_waits_for_an_answer(
    shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    propose(a_shopper(friend.application), link)
    for address in ("/account", "/builds"):
        page = shopper.get(address).text
        assert 'data-proposals="2"' in page, address
        assert f'href="{build}#opinions"' in page, address
    decide(shopper, build, "refusal")
    assert 'data-proposals="1"' in shopper.get("/account").text
    decide(shopper, build, "refusal")
    assert "data-proposals" not in shopper.get("/account").text


@on_both_databases
def test_accepting_and_declining_at_once_does_one_of_them_once(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    form = the_form(shopper.get(build), "/acceptance")
    address = re.search(r'action="([^"]+/proposals/[^"]+)/acceptance"', shopper.get(build).text)
    assert address

    def press(number: int) -> int:
        act = "acceptance" if number % 2 else "refusal"
        return a_shopper(shop).post(f"{address[1]}/{act}", data=form).status_code

    with ThreadPoolExecutor(8) as hands:
        assert set(hands.map(press, range(8))) == {303}
    with database_of(shop).reading() as session:
        [made] = session.exec(select(Proposal)).all()
        kept = session.exec(select(Build)).one()
        assert (made.accepted_at is None) != (made.declined_at is None)
        assert kept.latest_number == (2 if made.accepted_at else 1)


def test_a_dearer_catalogue_is_shown_before_a_proposal_is_accepted(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    choices = "rack=rear&model=city&frame=steel"
    propose(friend, link, "model=city&rack=front")
    old = the_form(shopper.get(build), "/acceptance")
    publish(shop, a_bicycle(city="530.00"))
    assert decide(shopper, build, "acceptance", old).status_code == 303
    page = shopper.get(build)
    assert "Look once more" in page.text
    assert 'data-total="57000" data-delta="-1000"' in page.text  # both as they are today
    assert "It came to €540.00 when it was proposed" in page.text
    assert count(shop, BuildVersion) == 1
    assert decide(shopper, build, "acceptance").status_code == 303
    with database_of(shop).reading() as session:
        latest = session.exec(select(BuildVersion).where(BuildVersion.number == 2)).one()
    assert (latest.total, latest.version) == (57000, 2)
    assert choices


def test_what_the_owner_changed_meanwhile_stays_when_a_proposal_is_accepted(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link, GRAVEL)
    old = the_form(shopper.get(build), "/acceptance")
    shopper.post(f"{build}/change")
    changed = "model=city&rack=front"
    page = shopper.get(f"/builds/new/bike?{changed}")
    shopper.post(f"/builds/new/bike?{changed}", data=hidden(page) | {"name": "Mine", "place": "same"})
    decide(shopper, build, "acceptance", old)
    assert "Look once more" in shopper.get(build).text
    decide(shopper, build, "acceptance")
    with database_of(shop).reading() as session:
        latest = session.exec(select(BuildVersion).where(BuildVersion.number == 3)).one()
    assert set(latest.choices) == {"model.gravel", "rack.front"}


def test_a_proposal_whose_option_is_gone_can_only_be_declined(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link, "model=city&rack=front")
    old = the_form(shopper.get(build), "/acceptance")
    publish(shop, a_bicycle(without="rack.front"))
    page = shopper.get(build).text
    assert "It cannot be had like this today" in page
    assert "/acceptance" not in page
    code = re.search(r"/proposals/([^/]+)/refusal", page)
    assert code
    assert shopper.post(f"{build}/proposals/{code[1]}/acceptance", data=old).status_code == 303
    assert count(shop, BuildVersion) == 1
    assert decide(shopper, build, "refusal").status_code == 303


def test_a_proposal_that_is_damaged_or_foreign_is_not_accepted(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    propose(friend, link)
    code = re.search(r"/proposals/([^/]+)/acceptance", shopper.get(build).text)
    assert code
    form = the_form(shopper.get(build), "/acceptance")
    theirs = a_saved_build(friend, "Theirs")
    key = link.removeprefix("/shared/")
    for place in (theirs, f"/builds/{key}", "/builds/nothing"):
        for act in ("acceptance", "refusal"):
            assert friend.post(f"{place}/proposals/{code[1]}/{act}", data=form).status_code == 404
    for damage in ({"shown_total": "1"}, {"shown_total": ""}, {"shown_version": "x"}, {"shown_number": "9"}):
        shopper.post(f"{build}/proposals/{code[1]}/acceptance", data=form | damage)
    assert count(shop, BuildVersion) == 2  # two builds, each as it was saved


# Letters


def letters(shop: Flask) -> list[OutboxLetter]:
    with database_of(shop).reading() as session:
        return [each for each in session.exec(select(OutboxLetter)) if "build “" in each.subject]


def allow(shop: Flask, *, yes: bool) -> None:
    """The owner agrees to letters about builds, or no more."""
    with database_of(shop).writing() as session:
        owner = customer.by_email(session, "anna@example.com")
        assert owner
        assert owner.id
        if yes:
            consent.give(session, owner.id, Purpose.BUILD_LETTERS, language="en", at=clock.now())
        else:
            consent.withdraw(session, owner.id, Purpose.BUILD_LETTERS, at=clock.now())


@on_both_databases
def test_an_owner_who_agreed_is_written_to_and_nobody_else(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, link: str
) -> None:
    owner = a_customer(shop)
    theirs = share_link(owner, a_saved_build(owner, "Anna's"))
    comment(friend, link)  # on a guest's build
    comment(friend, theirs)
    assert letters(shop) == []
    allow(shop, yes=True)
    comment(friend, theirs, author="Buy at spam.example", text="Words of others")
    propose(friend, theirs)
    about_comment, about_proposal = letters(shop)
    assert about_comment.subject == "A comment on your build “Anna's”"
    assert about_proposal.subject == "A proposal for your build “Anna's”"
    for letter in (about_comment, about_proposal):
        assert letter.recipient == "anna@example.com"
        assert "spam.example" not in letter.text + letter.html
        assert "Words of others" not in letter.text + letter.html
    for number in range(3):
        comment(friend, theirs, text=f"No. {number}")
    assert len(letters(shop)) == 3  # there are no more in a day
    allow(shop, yes=False)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        comment(friend, theirs)
    assert letters(shop) == [], "nor do those leave that still waited"


# Withdrawn


def test_a_withdrawn_link_opens_nothing(
    shop: Flask, shopper: FlaskClient, friend: FlaskClient, build: str, link: str
) -> None:
    form = the_form(friend.get(f"{link}/proposals/new?{GRAVEL}"), "/proposals") | WORDS
    with database_of(shop).writing() as session:
        session.exec(select(Build)).one().look_counter += 1
    for place in ("", "/picture.png", "/specification.pdf", "/proposals/new", "/proposals/new/model"):
        assert friend.get(f"{link}{place}").status_code == 404, place
    for place in ("/copies", "/comments", f"/proposals?{GRAVEL}"):
        data = form | {"text": "Hello"}
        assert friend.post(f"{link}{place}", data=data).status_code == 404, place
    assert count(shop, Comment) == count(shop, Proposal) == 0
    assert friend.get(share_link(shopper, build)).status_code == 200


@on_both_databases
def test_what_a_guest_said_comes_along_when_they_sign_in(shop: Flask, friend: FlaskClient, link: str) -> None:
    comment(friend, link, text="Words of mine")
    propose(friend, link)
    other = a_shopper(shop)
    comment(other, link, text="Words of another")
    ask(friend, "ben@example.com")
    assert press(friend, the_link(shop, "ben@example.com")).status_code == 303
    for device in (friend, a_customer(shop, "ben@example.com")):
        seen = device.get(link).text
        assert "Words of mine" in seen
        assert "data-proposal=" in seen
        assert "Words of another" not in seen
    assert "Words of another" in other.get(link).text
