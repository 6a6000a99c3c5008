"""Requests to sign in: a link for the mailbox, and a code for the page that asked."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

LIFE = timedelta(minutes=15)
WRONG_TRIES = 5
DIGITS = 6


class SignInRequest(SQLModel, table=True):
    """One letter with a link and a code; either signs in, once, for a quarter of an hour."""

    __tablename__ = "sign_in_requests"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16, description="its name, in the form that takes the digits")
    email: str = Field(max_length=254, index=True)
    link_hash: str = Field(unique=True, max_length=64, description="SHA-256 of the link's secret")
    digits_hash: str = Field(max_length=64, description="keyed hash of the six digits")
    language: str = Field(max_length=10)
    wrong_tries: int = 0
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def takes_digits(self, at: datetime) -> bool:
        """Whether its digits may still be tried; its link lives on when they were mistyped too often."""
        return self.is_open(at) and self.wrong_tries < WRONG_TRIES

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.expires_at > at


class Secrets(NamedTuple):
    """What stands in the letter and nowhere else."""

    code: str
    link: str
    digits: str


def new_secrets(mark: str) -> Secrets:
    """`mark`: 32 hexadecimal digits or more that only the page that asks can know; they name the request."""
    return Secrets(
        base64.urlsafe_b64encode(bytes.fromhex(mark)[:12]).decode(),
        secrets.token_urlsafe(32),
        f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
    )


def ask(session: Session, email: str, given: Secrets, key: str, *, language: str, at: datetime) -> bool:
    """Keeps a request without its secrets; False where it was kept before, since its form was sent twice.

    `key`: without it nobody tries all digits against their hash.
    """
    asked = SignInRequest(
        code=given.code,
        email=email,
        link_hash=_link_hash(given.link),
        digits_hash=_digits_hash(given.code, given.digits, key),
        language=language,
        asked_at=at,
        expires_at=at + LIFE,
    )
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:
        if by_code(session, given.code) is None:
            raise
        return False
    return True


def by_link(session: Session, link: str) -> SignInRequest | None:
    return session.exec(select(SignInRequest).where(SignInRequest.link_hash == _link_hash(link))).first()


def by_code(session: Session, code: str) -> SignInRequest | None:
    return session.exec(select(SignInRequest).where(SignInRequest.code == code)).first()


def is_any_open(session: Session, email: str, *, at: datetime) -> bool:
    """Whether a letter to this address still signs in."""
    unused = (SignInRequest.email == email, col(SignInRequest.used_at).is_(None))
    still = select(SignInRequest.id).where(*unused, col(SignInRequest.expires_at) > at)
    return session.exec(still.limit(1)).first() is not None


def use_link(session: Session, link: str, *, at: datetime) -> str | None:
    """Uses a link up; the address that it proves, or None where it is unknown, old or used."""
    used = session.execute(
        update(SignInRequest)
        .where(
            col(SignInRequest.link_hash) == _link_hash(link),
            col(SignInRequest.used_at).is_(None),
            col(SignInRequest.expires_at) > at,
        )
        .values(used_at=at)
        .returning(col(SignInRequest.email))
    )
    return used.scalar_one_or_none()


def use_digits(session: Session, code: str, digits: str, key: str, *, at: datetime) -> str | None:
    """Uses the digits of a request up; the address they prove, or None, which counts as a wrong try.

    The row is read for update, so that guesses sent all at once are judged one by one.
    """
    asked = session.exec(
        select(SignInRequest)
        .where(SignInRequest.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if asked is None or not asked.takes_digits(at):
        return None
    if not hmac.compare_digest(asked.digits_hash, _digits_hash(code, digits, key)):
        asked.wrong_tries += 1
        session.flush()
        return None
    asked.used_at = at
    session.flush()
    return asked.email


def sweep(session: Session, *, before: datetime) -> None:
    """Drops requests that nobody can use any more: they hold addresses."""
    session.execute(delete(SignInRequest).where(col(SignInRequest.expires_at) < before))


def _link_hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()


def _digits_hash(code: str, digits: str, key: str) -> str:
    return hmac.new(key.encode(), f"sign-in:{code}:{digits}".encode(), hashlib.sha256).hexdigest()
