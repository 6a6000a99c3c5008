"""Workers come in any number, and may be killed at any moment."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from tests.databases import on_both_databases
from tests.webapp.post.office import LETTER, SENDER, PostOffice, kept, put
from webapp import clock, outbox, worker
from webapp.courier import FolderCourier, SmtpCourier
from webapp.database import Database
from webapp.settings import Settings
from webapp.worker import Job, Worker

ROOT = Path(__file__).resolve().parents[3]


@on_both_databases
def test_two_workers_at_once_send_every_letter_once(database: Database, post_office: PostOffice) -> None:
    for _ in range(24):
        put(database)
    at = clock.now()

    def work() -> None:
        own = Database(database.url)  # as another process has it
        while worker.deliver(own, SmtpCourier(post_office.address, SENDER), at):
            pass
        own.engine.dispose()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while worker.deliver(database, SmtpCourier(post_office.address, SENDER), at):
        pass  # what the two may have left to each other
    assert len(post_office.taken) == len(set(post_office.message_ids)) == 24


@on_both_databases
def test_a_killed_worker_loses_nothing_and_nothing_is_sent_twice(
    database: Database, post_office: PostOffice, tmp_path: Path
) -> None:
    for _ in range(6):
        put(database)
    post_office.hangs_at_letter = 3
    running = a_worker(database, post_office, tmp_path)
    wait_until(lambda: post_office.letters_begun == 3, running)
    running.kill()
    running.wait()
    post_office.shut()
    assert len(post_office.taken) == 2
    post_office.open()
    carrier, at = SmtpCourier(post_office.address, SENDER), clock.now()
    while worker.deliver(database, carrier, at):
        pass
    assert len(post_office.taken) == 5  # all but the one that the dead worker had in hand
    while worker.deliver(database, carrier, at + outbox.LOCK):
        pass
    assert len(post_office.taken) == len(set(post_office.message_ids)) == 6


def a_worker(database: Database, office: PostOffice, folder: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEKALO_")}
    environment |= {
        "LEKALO_INSTANCE": str(folder / "worker"),
        "LEKALO_DATABASE_URL": database.url,
        "LEKALO_SMTP_URL": office.address,
    }
    command = [sys.executable, "-m", "flask", "--app", "webapp", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def wait_until(is_so: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@on_both_databases
def test_what_a_dead_worker_held_is_taken_up_by_another(database: Database, tmp_path: Path) -> None:
    put(database)
    at = clock.now()
    with database.writing() as session:
        outbox.claim(session, at=at)  # and this worker is killed here
    carrier = FolderCourier(tmp_path / "mail", SENDER)
    assert not worker.deliver(database, carrier, at)
    assert worker.deliver(database, carrier, at + outbox.LOCK + timedelta(seconds=1))


def test_a_sent_letter_is_noted_as_soon_as_the_database_answers_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("", {}, Exception("locked"))] * 2
    note = outbox.sent

    def fails_twice(session: Session, number: int, **moment: object) -> None:
        if failures:
            raise failures.pop()
        note(session, number, **moment)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "sent", fails_twice)
    monkeypatch.setattr(worker, "PAUSES", (0.01, 0.01, 0.01))
    put(database)
    assert worker.deliver(database, FolderCourier(tmp_path / "mail", SENDER), clock.now())
    assert kept(database).sent_at is not None


def test_one_bad_letter_does_not_hold_up_the_others(database: Database, tmp_path: Path) -> None:
    put(database, LETTER._replace(to="a@example.com\nBcc: everyone@example.com"))
    put(database)
    carrier = FolderCourier(tmp_path / "mail", SENDER)
    assert worker.deliver(database, carrier, clock.now())
    assert worker.deliver(database, carrier, clock.now())
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    assert kept(database).given_up_at is not None


def test_a_job_that_fails_is_tried_again_soon_and_keeps_no_letter(database: Database, tmp_path: Path) -> None:
    def broken(_database: Database, at: datetime) -> None:
        tried.append(at)
        raise RuntimeError("something unforeseen")

    tried: list[datetime] = []
    put(database)
    loop = Worker(database, Settings(instance=tmp_path))
    loop.jobs = (Job(timedelta(days=1), broken),)
    at = clock.now()
    assert loop.turn(at)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    loop.turn(at + timedelta(seconds=59))
    loop.turn(at + timedelta(seconds=61))
    assert tried == [at, at + timedelta(seconds=61)]
