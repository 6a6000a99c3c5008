"""Limits are counted in the database, for all processes at once."""

import threading
from datetime import timedelta

import pytest

from tests.databases import on_both_databases
from webapp import attempts, clock
from webapp.database import Database

FIVE_MINUTES = timedelta(minutes=5)


@on_both_databases
def test_so_many_and_no_more_until_time_has_passed(database: Database) -> None:
    at = clock.now()

    def tried(later: timedelta = timedelta()) -> bool:
        with database.writing() as session:
            return attempts.allowed(session, "sign-in anna", limit=3, within=FIVE_MINUTES, at=at + later)

    assert [tried() for _ in range(5)] == [True, True, True, False, False]
    assert tried(FIVE_MINUTES + timedelta(seconds=1)) is True


@on_both_databases
def test_one_key_does_not_count_for_another_and_success_forgets(database: Database) -> None:
    at = clock.now()
    with database.writing() as session:
        assert attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)
        assert attempts.allowed(session, "b", limit=1, within=FIVE_MINUTES, at=at)
        assert not attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)
        attempts.forget(session, "a")
        assert attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)


@on_both_databases
def test_tries_at_the_same_moment_are_all_counted(database: Database) -> None:
    at, answers = clock.now(), list[bool]()

    def tries() -> None:
        with database.writing() as session:
            answers.append(attempts.allowed(session, "a", limit=3, within=FIVE_MINUTES, at=at))

    threads = [threading.Thread(target=tries) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True] * 3


@on_both_databases
def test_old_counts_are_swept_away(database: Database) -> None:
    at = clock.now()
    with database.writing() as session:
        attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)
        attempts.sweep(session, before=at + timedelta(days=1))
        session.expire_all()
        assert session.get(attempts.Attempts, "a") is None


@on_both_databases
def test_the_answer_says_how_long_to_wait_and_counts_nothing(database: Database) -> None:
    at = clock.now()

    def wait(later: timedelta) -> timedelta | None:
        with database.writing() as session:
            return attempts.wait(session, "a", limit=2, within=FIVE_MINUTES, at=at + later)

    def tried(later: timedelta) -> bool:
        with database.writing() as session:
            return attempts.allowed(session, "a", limit=2, within=FIVE_MINUTES, at=at + later)

    minute = timedelta(minutes=1)
    assert [wait(0 * minute) for _ in range(5)] == [None] * 5
    assert tried(1 * minute)  # the time begins here, not with the first question
    assert wait(1 * minute) is None
    assert tried(2 * minute)
    assert wait(2 * minute) == 4 * minute
    assert wait(5 * minute) == 1 * minute
    assert wait(6 * minute) is None
    assert tried(6 * minute)


@on_both_databases
def test_whoever_asks_first_is_never_overtaken(database: Database) -> None:
    at, tried = clock.now(), list[bool]()

    def ask_then_try() -> None:
        with database.writing() as session:
            if attempts.wait(session, "a", limit=3, within=FIVE_MINUTES, at=at) is None:
                tried.append(attempts.allowed(session, "a", limit=3, within=FIVE_MINUTES, at=at))

    threads = [threading.Thread(target=ask_then_try) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tried == [True] * 3


@on_both_databases
def test_a_try_that_is_taken_back_was_none(database: Database) -> None:
    at = clock.now()
    with database.writing() as session:
        attempts.take_back(session, "a")
        assert attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)
        assert attempts.wait(session, "a", limit=1, within=FIVE_MINUTES, at=at) == FIVE_MINUTES
        attempts.take_back(session, "a")
        attempts.take_back(session, "a")
        assert attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)
        assert not attempts.allowed(session, "a", limit=1, within=FIVE_MINUTES, at=at)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", "nowhere"),
        (None, "nowhere"),
    ],
)
def test_one_home_is_one_place(address: str | None, place: str) -> None:
    assert attempts.place(address) == place
