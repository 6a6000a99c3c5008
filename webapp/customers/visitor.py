"""A visitor: whoever a first-party cookie says has clicked here before. Nothing but a random name."""

import hashlib
import secrets

from itsdangerous import BadSignature, Signer

from webapp.customers import retention

COOKIE = "visitor"
KEPT_FOR = retention.CLICKS.length


def new_visitor() -> str:
    """A name nobody could guess."""
    return secrets.token_urlsafe(16)


def signed(visitor: str, key: str) -> str:
    """The cookie's value, which only the holder of the key can make."""
    return _signer(key).sign(visitor).decode()


def read(cookie: str, key: str) -> str | None:
    """The visitor of a cookie, or None where it was altered or made elsewhere."""
    try:
        return _signer(key).unsign(cookie).decode()
    except (BadSignature, UnicodeDecodeError):
        return None


def _signer(key: str) -> Signer:
    return Signer(key, salt="visitor", digest_method=hashlib.sha256)
