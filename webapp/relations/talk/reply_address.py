"""The address that a reply to a thread's letter goes to: the mailbox's own with a key behind a plus.

Keys are signed, so that nobody writes into a thread by guessing, and of small letters and digits alone: some mail
servers think nothing of capitals.
"""

import base64
import hashlib
import hmac
import re

from sqlmodel import Session

from webapp.relations.talk import thread as threads
from webapp.relations.talk.thread import Thread

LENGTH = 16  # signs of a signature: 80 bits
KEY = r"([0-9]{1,12})-([a-z2-7]{16})"


def reply_address(thread: Thread, mailbox: str, secret: str) -> str:
    """Where to answer a letter about a thread. `mailbox`: the address of the postbox that we read; '' where none is."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{thread.id}-{_signature(thread, secret)}@{domain}" if mailbox else ""


def addressed(session: Session, words: str, mailbox: str, secret: str) -> Thread | None:
    """The first thread that an address among these words belongs to."""
    local, _, domain = mailbox.rpartition("@")
    pattern = rf"{re.escape(local.lower())}\+{KEY}@{re.escape(domain.lower())}"
    for number, signature in re.findall(pattern, words.lower()):
        found = threads.by_id(session, int(number))
        if found is not None and hmac.compare_digest(_signature(found, secret), signature):
            return found
    return None


def is_addressed(words: str, mailbox: str) -> bool:
    """Whether something was sent to the mailbox itself, without a key."""
    return re.search(rf"(?<![\w.+-]){re.escape(mailbox)}(?![\w.-])", words, re.IGNORECASE) is not None


def _signature(thread: Thread, secret: str) -> str:
    what = f"reply:{thread.id}:{thread.code}".encode()
    signed = hmac.digest(secret.encode(), what, hashlib.sha256)
    return base64.b32encode(signed).decode().lower()[:LENGTH]
