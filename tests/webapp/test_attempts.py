"""Limits are counted in the database, for all processes at once."""

import threading
from datetime import timedelta

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
