"""What has come together reaches each subscriber once, as often and in the language they chose, while they allow it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.relations.following import (
    EVENTS,
    FAMILY,
    a_follower,
    a_news_item,
    letters_to,
    links,
    tell,
)
from tests.webapp.shopping import a_bicycle, a_customer, a_saved_build, database_of, publish
from webapp import outbox, settings, worker
from webapp.account import digests
from webapp.account.topic_titles import TopicTitles
from webapp.customers import consent, customer, profile, unused_fact
from webapp.customers.inference import FactKind
from webapp.customers.person import Person
from webapp.customers.wording import Purpose
from webapp.outbox import Letter, OutboxLetter
from webapp.relations.news import digest, subscriber, subscription
from webapp.relations.news.digest import Digest, DigestEntry
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.gathering import Plan
from webapp.relations.news.topic import Kind, Topic
from webapp.sales import erasing

ROOT = Path(__file__).resolve().parents[3]
# A Wednesday.
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)  # 8:30 in Berlin
FIRST = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
SINCE = NOW - timedelta(days=60)


@pytest.fixture
def shop(new_app: Callable[..., Flask]) -> Flask:
    app = new_app(site_url="https://shop.example/made")
    publish(app, a_bicycle())
    return app


def subjects(app: Flask, email: str = "anna@example.com") -> list[str]:
    return [letter.subject for letter in letters_to(app, email)]


@on_both_databases
def test_an_item_reaches_whoever_follows_it_once(shop: Flask) -> None:
    a_follower(shop, FAMILY)
    a_follower(shop, EVENTS, email="ben@example.com")
    a_news_item(shop, sent_at=NOW)
    for _ in range(3):
        tell(shop, NOW)
    (letter,) = letters_to(shop)
    assert letter.subject == "A new fork"
    assert "You follow “Bicycle”." in letter.text
    assert letter.unsubscribe.startswith("<https://shop.example/made/unsubscribe/")
    assert letters_to(shop, "ben@example.com") == []


def test_nothing_to_tell_is_no_letter(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    a_news_item(shop, sent_at=NOW + timedelta(hours=1))  # waits for its time
    a_news_item(shop, "Of old", sent_at=SINCE - timedelta(days=1))  # before anybody subscribed
    tell(shop, NOW)
    assert letters_to(shop) == []
    tell(shop, NOW + timedelta(hours=2))
    assert subjects(shop) == ["A new fork"]


def test_an_option_is_told_to_those_who_follow_it_and_to_those_who_follow_its_family(shop: Flask) -> None:
    a_follower(shop, Topic(Kind.OPTION, "bike", "frame.carbon"))
    a_follower(shop, FAMILY, email="ben@example.com")
    a_follower(shop, Topic(Kind.OPTION, "bike", "frame.steel"), email="cyril@example.com")
    a_news_item(shop, sent_at=NOW, families=(), options=("bike:frame.carbon",))
    tell(shop, NOW)
    assert "You follow the option “Carbon”." in letters_to(shop)[0].text
    assert subjects(shop, "ben@example.com") == ["A new fork"]
    assert letters_to(shop, "cyril@example.com") == []


def test_whoever_reads_weekly_or_monthly_gets_one_letter_of_all_of_it(shop: Flask) -> None:
    a_follower(shop, FAMILY, frequency=Frequency.WEEKLY, at=SINCE)
    a_follower(shop, FAMILY, email="ben@example.com", frequency=Frequency.MONTHLY, at=SINCE, language="ru")
    for number in range(3):
        a_news_item(shop, f"Fork {number}", sent_at=NOW + timedelta(minutes=number))
    for at in (NOW + timedelta(hours=1), MONDAY - timedelta(hours=1)):
        tell(shop, at)
        assert letters_to(shop) == []
    tell(shop, MONDAY)
    (letter,) = letters_to(shop)
    assert letter.subject == "Fork 0 and 2 more"
    assert letters_to(shop, "ben@example.com") == []
    tell(shop, FIRST)
    (letter,) = letters_to(shop, "ben@example.com")
    assert letter.subject == "Новость: Fork 0 и ещё 2"
    assert len(letters_to(shop)) == 1


def test_a_pause_ends_by_itself_and_then_the_rest_is_told(shop: Flask) -> None:
    number = a_follower(shop, FAMILY, at=SINCE)
    with database_of(shop).writing() as session:
        mine = subscriber.of_customer(session, number)
        assert mine
        subscription.of(session, mine.id or 0)[0].paused_until = NOW.date() + timedelta(days=3)
    a_news_item(shop, sent_at=NOW)
    tell(shop, NOW + timedelta(days=2))
    assert letters_to(shop) == []
    tell(shop, NOW + timedelta(days=3))
    assert subjects(shop) == ["A new fork"]


@on_both_databases
def test_what_is_beyond_the_cap_comes_with_the_next_letter(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    for number in range(5):
        at = NOW + timedelta(hours=number)
        a_news_item(shop, f"Fork {number}", sent_at=at)
        tell(shop, at)
    assert subjects(shop) == ["Fork 0", "Fork 1", "Fork 2"]
    tell(shop, NOW + timedelta(days=6))
    assert len(letters_to(shop)) == 3
    tell(shop, NOW + timedelta(days=7, minutes=1))
    assert subjects(shop)[3:] == ["Fork 3 and 1 more"]


def test_letters_that_an_order_needs_are_never_held_and_never_counted(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    with database_of(shop).writing() as session:
        for number in range(9):
            letter = outbox.Letter("anna@example.com", "en", f"Order {number}", "Words", "<p>Words</p>")
            outbox.put(session, letter, at=NOW)
    a_news_item(shop, sent_at=NOW)
    tell(shop, NOW)
    assert subjects(shop)[-1] == "A new fork"


@on_both_databases
def test_a_letter_about_a_build_beyond_the_cap_is_told_by_the_digest(shop: Flask) -> None:
    number = a_follower(shop, FAMILY, at=SINCE)
    anna = a_customer(shop)
    a_saved_build(anna, "Mine")
    with database_of(shop).writing() as session:
        consent.give(session, number, Purpose.BUILD_LETTERS, language="en", at=NOW)
    page = anna.get("/builds").text
    key = page.split('href="/builds/')[1].split('"')[0].split("#")[0]
    form = {"token": "a-token-of-the-form", "kind": "cheaper", "amount": "540", "by_mail": "y"}
    assert anna.post(f"/builds/{key}/watches", data=form).status_code == 303
    for each in range(3):
        a_news_item(shop, f"Fork {each}", sent_at=NOW)
        tell(shop, NOW)
    publish(shop, a_bicycle(city="450.00"))
    with shop.app_context():
        worker.look_out(settings.current(), database_of(shop), NOW)
    tell(shop, NOW + timedelta(hours=1))
    assert len(letters_to(shop)) == 3
    tell(shop, NOW + timedelta(days=8))
    (held,) = letters_to(shop)[3:]
    assert "“Mine” costs" in held.subject
    assert "this one had to wait" in held.text
    tell(shop, NOW + timedelta(days=9))
    assert len(letters_to(shop)) == 4


@on_both_databases
def test_builds_of_whoever_subscribes_are_watched_and_each_fall_is_told(shop: Flask) -> None:
    a_follower(shop, Topic(Kind.PRICES), at=SINCE)
    a_saved_build(a_customer(shop), "Mine")
    tell(shop, NOW)  # sets the watch
    for at, price in (
        (NOW, "450.00"),
        (NOW + timedelta(days=1), "400.00"),
        (NOW + timedelta(days=2), "470.00"),
    ):
        publish(shop, a_bicycle(city=price))
        with shop.app_context():
            worker.look_out(settings.current(), database_of(shop), at)
        tell(shop, at + timedelta(minutes=1))
    assert subjects(shop) == ["“Mine” costs €500.00 now", "“Mine” costs €450.00 now"]


@on_both_databases
def test_a_withdrawn_consent_calls_letters_back_and_what_else_they_told_comes_anew(shop: Flask) -> None:
    number = a_follower(shop, FAMILY, EVENTS, at=SINCE)
    a_news_item(shop, "A fork", sent_at=NOW)
    a_news_item(shop, "A day", sent_at=NOW, topics=("events",))
    tell(shop, NOW)
    assert subjects(shop) == ["A fork and 1 more"]
    with database_of(shop).writing() as session:
        consent.withdraw(session, number, Purpose.EVENT_LETTERS, at=NOW)
    assert letters_to(shop) == []
    tell(shop, NOW)
    assert subjects(shop) == ["A fork"]


def test_an_ended_topic_calls_back_what_waits(shop: Flask) -> None:
    number = a_follower(shop, FAMILY, EVENTS, at=SINCE)
    a_news_item(shop, "A fork", sent_at=NOW)
    a_news_item(shop, "A day", sent_at=NOW, topics=("events",))
    tell(shop, NOW)
    with database_of(shop).writing() as session:
        mine = subscriber.of_customer(session, number)
        assert mine
        digest.call_back(session, mine.id or 0, [EVENTS.code], at=NOW)
        subscription.end(session, mine.id or 0, [EVENTS.code])
    tell(shop, NOW)
    assert subjects(shop) == ["A fork"]


@on_both_databases
def test_weekly_letters_leave_at_the_time_of_the_day_that_their_reader_names(shop: Flask) -> None:
    monday = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    number = a_follower(shop, FAMILY, at=SINCE, frequency=Frequency.WEEKLY, personalised=True)
    with database_of(shop).writing() as session:
        for way in ("telephone", "evenings"):
            profile.say(session, number, "contact", way, at=SINCE)
    a_news_item(shop, "A fork", sent_at=monday - timedelta(days=2))
    tell(shop, monday.replace(hour=17))
    assert letters_to(shop) == []
    tell(shop, monday.replace(hour=18))
    assert subjects(shop) == ["A fork"]
    a_news_item(shop, "A saddle", sent_at=monday + timedelta(days=2))
    with database_of(shop).writing() as session:
        unused_fact.switch_off(session, number, FactKind.CONTACT, at=SINCE)
    tell(shop, monday.replace(hour=8) + timedelta(days=7))
    assert subjects(shop) == ["A fork", "A saddle"]


def test_a_turn_that_runs_out_of_time_goes_on_where_it_stopped(shop: Flask) -> None:
    emails = [f"follower{number}@example.com" for number in range(4)]
    for email in emails:
        a_follower(shop, FAMILY, email=email, at=SINCE)
    a_news_item(shop, "A fork", sent_at=NOW)
    told = []
    with shop.app_context():
        hurried = digests.Digests(settings.current(), seconds=-1)
        for _ in range(5):
            hurried(database_of(shop), NOW)
            told.append(sum(len(letters_to(shop, email)) for email in emails))
    assert told == [1, 2, 3, 4, 4]


@on_both_databases
def test_two_workers_tell_each_item_once(shop: Flask) -> None:
    emails = [f"follower{number}@example.com" for number in range(12)]
    for email in emails:
        a_follower(shop, FAMILY, email=email, at=SINCE)
    a_news_item(shop, "A fork", sent_at=NOW)
    a_news_item(shop, "A saddle", sent_at=NOW)
    begin = threading.Barrier(3)
    failed: list[BaseException] = []

    def work() -> None:
        begin.wait()
        try:
            with shop.app_context():
                digests.tell(settings.current(), database_of(shop), NOW)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    tell(shop, NOW)
    assert [len(letters_to(shop, email)) for email in emails] == [1] * 12
    with database_of(shop).reading() as session:
        assert len(session.exec(select(DigestEntry)).all()) == 24


KILLED = """
import os, signal, sys
from datetime import datetime
from webapp import create_app, settings
from webapp.account import digests
from webapp.relations.news import digest
from webapp.settings import Settings

