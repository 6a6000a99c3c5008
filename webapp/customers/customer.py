"""Customers: people who have shown that an e-mail address is theirs."""

import secrets
from datetime import datetime

from sqlalchemy import false, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, select

LONGEST_EMAIL = 254


class Customer(SQLModel, table=True):
    """Somebody who can sign in. What they keep is kept under `owner`, on all their devices."""

    __tablename__ = "customers"

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(unique=True, max_length=22, description="a random name, never sent to any browser")
    email: str = Field(unique=True, max_length=LONGEST_EMAIL, description="in lower case")
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)
    language: str = Field(max_length=10, description="of letters: the one read last, or as they chose")
    language_chosen: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": false()},
        description="by themselves: what they read elsewhere changes it no more",
    )
    benefits_off: str = Field(
        default="",
        max_length=60,
        sa_column_kwargs={"server_default": text("''")},
        description="codes of what they turned off of what the shop makes of their profile",
    )
    since: datetime


def proven(session: Session, email: str, *, language: str, at: datetime) -> Customer:
    """The customer of an address that somebody has just shown to be theirs; a new one the first time.

    The row is read for update: who signs in twice at once does so one after the other.
    """
    known = by_email(session, email, for_update=True)
    if known is None:
        fresh = Customer(owner=new_owner(), email=normal(email), language=language, since=at)
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:  # by another of their devices, a moment earlier
            known = by_email(session, email, for_update=True)
            if known is None:
                raise
        else:
            return fresh
    if not known.language_chosen:
        known.language = language
    return known


def choose_language(known: Customer, language: str) -> None:
    """Keeps the language that a customer asks for: it stands until they choose another one."""
    known.language, known.language_chosen = language, True


def by_email(session: Session, email: str, *, for_update: bool = False) -> Customer | None:
    query = select(Customer).where(Customer.email == normal(email))
    return session.exec(query.with_for_update() if for_update else query).first()


def by_owner(session: Session, owner: str) -> Customer | None:
    """The customer under whose name something is kept; None where that is a guest."""
    return session.exec(select(Customer).where(Customer.owner == owner)).first()


def new_owner() -> str:
    return secrets.token_urlsafe(16)


def normal(email: str) -> str:
    return email.strip().lower()
