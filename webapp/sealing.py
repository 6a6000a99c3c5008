"""Short secrets that have to be read again, such as those of authenticator apps: sealed with the site's signing key."""

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes


class Unreadable(ValueError):
    """It was sealed with another key, about something else, or was damaged."""


def seal(key: str, about: str, text: str) -> str:
    """A text that only this key opens. `about`: whose it is and what for, so that none stands in for another."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_derived(key)).encrypt(nonce, text.encode(), about.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(key: str, about: str, sealed: str) -> str:
    """What was sealed. Raises Unreadable."""
    try:
        given = base64.urlsafe_b64decode(sealed.encode())
        return AESGCM(_derived(key)).decrypt(given[:NONCE], given[NONCE:], about.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Unreadable from error


@lru_cache(maxsize=4)
def _derived(key: str) -> bytes:
    """A key of its own for this, so that what signs cookies never encrypts."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lekalo sealed secrets").derive(key.encode())
