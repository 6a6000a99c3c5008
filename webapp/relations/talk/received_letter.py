"""A letter that somebody sent us: read with patience, whatever mail programs, viruses and old charsets make of it."""

import email
import email.policy
import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from webapp.relations.talk.html_text import text_of_html

LONGEST_ID = 250
LONGEST_SUBJECT = 200
LONGEST_TEXT = 50_000
LONGEST_NAME = 100
LONGEST_ADDRESS = 254
MOST_PARTS = 200
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
CYRILLIC = ("windows-1251", "koi8-r")
ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+")
NOT_PRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Nature(StrEnum):
    """Who speaks: people are answered, machines are not."""

    PERSON = "person"
    AUTOMATIC = "automatic"  # out of office, thanks for your request, lists
    BOUNCE = "bounce"  # a letter of ours did not arrive


class Attached(NamedTuple):
    """A file that came along; `content` is None where the letter was too large to be read to its end."""

    name: str
    content: bytes | None


@dataclass(frozen=True)
class ReceivedLetter:
    """One letter as it came. `is_cut`: it was too large, and these are its first bytes."""

    raw: bytes
    is_cut: bool = False

    @cached_property
    def message(self) -> Message:
        return email.message_from_bytes(self.raw, policy=email.policy.compat32)

    @cached_property
    def mail_id(self) -> str:
        """Its Message-ID, made up from all of it where it has none or one that cannot be kept."""
        said = " ".join(self._header("Message-ID").split())
        if said and len(said) <= LONGEST_ID and said.isprintable():
            return said
        return f"<{hashlib.sha256(said.encode() or self.raw).hexdigest()}@without>"

    @property
    def fingerprint(self) -> str:
        """Its id in 64 signs."""
        return hashlib.sha256(self.mail_id.encode()).hexdigest()

    @cached_property
    def sender(self) -> str:
        """The address in small letters; '' where there is none."""
        found = [address for _, address in getaddresses([self._header("From")]) if ADDRESS.fullmatch(address)]
        found = found or ADDRESS.findall(self._header("From"))
        return found[0].lower() if found and len(found[0]) <= LONGEST_ADDRESS else ""

    @cached_property
    def sender_name(self) -> str:
        """As they call themselves; their address where they do not."""
        said = getaddresses([self._header("From")])
        return (one_line(said[0][0])[:LONGEST_NAME] if said else "") or self.sender[:LONGEST_NAME]

    @cached_property
    def subject(self) -> str:
        return one_line(self._header("Subject"))[:LONGEST_SUBJECT]

    @cached_property
    def addressed(self) -> str:
        """All that it says about where it was going."""
        return "\n".join(each for name in ADDRESSED for each in self._headers(name))

    @cached_property
    def answers(self) -> list[str]:
        """The Message-IDs that it refers to, the letter that it answers first."""
        said = f"{self._header('In-Reply-To')} {' '.join(reversed(self._header('References').split()))}"
        return re.findall(r"<[^<>\s]{1,250}>", said)

    @cached_property
    def returned(self) -> list[str]:
        """The Message-IDs of the letters that a bounce is about."""
        inside = [part.get_payload() for part in self._parts if part.get_content_maintype() == "message"]
        inner = [each[0] for each in inside if isinstance(each, list) and each]
        said = [str(each.get("Message-ID", "")) for each in inner if isinstance(each, Message)]
        headers = [decoded(part) for part in self._parts if part.get_content_type() == "text/rfc822-headers"]
        said += re.findall(r"^message-id:\s*(\S+)", "\n".join(headers), re.IGNORECASE | re.MULTILINE)
        return [each for one in said for each in re.findall(r"<[^<>\s]{1,250}>", one)]

    @cached_property
    def nature(self) -> Nature:
        """As RFC 3834 asks it to be told, and as machines tell it that have not read that."""
        kind = self.message.get_content_type()
        report = str(self.message.get_param("report-type", "")).lower()
        local = self.sender.partition("@")[0]
        if (kind == "multipart/report" and report == "delivery-status") or local == "mailer-daemon":
            return Nature.BOUNCE
        automatic = self._header("Auto-Submitted").split(";")[0].strip().lower()
        precedence = self._header("Precedence").strip().lower()
        if (
            (automatic and automatic != "no")
            or precedence in ("bulk", "junk", "list", "auto_reply", "auto-reply")
            or kind == "multipart/report"
            or any(self._header(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
            or self._header("Return-Path").strip() == "<>"
        ):
            return Nature.AUTOMATIC
        return Nature.PERSON

    @cached_property
    def text(self) -> str:
        """What it says: its plain words, or those of its HTML."""
        parts = [part for part in self._parts if not _is_file(part)]
        plain = [decoded(part) for part in parts if part.get_content_type() == "text/plain"]
        said = "\n\n".join(each.strip() for each in plain if each.strip())
        if not said:
            pages = [text_of_html(decoded(part)) for part in parts if part.get_content_type() == "text/html"]
            said = "\n\n".join(each for each in pages if each)
        return NOT_PRINTED.sub("", said)[:LONGEST_TEXT]

    @cached_property
    def files(self) -> list[Attached]:
        """What came along; pictures within the text too."""
        return [
            Attached(
                one_line(_file_name(part))[:LONGEST_NAME] or part.get_content_type(),
                None if self.is_cut else _bytes(part),
            )
            for part in self._parts
            if _is_file(part)
        ]

    @cached_property
    def _parts(self) -> list[Message]:
        found: list[Message] = []
        for part in self.message.walk():
            if not part.is_multipart() or part.get_content_type() == "message/rfc822":
                found.append(part)
            if len(found) == MOST_PARTS:
                break
        return found

    def _header(self, name: str) -> str:
        said = self._headers(name)
        return said[0] if said else ""

    def _headers(self, name: str) -> list[str]:
        return [header(str(each)) for each in self.message.get_all(name, [])]


def header(said: str) -> str:
    """A header in plain words; what cannot be read stays as it is."""
    try:
        parts = decode_header(said)
    except (MessageError, ValueError):
        return said
    words = [text if isinstance(text, str) else _readable(text, charset or "") for text, charset in parts]
    return NOT_PRINTED.sub("", "".join(words))


def decoded(part: Message) -> str:
    """The text of a part, in the charset that it says, or in one that makes words of it."""
    charset = part.get_content_charset() or ""
    return _readable(_bytes(part), charset)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _readable(content: bytes, charset: str) -> str:
    for each in (charset, "utf-8"):
        try:
            return content.decode(each)
        except (LookupError, UnicodeError, ValueError):
            continue
    # Of old Cyrillic letters, the wrong charset turns small ones into capitals and the other way round.
    read = [content.decode(each, "replace") for each in CYRILLIC]
    return max(read, key=lambda text: sum(1 if "а" <= one <= "я" else -("А" <= one <= "Я") for one in text))


def _bytes(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError):
        found = None
    return found if isinstance(found, bytes) else b""


def _file_name(part: Message) -> str:
    try:
        return header(part.get_filename("") or "")
    except (ValueError, LookupError):
        return ""


def _is_file(part: Message) -> bool:
    """Whether a part is something that came along rather than what was said."""
    if part.get_content_maintype() != "text":
        return part.get_content_maintype() != "multipart"
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))
