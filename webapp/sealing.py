"""Short secrets that have to be read again, such as those of authenticator apps: sealed with the site's signing key."""

import base64
import binascii
import os
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes


class Unreadable(ValueError):
    """It was sealed with another key, about something else, or was damaged."""


def seal(key: str, about: str, text: str) -> str:
    """A text that only this key opens. `about`: whose it is and what for, so that none stands in for another."""
    nonce = os.urandom(NONCE)
    sealed = _cipher(key).encrypt(nonce, text.encode(), about.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(key: str, about: str, sealed: str) -> str:
    """What was sealed. Raises Unreadable."""
    from cryptography.exceptions import InvalidTag  # here, as below: only who signs in at the desk needs it

    try:
        given = base64.urlsafe_b64decode(sealed.encode())
        return _cipher(key).decrypt(given[:NONCE], given[NONCE:], about.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Unreadable from error


@lru_cache(maxsize=4)
def _cipher(key: str) -> "AESGCM":
    """With a key of its own for this, so that what signs cookies never encrypts."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lekalo sealed secrets")
    return AESGCM(derived.derive(key.encode()))
