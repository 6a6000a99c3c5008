"""Answers to our letters become messages of their threads, each once, whatever arrives and whoever is killed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.post.imap_office import CERTIFICATE, ImapOffice
from tests.webapp.relations.talking import a_thread, ours
from webapp import courier, mail_worker, outbox
from webapp.database import Database
from webapp.mail_worker import MailWorker
from webapp.outbox import Letter
from webapp.relations.talk import message, message_picture, postbox, talk
from webapp.relations.talk import thread as threads
from webapp.relations.talk.incoming_mail import Fate, IncomingMail
from webapp.relations.talk.mail_room import MOST_OF_A_THREAD
from webapp.relations.talk.message import By, Message
from webapp.relations.talk.received_letter import Nature, ReceivedLetter
from webapp.relations.talk.reply_address import addressed, reply_address
from webapp.relations.talk.thread import Thread
from webapp.settings import Settings, SettingsError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MAILBOX, SECRET = "talk@lekalo.example", "a secret of these tests"
ANNA = "anna@example.com"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    place = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    return place


@pytest.fixture(params=[True, False], ids=["imaps", "starttls"])
def office(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapOffice]:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    opened = ImapOffice()
    opened.open(encrypted=request.param)
    yield opened
    opened.shut()


def reader(url: str, tmp_path: Path) -> MailWorker:
    return MailWorker(
        Settings(instance=tmp_path, secret_key=SECRET, mailbox_url=url, mailbox_address=MAILBOX)
    )


def of_folder(maildir: Path) -> MailWorker:
    return reader(f"maildir://{maildir}", maildir)


def opened(database: Database, email: str = ANNA) -> Thread:
    """A thread that somebody began and a colleague answered."""
    with database.writing() as session:
        thread = a_thread(session, name="Anna", email=email)
        talk.say(session, thread, ours(), at=NOW)
    return thread


def written(
    text: str = "Yes, please", *, to: str = MAILBOX, sender: str = f"Anna <{ANNA}>", **headers: str
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: A question"
    made["Message-ID"] = headers.pop("message_id", "<1@example.com>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def deliver(maildir: Path, letter: EmailMessage | bytes, name: str = "1.letter") -> None:
    raw = letter if isinstance(letter, bytes) else letter.as_bytes()
    (maildir / "new" / name).write_bytes(raw)


def to(thread: Thread) -> str:
    return reply_address(thread, MAILBOX, SECRET)


def said(database: Database, thread: Thread) -> list[Message]:
    """What came by mail."""
    with database.reading() as session:
        return [each for each in message.of(session, thread.id or 0) if each.channel == "mail"]


def noted(database: Database) -> list[IncomingMail]:
    with database.reading() as session:
        return list(session.exec(select(IncomingMail).order_by(col(IncomingMail.id))))


def flags(maildir: Path) -> list[str]:
    assert not list((maildir / "new").iterdir())
    return sorted(file.name.partition(":2,")[2] for file in (maildir / "cur").iterdir())


@on_both_databases
def test_an_answer_becomes_a_message_of_its_thread_once(database: Database, maildir: Path) -> None:
    thread, read = opened(database), of_folder(maildir)
    deliver(
        maildir,
        written("Да, беру\n\nOn 23 Nov 2026, at 14:40, Lekalo <a@b.example> wrote:\n> Hello", to=to(thread)),
    )
    read(database, NOW + timedelta(hours=1))
    [one] = said(database, thread)
    assert (one.text, one.by, one.name) == ("Да, беру", By.GUEST, "Anna")
    [letter] = noted(database)
    assert (letter.fate, letter.message_id, letter.is_foreign) == (Fate.SAID, one.id, False)
    assert "> Hello" in letter.words, "what is not shown is not lost"
    with database.reading() as session:
        waiting = threads.by_id(session, thread.id or 0)
        assert waiting
        assert waiting.awaiting_since == NOW + timedelta(hours=1)
        assert waiting.promised_by
    assert flags(maildir) == ["S"]
    deliver(maildir, written(to=to(thread)), "2.again")  # the same Message-ID, brought twice
    read(database, NOW + timedelta(hours=2))
    assert len(said(database, thread)) == len(noted(database)) == 1


@on_both_databases
def test_who_is_killed_before_a_letter_is_marked_reads_it_again_and_says_it_once(
    database: Database, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = opened(database)
    deliver(maildir, written(to=to(thread)))
    with monkeypatch.context() as killed:
        killed.setattr(postbox.OpenMaildir, "done", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            of_folder(maildir)(database, NOW)
    assert len(list((maildir / "new").iterdir())) == 1
    of_folder(maildir)(database, NOW)
    assert len(said(database, thread)) == 1
    assert flags(maildir) == ["S"]


def test_two_readers_of_one_letter_say_it_once(
    database: Database, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, read = opened(database), of_folder(maildir)
    deliver(maildir, written(to=to(thread)))
    look, looks = mail_worker.contents, list[int]()

    def meanwhile(letter: object) -> object:
        if not looks:
            looks.append(1)
            of_folder(maildir)(database, NOW)  # the other is faster
        return look(letter)  # type: ignore[arg-type]

    monkeypatch.setattr(mail_worker, "contents", meanwhile)
    read(database, NOW)
    assert len(said(database, thread)) == len(noted(database)) == 1
    assert flags(maildir) == ["S"]


def test_whoever_was_forwarded_the_letter_is_shown_as_who_they_are(database: Database, maildir: Path) -> None:
    thread = opened(database)
    deliver(maildir, written("I am her brother", to=to(thread), sender="Boris <BORIS@example.org>"))
    of_folder(maildir)(database, NOW)
    [one], [letter] = said(database, thread), noted(database)
    assert (one.by, one.name) == (By.GUEST, "")
    assert (letter.is_foreign, letter.sender) == (True, "boris@example.org")


@pytest.mark.parametrize(
    ("letter", "fate", "marks"),
    [
        (written(to="talk+1-aaaaaaaaaaaaaaaa@lekalo.example"), Fate.ASTRAY, "FS"),
        (written(to="somebody@else.example"), Fate.ASTRAY, "FS"),
        (written(sender="nobody", to=MAILBOX), Fate.ASTRAY, "FS"),
        (written(Auto_Submitted="auto-replied"), Fate.AUTOMATIC, "S"),
        (written(Precedence="bulk"), Fate.AUTOMATIC, "S"),
        (written(sender="shop@lekalo.example"), Fate.OWN, "S"),
        (written(sender=f"Talk <{MAILBOX.upper()}>"), Fate.OWN, "S"),
        (written(sender="MAILER-DAEMON@example.com"), Fate.BOUNCE, "FS"),
        (b"\xff\xfe\x00", Fate.ASTRAY, "FS"),
        (b"", Fate.ASTRAY, "FS"),
    ],
)
def test_what_belongs_to_no_thread_says_nothing_and_is_noted(
    database: Database, maildir: Path, letter: EmailMessage | bytes, fate: Fate, marks: str
) -> None:
    thread = opened(database)
    deliver(maildir, letter)
    of_folder(maildir)(database, NOW)
    assert not said(database, thread)
    [one] = noted(database)
    assert (one.fate, one.message_id) == (fate, None)
    assert flags(maildir) == [marks], "what a person should look at is flagged in the mailbox"


def test_a_machine_that_answers_a_thread_starts_no_clock(database: Database, maildir: Path) -> None:
    thread = opened(database)
    deliver(maildir, written("I am away", to=to(thread), Auto_Submitted="auto-replied"))
    of_folder(maildir)(database, NOW)
    assert noted(database)[0].thread_id == thread.id
    with database.reading() as session:
        found = threads.by_id(session, thread.id or 0)
        assert found
        assert found.awaiting_since is None


def test_two_machines_do_not_talk_for_long(database: Database, maildir: Path) -> None:
    thread, read = opened(database), of_folder(maildir)
    for number in range(MOST_OF_A_THREAD + 2):
        deliver(maildir, written(to=to(thread), message_id=f"<{number}@example.com>"), f"{number:03}.letter")
    read(database, NOW)
    read(database, NOW)
    assert len(said(database, thread)) == MOST_OF_A_THREAD
    assert [each.fate for each in noted(database)[-2:]] == [Fate.TOO_MANY] * 2


@on_both_databases
def test_whoever_writes_anew_opens_a_thread_as_a_guest(database: Database, maildir: Path) -> None:
    letter = written("Здравствуйте! Делаете ли вы тандемы?", to=f"Lekalo <{MAILBOX}>")
    letter.replace_header("Subject", "Тандем")
    deliver(maildir, letter)
    of_folder(maildir)(database, NOW)
    with database.reading() as session:
        [thread] = session.exec(select(Thread)).all()
    assert (thread.title, thread.name, thread.email) == ("Тандем", "Anna", ANNA)
    assert (thread.language, thread.owner, thread.customer_id) == ("ru", None, None)
    assert thread.promised_by
    assert noted(database)[0].fate == Fate.OPENED


def a_picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    return made.getvalue()


def test_pictures_are_taken_in_and_all_else_is_named_alone(database: Database, maildir: Path) -> None:
    thread, letter = opened(database), written(to="")
    letter.replace_header("To", to(thread))
    letter.add_attachment(a_picture(), maintype="image", subtype="png", filename="frame.png")
    letter.add_attachment(b"MZ", maintype="image", subtype="png", filename="virus.png")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    deliver(maildir, letter)
    of_folder(maildir)(database, NOW)
    [one], [mail] = said(database, thread), noted(database)
    with database.reading() as session:
        [picture] = message_picture.of(session, [one.id or 0])[one.id or 0]
    assert (picture.name, picture.kind, picture.width) == ("frame.png", "image/webp", 40)
    assert mail.left_out == ["virus.png", "plan.pdf"]


def test_of_a_huge_letter_the_words_are_read(
    database: Database, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postbox, "LARGEST", 20_000)
    monkeypatch.setattr(postbox, "BEGINNING", 4_000)
    thread, letter = opened(database), written("See the plan", to="")
    letter.replace_header("To", to(thread))
    letter.add_attachment(b"x" * 60_000, maintype="application", subtype="pdf", filename="plan.pdf")
    deliver(maildir, letter)
    of_folder(maildir)(database, NOW)
    assert said(database, thread)[0].text == "See the plan"
    assert (noted(database)[0].is_cut, noted(database)[0].left_out) == (True, ["plan.pdf"])


def test_an_answer_finds_its_thread_without_its_address_by_the_letter_that_it_answers(
    database: Database, maildir: Path
) -> None:
    thread = opened(database)
    with database.writing() as session:
        sent = outbox.put(
            session, Letter(ANNA, "en", "We answered", "Hi", "<p>Hi</p>", reply_to=to(thread)), at=NOW
        )
        message_id = f"<{sent.message_id}@lekalo.example>"
    deliver(maildir, written(In_Reply_To=message_id))
    bounce = "From: MAILER-DAEMON@example.com\nMessage-ID: <2@x>\nContent-Type: text/rfc822-headers"
    deliver(maildir, f"{bounce}\n\nMessage-ID: {message_id}".encode(), "2.bounce")
    of_folder(maildir)(database, NOW)
    assert len(said(database, thread)) == 1
    assert [(each.fate, each.thread_id) for each in noted(database)] == [
        (Fate.SAID, thread.id),
        (Fate.BOUNCE, thread.id),
    ]


def test_a_key_opens_one_thread_whatever_a_mail_server_makes_of_its_letters(database: Database) -> None:
    one, other = opened(database), opened(database)
    with database.reading() as session:
        for address in (to(one), to(one).upper(), f'"x" <{to(one)}>, a@b.example'):
            found = addressed(session, address, MAILBOX, SECRET)
            assert found
            assert found.id == one.id
        number, _, signature = to(one).partition("+")[2].partition("@")[0].partition("-")
        for wrong in (
            f"{other.id}-{signature}",
            f"{number}-{signature[:-1]}",
            f"{number}-{'a' * 16}",
            "9999999-" + signature,
        ):
            assert addressed(session, f"talk+{wrong}@lekalo.example", MAILBOX, SECRET) is None
        assert addressed(session, to(one), MAILBOX, "another secret") is None
    assert len(to(one).partition("@")[0]) <= 64
    assert reply_address(one, "", SECRET) == ""


def test_a_mailbox_on_a_server_is_read_and_marked(
    database: Database, office: ImapOffice, tmp_path: Path
) -> None:
    thread, read = opened(database), reader(office.url, tmp_path)
    said_number = office.take(written(to=to(thread)).as_bytes())
    astray = office.take(written(to="x@else.example", message_id="<2@example.com>").as_bytes())
    read(database, NOW)
    assert [each.text for each in said(database, thread)] == ["Yes, please"]
    assert office.letters[said_number].flags == {"\\Seen"}
    assert office.letters[astray].flags == {"\\Seen", "\\Flagged"}
    assert office.said[-1] == "LOGOUT"
    begun = len(office.said)
    read(database, NOW)
    assert not [each for each in office.said[begun:] if "FETCH" in each]


def test_a_server_that_breaks_off_loses_nothing_and_is_left_alone_for_a_while(
    database: Database, office: ImapOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postbox, "ANSWER", 0.5)
    thread, read = opened(database), reader(office.url, tmp_path)
    office.take(written(to=to(thread)).as_bytes())
    office.drops_at = "UID STORE"
    read(database, NOW)
    assert len(said(database, thread)) == 1
    office.drops_at, office.hangs_at = "", "UID SEARCH"
    read(database, NOW + timedelta(minutes=2))
    office.hangs_at = ""
    begun = len(office.said)
    read(database, NOW + timedelta(minutes=3))
    assert len(office.said) == begun, "not before five minutes have passed"
    read(database, NOW + timedelta(minutes=8))
    assert office.letters[7].flags == {"\\Seen"}
    assert len(said(database, thread)) == 1


def test_of_a_huge_letter_a_server_is_asked_for_the_beginning_alone(
    database: Database, office: ImapOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postbox, "LARGEST", 2_000)
    monkeypatch.setattr(postbox, "BEGINNING", 1_000)
    thread = opened(database)
    office.take(written("Hello\n" + "x" * 3_000, to=to(thread)).as_bytes())
    reader(office.url, tmp_path)(database, NOW)
    assert "UID FETCH 7 (BODY.PEEK[]<0.1000>)" in office.said
    assert said(database, thread)[0].text.startswith("Hello")


def test_a_password_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = ImapOffice()
    opened.starttls = False
    opened.open(encrypted=False)
    monkeypatch.setattr(postbox, "HERE", ())
    with pytest.raises(postbox.PostboxError, match="no encryption"), postbox.postbox(opened.url).open():
        pass
    assert "LOGIN" not in opened.said
    opened.shut()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("imaps://u:p@host", ""),
        ("", MAILBOX),
        ("pop3://u:p@host", MAILBOX),
        ("imaps://host", MAILBOX),
        ("imaps://u:p/q@host:x", MAILBOX),
        ("maildir://folder", MAILBOX),
        ("maildir:///folder", "talk"),
        ("maildir:///folder", "Talk <talk@lekalo.example>"),
        ("maildir:///folder", "talk+more@lekalo.example"),
    ],
)
def test_settings_of_a_mailbox_that_cannot_be_are_refused(tmp_path: Path, url: str, address: str) -> None:
    with pytest.raises(SettingsError, match="LEKALO_MAILBOX"):
        Settings(instance=tmp_path, mailbox_url=url, mailbox_address=address)


def test_our_letters_name_the_address_that_leads_back_to_their_thread(
    database: Database, tmp_path: Path
) -> None:
    thread = opened(database)
    with database.writing() as session:
        made = Letter(ANNA, "en", "We answered", "Hi", "<p>Hi</p>", reply_to=to(thread))
        letter = outbox.put(session, made, at=NOW)
        message = courier.written(letter, "Lekalo <shop@lekalo.example>")
    assert message["Reply-To"] == to(thread)
    assert ReceivedLetter(message.as_bytes()).nature is Nature.AUTOMATIC, (
        "who answers machines does not answer us"
    )
