"""A real mail server that answers as it is told, and letters to bring there."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from webapp import clock, outbox
from webapp.database import Database
from webapp.outbox import Letter, OutboxLetter

LETTER = Letter("Анна <anna@example.com>", "ru", "Заказ принят: 1 284,00 €", "Спасибо.\n", "<p>Спасибо.</p>")
SENDER = "Lekalo <shop@lekalo.example>"


class PostOffice:
    """Keeps what it takes; can be shut and opened again at the same address."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.passwords: list[tuple[bytes, bytes]] = []
        self.to_recipient = "250 OK"
        self.to_letter = "250 OK"
        self.to_goodbye = "221 Bye"
        self.hangs_at = ""  # RCPT, DATA or QUIT
        self.answers_after = 0.0  # seconds, once a letter is taken
        self.drops: Callable[[], bool] = lambda: False  # whether to hang up on a letter that is taken
        self.letters_begun = 0
        self.hangs_at_letter = 0  # the first is number one
        self.options: dict[str, Any] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.taken]

    def open(self, **options: Any) -> None:
        self.options = options or self.options
        self.server = Controller(self, hostname="127.0.0.1", port=self.port, **self.options)
        self.server.start()

    def shut(self) -> None:
        self.hangs_at, self.hangs_at_letter = "", 0
        self.server.stop()

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        self.passwords.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.letters_begun += 1
        while self.letters_begun == self.hangs_at_letter:
            await asyncio.sleep(0.02)
        await self._hang("RCPT")
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        await self._hang("DATA")
        if self.to_letter.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            await asyncio.sleep(self.answers_after)
        if self.drops():
            server.transport.abort()
        return self.to_letter

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        await self._hang("QUIT")
        return self.to_goodbye

    async def _hang(self, place: str) -> None:
        while self.hangs_at == place:
            await asyncio.sleep(0.02)


def put(database: Database, letter: Letter = LETTER, at: datetime | None = None) -> None:
    with database.writing() as session:
        outbox.put(session, letter, at=at or clock.now())


def kept(database: Database, number: int = 1) -> OutboxLetter:
    with database.reading() as session:
        letter = session.get(OutboxLetter, number)
        assert letter is not None
        session.expunge(letter)
        return letter
