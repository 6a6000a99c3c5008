"""A mailbox on a server of its own that speaks IMAP4rev1 (RFC 3501) over TLS, as strictly as a server may."""

import re
import socket
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).parent
CERTIFICATE, KEY = str(HERE / "server.crt"), str(HERE / "server.key")
LOGIN = re.compile(r'LOGIN (?:"((?:[^"\\]|\\.)*)"|(\S+)) "((?:[^"\\]|\\.)*)"')
FETCH = re.compile(r"UID FETCH (\d+) \((RFC822\.SIZE|BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?)\)")
STORE = re.compile(r"UID STORE (\d+) \+FLAGS\.SILENT \(((?:\\\w+ ?)+)\)")


@dataclass
class Kept:
    """A letter in the mailbox."""

    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapOffice:
    """Keeps letters; can hang, or forget to encrypt."""

    def __init__(self) -> None:
        self.letters: dict[int, Kept] = {}
        self.said: list[str] = []
        self.starttls = True
        self.hangs_at = ""  # the command that it never answers
        self.drops_at = ""  # the command at which it hangs up

    def open(self, *, encrypted: bool) -> None:
        office = self

        class Talk(Conversation):
            pass

        Talk.office, Talk.encrypted = office, encrypted
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        self.scheme = "imaps" if encrypted else "imap"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def shut(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        user, password = quote("talk@lekalo.example", safe=""), quote('pass "word"/#', safe="")
        return f"{self.scheme}://{user}:{password}@localhost:{self.server.server_address[1]}/INBOX"

    def take(self, raw: bytes) -> int:
        number = max(self.letters, default=6) + 1
        self.letters[number] = Kept(raw)
        return number


def _trust() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


class Conversation(socketserver.BaseRequestHandler):
    """One connection, from greeting to goodbye."""

    office: ImapOffice
    encrypted: bool

    def handle(self) -> None:
        self.line: Any = None
        self.state = "new"
        self.safe = self.encrypted
        try:
            if self.encrypted:
                self.request = _trust().wrap_socket(self.request, server_side=True)
            self.file = self.request.makefile("rwb")
            self.say("* OK ready")
            while self.state != "over" and (line := self.file.readline()):
                self.answer(line.decode().rstrip("\r\n"))
        except (OSError, ssl.SSLError):
            return

    def say(self, line: str | bytes) -> None:
        self.file.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self.file.flush()

    def answer(self, line: str) -> None:
        tag, _, command = line.partition(" ")
        name = " ".join(command.split()[: 2 if command.startswith("UID") else 1])
        self.office.said.append(command if name != "LOGIN" else name)
        if name == self.office.hangs_at:
            threading.Event().wait(5)
        if name == self.office.drops_at:
            self.request.shutdown(socket.SHUT_RDWR)
            self.state = "over"
            return
        act = getattr(self, "on_" + name.lower().replace(" ", "_"), None)
        said = act(command) if act else None
        self.say(f"{tag} {said or 'BAD what?'}")
        if name == "STARTTLS" and said:
            self.request = _trust().wrap_socket(self.request, server_side=True)
            self.file, self.safe = self.request.makefile("rwb"), True

    def on_capability(self, _command: str) -> str:
        self.say(f"* CAPABILITY IMAP4rev1{' STARTTLS' if self.office.starttls and not self.safe else ''}")
        return "OK done"

    def on_starttls(self, _command: str) -> str | None:
        return "OK go on" if self.office.starttls and not self.safe else None

    def on_login(self, command: str) -> str | None:
        found = LOGIN.fullmatch(command)
        if found is None or self.state != "new":
            return None
        user = found[1] if found[1] is not None else found[2]
        if (user, found[3].replace('\\"', '"')) != ("talk@lekalo.example", 'pass "word"/#'):
            return "NO [AUTHENTICATIONFAILED] who?"
        self.state = "known"
        return "OK done"

    def on_select(self, command: str) -> str | None:
        if self.state == "new":
            return None
        if command != 'SELECT "INBOX"':
            return "NO no such mailbox"
        self.state = "selected"
        self.say(f"* {len(self.office.letters)} EXISTS")
        self.say("* OK [UIDVALIDITY 1]")
        return "OK [READ-WRITE]"

    def on_uid_search(self, command: str) -> str | None:
        if self.state != "selected" or command != "UID SEARCH UNSEEN UNDELETED":
            return None
        waiting = [number for number, kept in self.office.letters.items() if "\\Seen" not in kept.flags]
        self.say("* SEARCH" + "".join(f" {number}" for number in waiting))
        return "OK done"

    def on_uid_fetch(self, command: str) -> str | None:
        found = FETCH.fullmatch(command)
        if self.state != "selected" or found is None:
            return None
        number = int(found[1])
        kept = self.office.letters.get(number)
        if kept is None:
            return "OK done"
        place = list(self.office.letters).index(number) + 1
        if found[2] == "RFC822.SIZE":
            self.say(f"* {place} FETCH (RFC822.SIZE {len(kept.raw)} UID {number})")
            return "OK done"
        part, raw = "BODY[]", kept.raw
        if found[3] is not None:
            begin, length = int(found[3]), int(found[4])
            part, raw = f"BODY[]<{begin}>", raw[begin : begin + length]
        self.file.write(f"* {place} FETCH (UID {number} {part} {{{len(raw)}}}\r\n".encode() + raw)
        self.say(")")
        return "OK done"

    def on_uid_store(self, command: str) -> str | None:
        found = STORE.fullmatch(command)
        if self.state != "selected" or found is None:
            return None
        self.office.letters[int(found[1])].flags |= set(found[2].split())
        return "OK done"

    def on_logout(self, _command: str) -> str:
        self.say("* BYE")
        self.state = "over"
        return "OK done"
