"""A letter leaves if and only if its cause is kept, and is kept itself for a month."""

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.post.office import LETTER, SENDER, PostOffice, kept, put
from webapp import clock, outbox, worker
from webapp.courier import FolderCourier, SmtpCourier, courier, written
from webapp.database import Database
from webapp.outbox import LetterTry, NotNow, OutboxLetter, State
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


@on_both_databases
def test_a_key_to_an_account_is_forgotten_once_it_is_sent(
    database: Database, post_office: PostOffice, tmp_path: Path
) -> None:
    """Without a mail server the same words lie in a folder anyway."""
    for _ in range(2):
        put(database, LETTER._replace(secret=True))
    put(database)
    assert worker.deliver(database, FolderCourier(tmp_path / "mail", SENDER), clock.now())
    post = SmtpCourier(post_office.address, SENDER)
    assert worker.deliver(database, post, clock.now())
    assert worker.deliver(database, post, clock.now())
    body = post_office.taken[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == LETTER.text.strip()
    letters = [kept(database, number) for number in (1, 2, 3)]
    assert [bool(letter.text) for letter in letters] == [True, False, True]
    assert [bool(letter.html) for letter in letters] == [True, False, True]


@on_both_databases
def test_every_try_is_kept_and_goes_with_its_letter(database: Database, tmp_path: Path) -> None:
    at = clock.now()
    put(database, at=at)
    for trouble in ("451 busy", "452 full"):
        with database.writing() as session:
            outbox.failed(session, 1, trouble, for_good=False, at=at)
    with database.writing() as session:
        outbox.sent(session, 1, at=at)
    with database.reading() as session:
        letter = session.get_one(OutboxLetter, 1)
        assert [each.trouble for each in outbox.tries(session, letter)] == ["", "452 full", "451 busy"]
    worker.sweep(database, at + timedelta(days=31))
    with database.reading() as session:
        assert session.exec(select(LetterTry)).all() == []


@on_both_databases
def test_a_dead_letter_that_is_sent_again_keeps_its_message_id_and_gets_all_its_tries(
    database: Database, post_office: PostOffice
) -> None:
    at = clock.now()
    put(database, at=at)
    before = kept(database).message_id
    with database.writing() as session:
        with pytest.raises(NotNow):
            outbox.send_again(session, session.get_one(OutboxLetter, 1), at=at)
        outbox.failed(session, 1, "550 no such user", for_good=True, at=at)
        outbox.send_again(session, session.get_one(OutboxLetter, 1), at=at)
    assert kept(database).tries == 0
    assert worker.deliver(database, SmtpCourier(post_office.address, SENDER), at)
    assert post_office.message_ids == [f"<{before}@lekalo.example>"]
    with database.writing() as session, pytest.raises(NotNow):
        outbox.send_again(session, session.get_one(OutboxLetter, 1), at=at)


@on_both_databases
def test_the_database_sees_the_state_that_a_letter_is_in(database: Database) -> None:
    at = clock.now()
    for subject in ("waits", "left", "stuck", "left late"):
        put(database, LETTER._replace(subject=subject, to=f"{subject[:4]}@example.com"))
    with database.writing() as session:
        outbox.sent(session, 2, at=at)
        outbox.failed(session, 3, "550", for_good=True, at=at)
        outbox.failed(session, 4, "550", for_good=True, at=at)
        outbox.sent(session, 4, at=at)
    with database.reading() as session:
        for state in State:
            found = outbox.latest(session, state=state)
            assert {letter.state for letter in found} == {state}
            assert outbox.count(session, state) == len(found)
        assert [letter.id for letter in outbox.latest(session, words="LEFT")] == [4, 2]
        assert [letter.id for letter in outbox.latest(session, words="stuc@")] == [3]
        assert [letter.id for letter in outbox.latest(session, words="%")] == []
        assert [letter.id for letter in outbox.latest(session, before=4, limit=2)] == [3, 2]
