"""Where customers are signed in: a row for each browser, so that each can be ended."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, or_, update
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import retention
from webapp.customers.benefit import Benefit, off
from webapp.customers.consent import Consent, Purpose
from webapp.customers.customer import Customer
from webapp.prepared import Prepared

COOKIE = "customer"
KEPT_FOR = retention.UNUSED_SESSIONS.length  # unused; each use starts them anew
LONGEST_DEVICE = 200


class CustomerSession(SQLModel, table=True):
    """One browser of one customer. The browser keeps the token, we keep its hash."""

    __tablename__ = "customer_sessions"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64, description="SHA-256")
    device: str = Field(default="", max_length=LONGEST_DEVICE, description="as the browser describes itself")
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class SignedIn(NamedTuple):
    """Who is signed in, as every page needs to know it."""

    session_id: int
    seen_at: datetime
    customer_id: int
    owner: str
    email: str
    name: str
    language: str
    personalised: bool  # whether they allow a profile, and what follows from it
    benefits_off: str

    def has(self, benefit: Benefit) -> bool:
        """Whether the shop may do this with their profile: they allow one, and have not turned this off."""
        return self.personalised and benefit not in off(self.benefits_off)


SIGNED_IN = Prepared(
    select_rows(
        CustomerSession.__table__.c.id,  # type: ignore[attr-defined]
        col(CustomerSession.seen_at),
        col(CustomerSession.customer_id),
        col(Customer.owner),
        col(Customer.email),
        col(Customer.name),
        col(Customer.language),
        exists()
        .where(
            col(Consent.customer_id) == col(CustomerSession.customer_id),
            col(Consent.purpose) == Purpose.PERSONALISATION.value,
            col(Consent.withdrawn_at).is_(None),
        )
        .label("personalised"),
        col(Customer.benefits_off),
    )
    .join(Customer, col(Customer.id) == col(CustomerSession.customer_id))
    .where(
        col(CustomerSession.token_hash) == bindparam("token_hash"),
        col(CustomerSession.ended_at).is_(None),
        col(CustomerSession.seen_at) > bindparam("since"),
    )
)


def signed_in(connection: Connection, token: str, *, at: datetime) -> SignedIn | None:
    """Whose browser holds this token. One statement: every page of somebody signed in asks."""
    row = SIGNED_IN.first(connection, token_hash=_hash(token), since=at - KEPT_FOR)
    return SignedIn(*row) if row else None


def start(session: Session, customer: Customer, token: str, device: str, *, at: datetime) -> CustomerSession:
    """Lets the holder of a token be this customer from now on."""
    assert customer.id is not None
    begun = CustomerSession(
        customer_id=customer.id,
        token_hash=_hash(token),
        device=device[:LONGEST_DEVICE],
        started_at=at,
        seen_at=at,
    )
    session.add(begun)
    session.flush()
    return begun


def touch(session: Session, who: SignedIn, *, language: str, at: datetime) -> None:
    """Notes that a browser is still in use, and which language is read there unless they have chosen one."""
    session.execute(
        update(CustomerSession).where(col(CustomerSession.id) == who.session_id).values(seen_at=at)
    )
    if language != who.language:
        theirs = (col(Customer.id) == who.customer_id, col(Customer.language_chosen).is_(False))
        session.execute(update(Customer).where(*theirs).values(language=language))


def living(session: Session, customer_id: int, *, at: datetime) -> Sequence[CustomerSession]:
    """The browsers that are signed in, the latest used first."""
    theirs = select(CustomerSession).where(
        *_living(customer_id), col(CustomerSession.seen_at) > at - KEPT_FOR
    )
    latest = (col(CustomerSession.seen_at).desc(), col(CustomerSession.id).desc())
    return session.exec(theirs.order_by(*latest)).all()


def end(session: Session, customer_id: int, number: int, *, at: datetime) -> bool:
    """Signs one browser of a customer out; whether there was such a one."""
    one = (*_living(customer_id), col(CustomerSession.id) == number)
    ended = session.execute(
        update(CustomerSession).where(*one).values(ended_at=at).returning(col(CustomerSession.id))
    )
    return ended.first() is not None


def end_all(session: Session, customer_id: int, *, at: datetime) -> None:
    """Signs a customer out everywhere."""
    session.execute(update(CustomerSession).where(*_living(customer_id)).values(ended_at=at))


def sweep(session: Session, *, before: datetime) -> None:
    """Drops the browsers that were signed out, or not used, before that time."""
    ended = col(CustomerSession.ended_at) < before
    unused = col(CustomerSession.seen_at) < before - KEPT_FOR
    session.execute(delete(CustomerSession).where(or_(ended, unused)))


def _living(customer_id: int) -> tuple:
    return (col(CustomerSession.customer_id) == customer_id, col(CustomerSession.ended_at).is_(None))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
