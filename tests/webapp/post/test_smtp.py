"""Whatever a mail server does, a letter that it took is not brought again, and one that it did not take is."""

import ssl
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.webapp.post.office import LETTER, SENDER, PostOffice, kept, put
from webapp import clock, courier, outbox, worker
from webapp.courier import SmtpCourier
from webapp.database import Database

HERE = Path(__file__).parent
CERTIFICATE = str(HERE / "server.crt")
LATER = timedelta(minutes=2)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for no answer longer than a moment."""
    monkeypatch.setattr(courier, "ANSWER", 2)
    monkeypatch.setattr(courier, "LAST_ANSWER", 2)


def bring(database: Database, office: PostOffice, later: timedelta = timedelta(), address: str = "") -> bool:
    return worker.deliver(database, SmtpCourier(address or office.address, SENDER), clock.now() + later)


@on_both_databases
def test_a_letter_arrives_with_both_its_forms(database: Database, post_office: PostOffice) -> None:
    put(database)
    assert bring(database, post_office)
    assert not bring(database, post_office)
    (message,) = post_office.taken
    assert message["Subject"] == LETTER.subject
    assert message["Content-Language"] == "ru"
    assert message["To"].addresses[0].addr_spec == "anna@example.com"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "Спасибо."
    assert "<p>Спасибо.</p>" in html.get_content()
    assert kept(database).sent_at is not None


@on_both_databases
@pytest.mark.parametrize("where", ["to_recipient", "to_letter"])
def test_a_busy_server_is_asked_again_later_with_the_same_message(
    database: Database, post_office: PostOffice, where: str
) -> None:
    setattr(post_office, where, "451 try later")
    put(database)
    before = kept(database).message_id
    at = clock.now()
    assert bring(database, post_office)
    waiting = kept(database)
    assert (waiting.tries, waiting.trouble) == (1, "451 try later")
    assert waiting.due_at > at
    assert not bring(database, post_office)  # not due yet
    setattr(post_office, where, "250 OK")
    assert bring(database, post_office, LATER)
    assert post_office.message_ids == [f"<{before}@lekalo.example>"]
    assert kept(database).trouble == ""


@pytest.mark.parametrize("where", ["to_recipient", "to_letter"])
def test_what_a_server_will_never_take_is_given_up_at_once(
    database: Database, post_office: PostOffice, where: str
) -> None:
    setattr(post_office, where, "550 no such user")
    put(database)
    bring(database, post_office)
    assert kept(database).given_up_at is not None
    assert kept(database).trouble == "550 no such user"


def test_an_address_that_the_server_cannot_read_is_given_up_at_once(
    database: Database, post_office: PostOffice
) -> None:
    post_office.shut()
    post_office.open(enable_SMTPUTF8=False)
    put(database, LETTER._replace(to="анна@example.com"))
    bring(database, post_office)
    assert kept(database).given_up_at is not None


def test_nowhere_is_tried_for_days_and_given_up_in_the_end(database: Database) -> None:
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
        assert outbox.count(session, outbox.State.GIVEN_UP) == 1


@on_both_databases
def test_a_server_that_is_shut_and_opened_again_gets_every_letter_once(
    database: Database, post_office: PostOffice
) -> None:
    for _ in range(3):
        put(database)
    assert bring(database, post_office)
    post_office.shut()
    assert bring(database, post_office)
    assert bring(database, post_office)
    assert "ConnectionRefusedError" in kept(database, 2).trouble
    post_office.open()
    assert bring(database, post_office, LATER)
    assert bring(database, post_office, LATER)
    assert not bring(database, post_office, LATER)
    assert len(post_office.taken) == len(set(post_office.message_ids)) == 3


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("where", ["RCPT", "DATA"])
def test_a_server_that_hangs_holds_a_letter_up_and_loses_none(
    database: Database, post_office: PostOffice, where: str
) -> None:
    post_office.hangs_at = where
    put(database)
    begun = time.monotonic()
    assert bring(database, post_office)
    assert time.monotonic() - begun < 40
    assert "TimeoutError" in kept(database).trouble or "timed out" in kept(database).trouble
    post_office.shut()
    post_office.taken.clear()  # what was in its hands when it was shut
    post_office.open()
    assert bring(database, post_office, LATER)
    assert len(post_office.taken) == 1


def test_a_server_may_think_about_a_letter_for_longer_than_about_the_rest(
    database: Database, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "ANSWER", 0.5)
    post_office.answers_after = 1.5
    put(database)
    assert bring(database, post_office)
    assert not bring(database, post_office, LATER)
    assert len(post_office.taken) == 1


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("goodbye", ["421 leaving", "500 what", "hangs"])
def test_a_letter_that_was_taken_is_sent_however_rudely_the_server_parts(
    database: Database, post_office: PostOffice, goodbye: str
) -> None:
    post_office.to_goodbye = goodbye
    post_office.hangs_at = "QUIT" if goodbye == "hangs" else ""
    put(database)
    assert bring(database, post_office)
    assert kept(database).sent_at is not None
    assert not bring(database, post_office, LATER)
    assert len(post_office.taken) == 1


def test_a_server_that_hangs_up_before_it_took_the_letter_gets_it_again(
    database: Database, post_office: PostOffice
) -> None:
    post_office.to_letter = "451 forgotten"
    post_office.drops = lambda: post_office.to_letter.startswith("451")
    put(database)
    bring(database, post_office)
    assert "SMTPServerDisconnected" in kept(database).trouble
    post_office.to_letter = "250 OK"
    assert bring(database, post_office, LATER)
    assert len(post_office.taken) == 1


def test_only_a_server_that_takes_a_letter_and_never_says_so_gets_it_twice(
    database: Database, post_office: PostOffice
) -> None:
    """No sender can tell whether it was taken; the same Message-ID lets mail programs show it once."""
    post_office.drops = lambda: len(post_office.taken) == 1
    put(database)
    bring(database, post_office)
    assert "SMTPServerDisconnected" in kept(database).trouble
    assert bring(database, post_office, LATER)
    first, second = post_office.message_ids
    assert first == second


def encrypted() -> ssl.SSLContext:
    """What the server shows to prove who it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, HERE / "server.key")
    return context


