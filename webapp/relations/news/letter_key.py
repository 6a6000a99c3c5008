"""Keys that stand in letters about topics: signed, so that nobody guesses one, and each good for one thing alone."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from itsdangerous import BadSignature, Signer

from webapp.sales.key import Lock

BUILDS = "b"  # letters about one's own builds, among numbers of subscriptions


class Opens(StrEnum):
    """What a key is good for."""

    TOPICS = "topics"  # shows and changes what somebody subscribes to; ends when it is withdrawn
    UNSUBSCRIBE = "unsubscribe"  # ends the topics of one letter; never grows old
    BUILDS = "builds"  # ends letters about builds, which one consent allows; never grows old
    ITEM = "item"  # leads from a letter to a page of ours


class Ending(NamedTuple):
    """What a press on "unsubscribe" ends: topics of a subscriber, or the consent to letters about builds."""

    subscriber: str
    subscriptions: tuple[int, ...]
    builds: bool
    consent_id: int | None = None


class Opened(NamedTuple):
    """The item whose link was opened. `subscriber`: by whom, where that may be known."""

    item_id: int
    subscriber: str = ""


def topics_key(lock: Lock, secret: str) -> str:
    return _sign(Opens.TOPICS, f"{lock.code}.{lock.counter}", secret)


def read_topics(key: str, secret: str) -> Lock | None:
    """Whose topics a key opens, or None where it is none of ours."""
    code, _, counter = (_unsigned(Opens.TOPICS, key, secret) or "").rpartition(".")
    return Lock(code, int(counter)) if code and counter.isdecimal() else None


def unsubscribe_key(code: str, subscriptions: Sequence[int], *, builds: bool, secret: str) -> str:
    what = "-".join([*map(str, sorted(subscriptions)), *([BUILDS] if builds else [])])
    return _sign(Opens.UNSUBSCRIBE, f"{code}.{what}", secret)


def builds_key(consent_id: int, *, secret: str) -> str:
    return _sign(Opens.BUILDS, str(consent_id), secret)


def read_unsubscribe(key: str, secret: str) -> Ending | None:
    if number := _unsigned(Opens.BUILDS, key, secret):
        return Ending("", (), builds=True, consent_id=int(number))
    code, _, what = (_unsigned(Opens.UNSUBSCRIBE, key, secret) or "").rpartition(".")
    if not code:
        return None
    parts = what.split("-")
    return Ending(code, tuple(int(each) for each in parts if each.isdecimal()), BUILDS in parts)


def item_key(item_id: int, subscriber: str, secret: str) -> str:
    """`subscriber`: "" for whoever has not allowed that it is known who opens what."""
    return _sign(Opens.ITEM, f"{subscriber}.{item_id}", secret)


def read_item(key: str, secret: str) -> Opened | None:
    code, _, number = (_unsigned(Opens.ITEM, key, secret) or "").rpartition(".")
    return Opened(int(number), code) if number.isdecimal() else None


def _sign(opens: Opens, what: str, secret: str) -> str:
    return _signer(opens, secret).sign(what).decode()


def _unsigned(opens: Opens, key: str, secret: str) -> str | None:
    try:
        return _signer(opens, secret).unsign(key).decode()
    except (BadSignature, ValueError):
        return None


@lru_cache(maxsize=16)
def _signer(opens: Opens, secret: str) -> Signer:
    return Signer(secret, salt=f"letter:{opens}", digest_method=hashlib.sha256)
