"""Long jobs: asked for once, done once, gone on with after a death, called off at any time."""

from datetime import datetime, timedelta

import pytest

from tests.databases import on_both_databases
from tests.webapp.conftest import a_stool
from webapp import clock, labour
from webapp.catalogues import draft, task
from webapp.catalogues.task import LEASE, MOST_TRIES, Kind, State, Task
from webapp.database import Database
from webapp.labour import Labour

ZONE = "Europe/Berlin"


def a_task(database: Database, kind: Kind = Kind.PROOF) -> Task:
    with database.writing() as session:
        begun = draft.begin(session, "stool", who="Vera", at=clock.now(), family=a_stool())
        return task.ask(session, kind, "stool", begun.sha256, who="Vera", at=clock.now())


def seen(database: Database, asked: Task) -> Task:
    with database.reading() as session:
        found = task.find(session, asked.family_code, asked.id or 0)
        assert found
        return found


def taken(database: Database, at: datetime) -> Task | None:
    with database.writing() as session:
        return task.take(session, at=at)


@on_both_databases
def test_the_same_is_asked_for_once(database: Database) -> None:
    asked = a_task(database)
    assert a_task(database).id == asked.id
    Labour(database, ZONE).turn(clock.now())
    assert seen(database, asked).is_done
    assert a_task(database).id == asked.id
    with database.writing() as session:
        again = task.ask(session, Kind.PROOF, "stool", asked.sha256, who="V", at=clock.now(), anew=True)
    assert again.id != asked.id


@on_both_databases
def test_a_task_is_one_workers_until_nothing_is_heard_of_it(database: Database) -> None:
    asked, at = a_task(database), clock.now()
    mine = taken(database, at)
    assert mine is not None
    assert taken(database, at + LEASE / 2) is None
    with database.writing() as session:
        assert task.tell(session, mine, at=at + LEASE / 2, done=3, total=9, cursor={"after": 3})
    assert taken(database, at + LEASE) is None
    theirs = taken(database, at + 2 * LEASE)
    assert theirs is not None
    assert (theirs.id, theirs.cursor, theirs.done) == (asked.id, {"after": 3}, 3)
    with database.writing() as session:
        assert not task.tell(session, mine, at=at, done=4)
        assert not task.end(session, mine, State.DONE, at=at)
    assert seen(database, asked).done == 3


@on_both_databases
def test_a_task_that_ends_every_worker_is_given_up(database: Database) -> None:
    asked, at = a_task(database), clock.now()
    for _ in range(MOST_TRIES):
        assert taken(database, at) is not None
        at += 2 * LEASE
    assert taken(database, at) is None
    assert seen(database, asked).state == State.FAILED


@on_both_databases
def test_a_task_called_off_is_left_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labour, "SLICE", 0.0)
    asked, worker = a_task(database), Labour(database, ZONE)
    assert worker.turn(clock.now())
    with database.writing() as session:
        assert task.cancel(session, asked, at=clock.now())
        assert not task.cancel(session, asked, at=clock.now())
    worker.turn(clock.now())
    assert worker.mine is None
    assert seen(database, asked).state == State.CANCELLED
    assert not worker.turn(clock.now())


@on_both_databases
def test_a_worker_that_is_told_to_stop_leaves_its_task_to_the_next_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labour, "SLICE", 0.0)
    asked, worker = a_task(database), Labour(database, ZONE)
    worker.turn(clock.now())
    worker.stop()
    monkeypatch.setattr(labour, "SLICE", 10.0)
    assert Labour(database, ZONE).turn(clock.now())
    assert seen(database, asked).is_done


@on_both_databases
def test_a_proof_ends_with_all_that_was_found(database: Database) -> None:
    asked = a_task(database)
    Labour(database, ZONE).turn(clock.now())
    found = seen(database, asked)
    assert found.is_done
    assert found.share == 100
    assert found.result["is_complete"]


def test_old_tasks_go(database: Database) -> None:
    asked = a_task(database)
    Labour(database, ZONE).turn(clock.now())
    with database.writing() as session:
        task.sweep(session, before=clock.now() - timedelta(days=1))
    assert seen(database, asked)
    with database.writing() as session:
        task.sweep(session, before=clock.now() + timedelta(days=1))
    with database.reading() as session:
        assert task.find(session, "stool", asked.id or 0) is None