app = create_app(Settings.from_environment())
written, kept = 0, digest.write

def write(session, *rest, **more):
    global written
    outcome = kept(session, *rest, **more)
    session.flush()
    written += 1
    if written == 3:
        os.kill(os.getpid(), signal.SIGKILL)  # the third letter is written and not committed
    return outcome

digest.write = write
with app.app_context():
    digests.tell(settings.current(), app.extensions["lekalo.database"], datetime.fromisoformat(sys.argv[1]))
"""


@on_both_databases
def test_a_worker_killed_between_letters_loses_and_doubles_nothing(shop: Flask, tmp_path: Path) -> None:
    emails = [f"follower{number}@example.com" for number in range(6)]
    for email in emails:
        a_follower(shop, FAMILY, email=email, at=SINCE)
    a_news_item(shop, sent_at=NOW)
    environment = os.environ | {
        "LEKALO_INSTANCE": str(tmp_path / "killed"),
        "LEKALO_DATABASE_URL": database_of(shop).url,
        "LEKALO_SECRET_KEY": "for tests",
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED, NOW.isoformat()], env=environment, cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert sum(len(letters_to(shop, email)) for email in emails) == 2
    tell(shop, NOW)
    assert [len(letters_to(shop, email)) for email in emails] == [1] * 6


def test_one_letter_that_cannot_be_written_holds_up_no_other(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in ("anna@example.com", "ben@example.com"):
        a_follower(shop, FAMILY, email=email, at=SINCE)
    a_news_item(shop, sent_at=NOW)
    whole = digests.digest_letter.written

    def broken(plan: Plan, titles: TopicTitles) -> Letter:
        if plan.email == "anna@example.com":
            raise ValueError("no such template")
        return whole(plan, titles)

    monkeypatch.setattr(digests.digest_letter, "written", broken)
    tell(shop, NOW)
    assert letters_to(shop) == []
    assert subjects(shop, "ben@example.com") == ["A new fork"]
    monkeypatch.undo()
    tell(shop, NOW)
    assert subjects(shop) == ["A new fork"]


@on_both_databases
def test_who_is_erased_leaves_counts_and_nothing_else(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    a_news_item(shop, sent_at=NOW)
    tell(shop, NOW)
    with database_of(shop).writing() as session:
        anna = customer.by_email(session, "anna@example.com")
        assert anna
        erasing.erase(session, Person((anna.owner,), anna.email), channel="site", at=NOW)
    with database_of(shop).reading() as session:
        assert session.exec(select(OutboxLetter)).all() == []
        assert [one.subscriber_id for one in session.exec(select(Digest))] == [None]
        assert [one.subscriber_id for one in session.exec(select(DigestEntry))] == [None]
        assert session.exec(select(subscriber.Subscriber)).all() == []
    tell(shop, NOW)
    assert letters_to(shop) == []


def test_what_left_is_noted_and_a_swept_letter_is_not_told_anew(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    a_news_item(shop, sent_at=NOW)
    tell(shop, NOW)
    with database_of(shop).writing() as session:
        letter = session.exec(select(OutboxLetter)).one()
        outbox.sent(session, letter.id or 0, at=NOW)
    tell(shop, NOW)
    with database_of(shop).reading() as session:
        assert session.exec(select(Digest)).one().sent_at == NOW
    with database_of(shop).writing() as session:
        outbox.sweep(session, before=NOW + timedelta(days=31))
    tell(shop, NOW + timedelta(days=31))
    assert letters_to(shop) == []


def test_links_of_a_letter_say_who_opened_them_only_where_that_is_allowed(shop: Flask) -> None:
    a_follower(shop, FAMILY, at=SINCE)
    a_follower(shop, FAMILY, email="ben@example.com", at=SINCE, personalised=True)
    a_news_item(shop, sent_at=NOW)
    tell(shop, NOW)
    codes = {
        email: links(letters_to(shop, email)[0], "letters")[0]
        for email in ("anna@example.com", "ben@example.com")
    }
    assert codes["anna@example.com"].startswith("/letters/.")
    assert not codes["ben@example.com"].startswith("/letters/.")
