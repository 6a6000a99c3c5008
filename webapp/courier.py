"""Who carries letters: an SMTP server, or a folder where there is none."""

import os
import smtplib
import ssl
import tempfile
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from webapp.outbox import OutboxLetter
from webapp.settings import Settings

TIMEOUT = 30


class Refused(Exception):
    """The letter will never be taken, however often it is tried."""


class Courier(Protocol):
    """Somebody who carries a letter away, or raises."""

    def carry(self, letter: OutboxLetter) -> None: ...


def courier(settings: Settings) -> Courier:
    """The courier that the settings ask for."""
    if settings.smtp_url:
        return SmtpCourier(settings.smtp_url, settings.mail_from)
    return FolderCourier(settings.instance / "mail", settings.mail_from)


class SmtpCourier:
    """Hands letters to a mail server."""

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender

    def carry(self, letter: OutboxLetter) -> None:
        message = written(letter, self.sender)
        host, safe = self.url.hostname or "localhost", ssl.create_default_context()
        try:
            if self.url.scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, self.url.port or 465, timeout=TIMEOUT, context=safe
                )
            else:
                server = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT)
            with server:
                server.ehlo_or_helo_if_needed()
                if self.url.scheme == "smtp" and server.has_extn("starttls"):
                    server.starttls(context=safe)
                if self.url.username:
                    server.login(unquote(self.url.username), unquote(self.url.password or ""))
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            if all(code >= 500 for code, _ in error.recipients.values()):
                raise Refused(str(error)) from error
            raise


class FolderCourier:
    """Writes letters as .eml files, for a shop that has no mail server yet."""

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
        os.replace(draft, self.folder / f"{letter.put_at:%Y%m%d-%H%M%S}-{letter.message_id}.eml")


def written(letter: OutboxLetter, sender: str) -> EmailMessage:
    """The letter as mail programs exchange it."""
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
    except ValueError as error:  # a line break in an address: no server would take it
        raise Refused(str(error)) from error
    message["Date"] = format_datetime(letter.put_at)
    message["Message-ID"] = f"<{letter.message_id}@{parseaddr(sender)[1].partition('@')[2] or 'localhost'}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message
