"""A visitor: whoever a first-party cookie says has clicked here before. Nothing but a random name."""

import hashlib
import secrets
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from itsdangerous import BadSignature, TimestampSigner

from webapp.customers import retention

COOKIE = "visitor"
KEPT_FOR = retention.CLICKS.length


class Visitor(NamedTuple):
    """A visitor's name, and when their cookie was made."""

    name: str
    since: datetime


def new_visitor() -> str:
    """A name nobody could guess."""
    return secrets.token_urlsafe(16)


def signed(visitor: str, key: str) -> str:
    """The cookie's value, which only the holder of the key can make."""
    return _signer(key).sign(visitor).decode()


def read(cookie: str, key: str) -> Visitor | None:
    """The visitor of a cookie, or None where it was altered or made elsewhere."""
    try:
        name, since = _signer(key).unsign(cookie, return_timestamp=True)
        return Visitor(name.decode(), since)
    except (BadSignature, UnicodeDecodeError):
        return None


@lru_cache(maxsize=8)
def _signer(key: str) -> TimestampSigner:
    return TimestampSigner(key, salt="visitor", digest_method=hashlib.sha256)
