"""A letter leaves if and only if its cause is kept, and is kept itself for a month."""

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.webapp.post.office import LETTER, SENDER, kept, put
from webapp import clock, outbox, worker
from webapp.courier import FolderCourier, SmtpCourier, courier, written
from webapp.database import Database
from webapp.outbox import OutboxLetter
from webapp.settings import Settings


@on_both_databases
def test_a_letter_whose_cause_failed_never_leaves(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        outbox.put(session, LETTER, at=clock.now())
        raise ZeroDivisionError
    assert not worker.deliver(database, FolderCourier(tmp_path / "mail", SENDER), clock.now())


@on_both_databases
def test_no_two_claims_get_the_same_letter(database: Database) -> None:
    for _ in range(2):
        put(database)
    at, claimed = clock.now(), list[int | None]()
    for _ in range(3):
        with database.writing() as session:
            letter = outbox.claim(session, at=at)
            claimed.append(letter.id if letter else None)
    assert claimed == [1, 2, None]


def test_without_a_server_letters_are_files_that_are_written_once(database: Database, tmp_path: Path) -> None:
    put(database)
    letter = kept(database)
    carrier = FolderCourier(tmp_path / "mail", SENDER)
    carrier.carry(letter)
    carrier.carry(letter)  # as after a crash before it was noted as sent
    (place,) = (tmp_path / "mail").iterdir()
    message = email.message_from_bytes(place.read_bytes(), policy=email.policy.default)
    assert message["Message-ID"] == written(letter, SENDER)["Message-ID"]


def test_old_letters_are_dropped_and_waiting_ones_stay(database: Database, tmp_path: Path) -> None:
    long_ago = clock.now() - timedelta(days=90)
    put(database, at=long_ago)
    worker.deliver(database, FolderCourier(tmp_path, SENDER), long_ago)
    put(database)
    worker.sweep(database, clock.now() + timedelta(days=31))
    with database.reading() as session:
        assert session.get(OutboxLetter, 1) is None
        assert session.get(OutboxLetter, 2) is not None


def test_a_letter_that_nobody_took_is_dropped_too(database: Database, tmp_path: Path) -> None:
    long_ago = clock.now() - timedelta(days=90)
    put(database, LETTER._replace(to="a@example.com\nBcc: everyone@example.com"), at=long_ago)
    worker.deliver(database, FolderCourier(tmp_path, SENDER), long_ago)
    assert kept(database).given_up_at is not None
    worker.sweep(database, clock.now() + timedelta(days=31))
    with database.reading() as session:
        assert session.get(OutboxLetter, 1) is None


def test_the_settings_choose_the_courier(tmp_path: Path) -> None:
    assert isinstance(courier(Settings(instance=tmp_path)), FolderCourier)
    assert isinstance(courier(Settings(instance=tmp_path, smtp_url="smtp://localhost")), SmtpCourier)
