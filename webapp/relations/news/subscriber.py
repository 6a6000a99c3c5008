"""Subscribers: customers, or guests who have shown that an address of e-mail is theirs."""

import secrets
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import consent, guest_consent
from webapp.customers.customer import LONGEST_EMAIL, Customer, normal
from webapp.locks import alone
from webapp.relations.news import subscription
from webapp.sales.key import Lock


class Subscriber(SQLModel, table=True):
    """Somebody who wants to hear of topics: a customer, or an address of e-mail without an account."""

    __tablename__ = "subscribers"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(default_factory=lambda: secrets.token_urlsafe(12), unique=True, max_length=16)
    key_counter: int = Field(default=0, description="how often the link to the topics was withdrawn")
    customer_id: int | None = Field(
        default=None, foreign_key="customers.id", ondelete="CASCADE", unique=True, description="no guest"
    )
    email: str | None = Field(default=None, unique=True, max_length=LONGEST_EMAIL, description="of a guest")
    since: datetime

    @property
    def lock(self) -> Lock:
        return Lock(self.code, self.key_counter)


def of_customer(session: Session, customer_id: int, *, for_update: bool = False) -> Subscriber | None:
    query = select(Subscriber).where(Subscriber.customer_id == customer_id)
    return session.exec(query.with_for_update() if for_update else query).first()


def of_guest(session: Session, email: str) -> Subscriber | None:
    return session.exec(select(Subscriber).where(Subscriber.email == normal(email))).first()


def by_lock(session: Session, lock: Lock | None, *, for_update: bool = False) -> Subscriber | None:
    """Whose topics a key opens; an old one opens nothing."""
    if lock is None:
        return None
    query = select(Subscriber).where(Subscriber.code == lock.code)
    found = session.exec(query.with_for_update() if for_update else query).first()
    return found if found is not None and found.lock == lock else None


def by_code(session: Session, code: str) -> Subscriber | None:
    return session.exec(select(Subscriber).where(Subscriber.code == code)).first()


def for_customer(session: Session, who: Customer, *, at: datetime) -> Subscriber:
    """The subscriber that a customer is; what they subscribed to as a guest comes along, with its consents."""
    alone(session, f"subscriber {who.email}")
    mine = of_customer(session, who.id or 0, for_update=True)
    guest = of_guest(session, who.email)
    if (
        guest is not None and mine is not None
    ):  # subscribed in the very moment in which the account came to be
        _merge(session, guest, mine)
    elif guest is not None:
        guest.customer_id, guest.email, mine = who.id, None, guest
    if mine is None:
        mine = Subscriber(customer_id=who.id, since=at)
        session.add(mine)
    session.flush()
    _take_over(session, who, at=at)
    return mine


def for_guest(session: Session, email: str, *, at: datetime) -> Subscriber:
    """The subscriber of an address that was just shown to be somebody's: a customer's, if it is one's."""
    known = session.exec(select(Customer).where(Customer.email == normal(email)).with_for_update()).first()
    if known is not None:
        return for_customer(session, known, at=at)
    alone(session, f"subscriber {normal(email)}")
    found = of_guest(session, email)
    if found is None:
        found = Subscriber(email=normal(email), since=at)
        session.add(found)
        session.flush()
    return found


def customer_of(session: Session, subscriber: Subscriber) -> Customer | None:
    return session.get(Customer, subscriber.customer_id) if subscriber.customer_id else None


def address_of(session: Session, subscriber: Subscriber) -> str:
    """Where their letters go."""
    who = customer_of(session, subscriber)
    return who.email if who else subscriber.email or ""


def with_accounts(session: Session, *, limit: int) -> list[Customer]:
    """Customers who subscribed as guests, before they had an account."""
    both = select(Customer).join(Subscriber, col(Subscriber.email) == col(Customer.email))
    return list(session.exec(both.limit(limit)))


def _merge(session: Session, guest: Subscriber, mine: Subscriber) -> None:
    known = {one.topic for one in subscription.of(session, mine.id or 0)}
    for one in subscription.of(session, guest.id or 0):
        if one.topic not in known:
            one.subscriber_id = mine.id or 0
    session.flush()
    session.delete(guest)


def _take_over(session: Session, who: Customer, *, at: datetime) -> None:
    """What was allowed by the double opt-in of a guest is allowed by the customer: the same words, the same time."""
    for receipt in guest_consent.held(session, who.email):
        consent.give(
            session,
            who.id or 0,
            receipt.of_purpose,
            receipt.edition,
            language=receipt.language,
            channel=receipt.channel,
            at=receipt.given_at,
        )
        session.delete(receipt)
    session.flush()
