"""Who carries letters: an SMTP server, or a folder where there is none."""

import os
import smtplib
import socket
import ssl
import tempfile
from contextlib import suppress
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from webapp.outbox import OutboxLetter
from webapp.settings import Settings

# Seconds. All answers to one letter, and the way there, must fit into the lock that a worker holds on it.
ANSWER = 30
# For the answer to the letter itself, when it is the server's already: who hangs up earlier has it delivered twice
# (RFC 5321, 4.5.3.2.6).
LAST_ANSWER = 600
GO_ON = 354
HERE = ("localhost", "127.0.0.1", "::1")
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058


class Refused(Exception):
    """The letter will never be taken, however often it is tried."""


class Courier(Protocol):
    """Somebody who carries a letter away, or raises."""

    is_closed: bool  # whether nobody but its reader sees a letter under way

    def carry(self, letter: OutboxLetter) -> None: ...


def courier(settings: Settings) -> Courier:
    """The courier that the settings ask for."""
    if settings.smtp_url:
        return SmtpCourier(settings.smtp_url, settings.mail_from)
    return FolderCourier(folder(settings), settings.mail_from)


def folder(settings: Settings) -> Path:
    """Where letters go without a mail server."""
    return settings.instance / "mail"


class SmtpCourier:
    """Hands letters to a mail server."""

    is_closed = True

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender

    def carry(self, letter: OutboxLetter) -> None:
        message = written(letter, self.sender)
        server = self._connected()
        try:
            self._introduce(server)
            _hand_over(server, message)
            _part(server)
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        host = self.url.hostname or "localhost"
        if self.url.scheme == "smtps":
            return EncryptedServer(
                host, self.url.port or 465, timeout=ANSWER, context=ssl.create_default_context()
            )
        return Server(host, self.url.port or 25, timeout=ANSWER)

    def _introduce(self, server: smtplib.SMTP) -> None:
        """Agrees on encryption where the server has it, and says who we are."""
        server.ehlo_or_helo_if_needed()
        encrypted = self.url.scheme == "smtps"
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            encrypted = True
        if self.url.username:
            if not encrypted and self.url.hostname not in HERE:
                raise ConnectionError("the server offers no encryption, and our password is not sent without")
            server.login(unquote(self.url.username), unquote(self.url.password or ""))


class Patient:
    """Gives a server that has begun to read a letter the time to answer it."""

    sock: socket.socket | None

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()  # type: ignore[misc]
        if code == GO_ON and self.sock is not None:
            self.sock.settimeout(LAST_ANSWER)
        return code, words


class Server(Patient, smtplib.SMTP):
    """A mail server."""


class EncryptedServer(Patient, smtplib.SMTP_SSL):
    """A mail server that is spoken to in TLS from the first word."""


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise Refused(in_words(error)) from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise Refused(in_words(error)) from error
        raise
    except smtplib.SMTPNotSupportedError as error:  # an address in signs that this server cannot read
        raise Refused(in_words(error)) from error


def _part(server: smtplib.SMTP) -> None:
    """Says goodbye. The letter is taken: whatever happens now must not send it again."""
    with suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(ANSWER)
        server.quit()


class FolderCourier:
    """Writes letters as .eml files, for a shop that has no mail server yet."""

    is_closed = False

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def carry(self, letter: OutboxLetter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        body = written(letter, self.sender).as_bytes()
        handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        # The name follows from the letter, so a second try writes the same file again.
        os.replace(draft, self.folder / file_name(letter))


def file_name(letter: OutboxLetter) -> str:
    return f"{letter.put_at:%Y%m%d-%H%M%S}-{letter.message_id}.eml"


def message_id(letter: OutboxLetter, sender: str) -> str:
    """The same at every try, so that a letter which came twice is shown once."""
    return f"<{letter.message_id}@{parseaddr(sender)[1].partition('@')[2] or 'localhost'}>"


def in_words(error: Exception) -> str:
    """What went wrong, as staff read it: the server's own words where it said some."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return (
            "; ".join(f"{code} {_text(words)}" for code, words in error.recipients.values()) or "no recipient"
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


class Addresses(UnstructuredHeader, BaseHeader):
    """Addresses in angle brackets, a line each: written as a text, a long one would be encoded, and read by nobody."""

    def fold(self, *, policy: Policy) -> str:
        lines = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {lines}{policy.linesep}"


KNOWN_HEADERS = HeaderRegistry()
KNOWN_HEADERS.map_to_type("list-unsubscribe", Addresses)
POLICY = EmailPolicy(header_factory=KNOWN_HEADERS)


def written(letter: OutboxLetter, sender: str) -> EmailMessage:
    """The letter as mail programs exchange it."""
    message = EmailMessage(POLICY)
    try:
        message["From"] = sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
    except ValueError as error:  # a line break in an address: no server would take it
        raise Refused(str(error)) from error
    message["Date"] = format_datetime(letter.put_at)
    message["Message-ID"] = message_id(letter, sender)
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.unsubscribe:
        message["List-Unsubscribe"] = letter.unsubscribe
        message["List-Unsubscribe-Post"] = ONE_CLICK
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # last: setting a content drops such headers
    return message
