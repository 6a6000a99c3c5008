"""A letter leaves once, if and only if its cause is kept, however often the post fails."""

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from tests.databases import on_both_databases
from webapp import clock, mail, outbox, worker
from webapp.courier import FolderCourier, SmtpCourier, courier, written
from webapp.database import Database
from webapp.outbox import Letter, OutboxLetter
from webapp.settings import Settings

LETTER = Letter("Анна <anna@example.com>", "ru", "Заказ принят: 1 284,00 €", "Спасибо.\n", "<p>Спасибо.</p>")
SENDER = "Lekalo <shop@lekalo.example>"


class PostOffice:
    """A mail server that keeps what it takes and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to_recipient = "250 OK"
        self.to_letter = "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.to_letter.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.to_letter


@pytest.fixture
def post_office() -> Iterator[tuple[PostOffice, str]]:
    office = PostOffice()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(office, hostname="127.0.0.1", port=port)
    server.start()
    yield office, f"smtp://127.0.0.1:{port}"
    server.stop()


def put(database: Database, letter: Letter = LETTER, at: datetime | None = None) -> None:
    with database.writing() as session:
        outbox.put(session, letter, at=at or clock.now())


def kept(database: Database) -> OutboxLetter:
    with database.reading() as session:
        letter = session.get(OutboxLetter, 1)
        assert letter is not None
        session.expunge(letter)
        return letter


@on_both_databases
def test_a_letter_arrives_with_both_its_forms(
    database: Database, post_office: tuple[PostOffice, str]
) -> None:
    office, address = post_office
    put(database)
    assert worker.deliver(database, SmtpCourier(address, SENDER), clock.now()) == 1
    assert worker.deliver(database, SmtpCourier(address, SENDER), clock.now()) == 0
    (message,) = office.taken
    assert message["Subject"] == LETTER.subject
    assert message["To"].addresses[0].addr_spec == "anna@example.com"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "Спасибо."
    assert "<p>Спасибо.</p>" in html.get_content()
    assert kept(database).sent_at is not None


@on_both_databases
def test_a_letter_whose_cause_failed_never_leaves(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        outbox.put(session, LETTER, at=clock.now())
        raise ZeroDivisionError
    assert worker.deliver(database, FolderCourier(tmp_path / "mail", SENDER), clock.now()) == 0


@on_both_databases
def test_a_busy_server_is_asked_again_later_with_the_same_message(
    database: Database, post_office: tuple[PostOffice, str]
) -> None:
    office, address = post_office
    carrier = SmtpCourier(address, SENDER)
    office.to_letter = "451 try later"
    put(database)
    before = kept(database).message_id
    at = clock.now()
    assert worker.deliver(database, carrier, at) == 1
    waiting = kept(database)
    assert waiting.tries == 1
    assert "451" in waiting.trouble
    assert waiting.due_at > at
    assert worker.deliver(database, carrier, at) == 0  # not due yet
    office.to_letter = "250 OK"
    assert worker.deliver(database, carrier, at + timedelta(minutes=2)) == 1
    assert office.taken[0]["Message-ID"] == f"<{before}@lekalo.example>"
    assert kept(database).trouble == ""


def test_a_server_that_never_answers_is_given_up_in_the_end(database: Database) -> None:
    nowhere = SmtpCourier("smtp://127.0.0.1:9", SENDER)
    at = clock.now()
    put(database, at=at)
    for _ in range(20):
        worker.deliver(database, nowhere, at)
        at += timedelta(days=2)
    letter = kept(database)
    assert letter.given_up_at is not None
    assert letter.tries == len(outbox.PATIENCE) + 1
    with database.reading() as session:
        assert [dead.id for dead in outbox.given_up(session)] == [letter.id]


def test_an_unknown_recipient_is_given_up_at_once(
    database: Database, post_office: tuple[PostOffice, str]
) -> None:
    office, address = post_office
    office.to_recipient = "550 no such user"
    put(database)
    worker.deliver(database, SmtpCourier(address, SENDER), clock.now())
    assert kept(database).given_up_at is not None


def test_one_bad_letter_does_not_hold_up_the_others(database: Database, tmp_path: Path) -> None:
    put(database, LETTER._replace(to="a@example.com\nBcc: everyone@example.com"))
    put(database)
    assert worker.deliver(database, FolderCourier(tmp_path / "mail", SENDER), clock.now()) == 2
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    assert kept(database).given_up_at is not None


@on_both_databases
def test_two_workers_never_take_the_same_letter(database: Database) -> None:
    for _ in range(outbox.BATCH + 3):
        put(database)
    at = clock.now()
    with database.writing() as session:
        first = {letter.id for letter in outbox.claim(session, at=at)}
    with database.writing() as session:
        second = {letter.id for letter in outbox.claim(session, at=at)}
    assert (len(first), len(second), first & second) == (outbox.BATCH, 3, set())


@on_both_databases
def test_what_a_dead_worker_held_is_taken_up_by_another(database: Database, tmp_path: Path) -> None:
    put(database)
    at = clock.now()
    with database.writing() as session:
        outbox.claim(session, at=at)  # and this worker is killed here
    carrier = FolderCourier(tmp_path / "mail", SENDER)
    assert worker.deliver(database, carrier, at) == 0
    assert worker.deliver(database, carrier, at + outbox.LOCK + timedelta(seconds=1)) == 1


def test_a_slow_server_never_holds_letters_longer_than_they_are_ours(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(FolderCourier):
        def carry(self, letter: OutboxLetter) -> None:
            super().carry(letter)
            passed.append(outbox.LOCK.total_seconds() / 3)

    passed: list[float] = []
    monkeypatch.setattr(worker.time, "monotonic", lambda: sum(passed))
    at = clock.now()
    for _ in range(3):
        put(database, at=at)
    slow = Slow(tmp_path / "mail", SENDER)
    worker.deliver(database, slow, at)
    assert len(passed) == 2
    worker.deliver(database, slow, at + outbox.LOCK + timedelta(seconds=1))
    assert len(passed) == 3


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


def test_a_letter_is_written_in_its_readers_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        russian, english = mail.trial("a@example.com", "ru"), mail.trial("a@example.com", "en")
    assert english.subject == "A trial letter from Lekalo"
    assert russian.subject == "Пробное письмо от Лекало"
    assert 'lang="ru"' in russian.html


def test_links_in_letters_name_the_site_and_not_who_asked(new_app: Callable[..., Flask]) -> None:
    app = new_app(site_url="https://shop.example/made")
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert mail.link("health.alive") == "https://shop.example/made/healthz"


def test_the_settings_choose_the_courier(tmp_path: Path) -> None:
    assert isinstance(courier(Settings(instance=tmp_path)), FolderCourier)
    assert isinstance(courier(Settings(instance=tmp_path, smtp_url="smtp://localhost")), SmtpCourier)