def test_a_letter_and_our_password_go_through_tls(
    database: Database, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    post_office.shut()
    post_office.open(
        tls_context=encrypted(),
        require_starttls=True,
        authenticator=post_office.authenticate,
        auth_required=True,
    )
    put(database)
    with_password = post_office.address.replace("//", "//shop:right@")
    assert bring(database, post_office, address=with_password)
    assert len(post_office.taken) == 1
    assert post_office.passwords == [(b"shop", b"right")]
    put(database)
    bring(database, post_office, address=post_office.address.replace("//", "//shop:wrong@"))
    assert "535" in kept(database, 2).trouble
    assert kept(database, 2).given_up_at is None  # the settings are wrong, not the letter


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    database: Database, post_office: PostOffice
) -> None:
    post_office.shut()
    post_office.open(
        tls_context=encrypted(),
        require_starttls=True,
        authenticator=post_office.authenticate,
        auth_required=True,
    )
    put(database)
    bring(database, post_office, address=post_office.address.replace("//", "//shop:right@"))
    assert "CERTIFICATE_VERIFY_FAILED" in kept(database).trouble
    assert kept(database).given_up_at is None
    assert (post_office.taken, post_office.passwords) == ([], [])


def test_without_encryption_our_password_stays_here(
    database: Database, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "HERE", ())
    post_office.shut()
    post_office.open(authenticator=post_office.authenticate, auth_require_tls=False)
    put(database)
    bring(database, post_office, address=post_office.address.replace("//", "//shop:right@"))
    assert "no encryption" in kept(database).trouble
    assert (post_office.taken, post_office.passwords) == ([], [])


def test_a_server_that_refuses_tls_after_offering_it_is_asked_again(
    database: Database, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(server: object, _argument: str) -> None:
        await server.push("454 TLS not available")  # type: ignore[attr-defined]

    post_office.shut()
    post_office.open(tls_context=encrypted())
    monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_STARTTLS", refuse)
    put(database)
    bring(database, post_office)
    assert kept(database).trouble == "454 TLS not available"
    assert kept(database).given_up_at is None
    assert post_office.taken == []


def test_smtps_is_encrypted_from_the_first_word(
    database: Database, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    post_office.shut()
    post_office.open(ssl_context=encrypted())
    put(database)
    assert bring(database, post_office, address=post_office.address.replace("smtp:", "smtps:"))
    assert len(post_office.taken) == 1
