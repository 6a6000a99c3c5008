"""Where letters to us lie: a mailbox on an IMAP server, or a folder in the maildir format."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from webapp.relations.talk.received_letter import ReceivedLetter

ANSWER = 20  # seconds that a server may take for one answer
LARGEST = 24 * 1024 * 1024  # bytes of a letter that is read whole: a handful of pictures from a telephone
BEGINNING = 512 * 1024  # bytes of a larger one, enough for what somebody wrote
HERE = ("localhost", "127.0.0.1", "::1")
INBOX = "INBOX"


class Waiting(NamedTuple):
    """A letter that nobody has read. `key`: which one it is, in the words of its postbox."""

    key: str
    letter: ReceivedLetter


class OpenPostbox(Protocol):
    """A postbox while somebody stands before it."""

    def unread(self, most: int) -> Iterator[Waiting]: ...

    def done(self, key: str, *, flagged: bool) -> None:
        """Marks a letter as read. `flagged`: a person should look at it."""


class Postbox(Protocol):
    """Opened for one round of reading, or raises."""

    def open(self) -> AbstractContextManager[OpenPostbox]: ...


class PostboxError(Exception):
    """A postbox that does not do as it is asked."""


def postbox(url: str) -> Postbox:
    """The postbox of an address: `imaps://…`, `imap://…` or `maildir:///…`."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        return MaildirPostbox(Path(unquote(parts.path)))
    return ImapPostbox(url)


class ImapPostbox:
    """A mailbox on a server (RFC 3501), over TLS."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self.folder = unquote(self.url.path.lstrip("/")) or INBOX

    @contextmanager
    def open(self) -> Iterator["OpenImap"]:
        server = self._connected()
        try:
            server.login(unquote(self.url.username or ""), unquote(self.url.password or ""))
            name = self.folder.replace("\\", "\\\\").replace('"', '\\"')
            _fine(server.select(f'"{name}"'))
            yield OpenImap(server)
        except imaplib.IMAP4.error as error:
            raise PostboxError(str(error)) from error
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _connected(self) -> imaplib.IMAP4:
        host, trust = self.url.hostname or "localhost", ssl.create_default_context()
        if self.url.scheme == "imaps":
            return imaplib.IMAP4_SSL(host, self.url.port or 993, ssl_context=trust, timeout=ANSWER)
        server = imaplib.IMAP4(host, self.url.port or 143, timeout=ANSWER)
        try:
            if "STARTTLS" in server.capabilities:
                server.starttls(trust)
            elif host not in HERE:
                raise PostboxError("the server offers no encryption, and our password is not sent without")
        except Exception:
            with suppress(OSError):
                server.shutdown()
            raise
        return server


class OpenImap:
    """Letters by their UIDs, which stay the same whatever happens to others."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self, most: int) -> Iterator[Waiting]:
        found = _fine(self.server.uid("SEARCH", "UNSEEN", "UNDELETED"))
        for key in (found[0] or b"").decode().split()[:most]:
            letter = self._fetched(key)
            if letter is not None:
                yield Waiting(key, letter)

    def done(self, key: str, *, flagged: bool) -> None:
        flags = r"(\Seen \Flagged)" if flagged else r"(\Seen)"
        _fine(self.server.uid("STORE", key, "+FLAGS.SILENT", flags))

    def _fetched(self, key: str) -> ReceivedLetter | None:
        """Without marking it; None where somebody has taken it away meanwhile."""
        said = _fine(self.server.uid("FETCH", key, "(RFC822.SIZE)"))
        size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(each for each in said if isinstance(each, bytes)))
        if size is None:
            return None
        is_cut = int(size[1]) > LARGEST
        what = f"(BODY.PEEK[]<0.{BEGINNING}>)" if is_cut else "(BODY.PEEK[])"
        said = _fine(self.server.uid("FETCH", key, what))
        raw = next((each[1] for each in said if isinstance(each, tuple)), None)
        return None if raw is None else ReceivedLetter(raw, is_cut)


class MaildirPostbox:
    """A folder into which a mail server of this machine delivers: `new`, `cur` and `tmp` below it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def open(self) -> Iterator["OpenMaildir"]:
        if not (self.folder / "new").is_dir() or not (self.folder / "cur").is_dir():
            raise PostboxError(f"{self.folder} is no maildir: it lacks the folders new and cur")
        yield OpenMaildir(self.folder)


class OpenMaildir:
    """Letters by the names of their files up to the flags, which change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unread(self, most: int) -> Iterator[Waiting]:
        files = [*(self.folder / "new").iterdir(), *(self.folder / "cur").iterdir()]
        waiting = [file for file in files if "S" not in _flags(file) and not file.name.startswith(".")]
        for file in sorted(waiting, key=lambda file: file.name)[:most]:
            try:
                is_cut = file.stat().st_size > LARGEST
                with file.open("rb") as opened:
                    raw = opened.read(BEGINNING if is_cut else LARGEST)
            except FileNotFoundError:  # another worker, or whoever else reads here, was faster
                continue
            yield Waiting(_base(file), ReceivedLetter(raw, is_cut))

    def done(self, key: str, *, flagged: bool) -> None:
        for file in [*(self.folder / "new").glob("*"), *(self.folder / "cur").glob("*")]:
            if _base(file) == key:
                flags = "".join(sorted({*_flags(file), "S", *("F" if flagged else "")}))
                with suppress(FileNotFoundError):
                    file.rename(self.folder / "cur" / f"{key}:2,{flags}")


def _base(file: Path) -> str:
    return file.name.partition(":2,")[0]


def _flags(file: Path) -> str:
    return file.name.partition(":2,")[2]


def _fine(answer: tuple[str, list]) -> list:
    """What a server said, if it said yes."""
    kind, said = answer
    if kind != "OK":
        raise PostboxError(f"{kind} {said!r}"[:200])
    return said
