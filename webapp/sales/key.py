"""Keys of private addresses: signed, so that nobody guesses one; counted, so that one can be withdrawn."""

import hashlib
import secrets
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from itsdangerous import BadSignature, Signer


class Purpose(StrEnum):
    """What a key opens."""

    EDIT = "edit"
    LOOK = "look"
    ORDER = "order"
    THREAD = "thread"


class Lock(NamedTuple):
    """What a key fits: the code of a build or an order, and how often its keys have been changed."""

    code: str
    counter: int


def new_code() -> str:
    """The code of a new build or order, as it stands in its keys."""
    return secrets.token_urlsafe(9)


def key_for(purpose: Purpose, lock: Lock, secret: str) -> str:
    return _signer(purpose, secret).sign(f"{lock.code}.{lock.counter}").decode()


def read(purpose: Purpose, key: str, secret: str) -> Lock | None:
    """What the key fits, or None where it is not one of ours."""
    try:
        code, _, counter = _signer(purpose, secret).unsign(key).decode().rpartition(".")
        return Lock(code, int(counter))
    except (BadSignature, ValueError):
        return None


@lru_cache(maxsize=16)
def _signer(purpose: Purpose, secret: str) -> Signer:
    return Signer(secret, salt=f"key:{purpose}", digest_method=hashlib.sha256)
