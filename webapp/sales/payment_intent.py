"""Payment intents: what we ask somebody to pay, written down before any provider hears of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint, or_, text
from sqlmodel import Field, Session, SQLModel, col, func, select

from webapp.sales.key import new_code

# How long one may pay. Stripe takes 30 minutes to 24 hours, counted from when it hears of it: a first try whose
# answer was lost can be repeated, word for word, until half an hour before the end.
OPEN_FOR = timedelta(hours=2)
LEAST = timedelta(minutes=10)  # with less left, whoever presses the button gets a page of their own anew
LIVE = text("state IN ('created', 'open', 'pending')")


class Purpose(StrEnum):
    """What is asked for."""

    FULL = "full"
    DEPOSIT = "deposit"
    REST = "rest"
    TOP_UP = "top-up"


class IntentState(StrEnum):
    """How far an intent is, in the order in which it goes on: news of an earlier state changes nothing.

    Pending: the shopper has done their part, their bank has not.
    """

    CREATED = "created"
    OPEN = "open"
    PENDING = "pending"
    EXPIRED = "expired"
    FAILED = "failed"
    PAID = "paid"


RANK = {state: rank for rank, state in enumerate(IntentState)}
ALIVE = (IntentState.CREATED.value, IntentState.OPEN.value, IntentState.PENDING.value)


class PaymentIntent(SQLModel, table=True):
    """One try to have one amount of an order paid. An order has one live intent at most."""

    __tablename__ = "payment_intents"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        Index("ix_payment_intents_live", "order_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id", ondelete="RESTRICT")
    code: str = Field(default_factory=new_code, unique=True, max_length=16)
    purpose: str = Field(max_length=10)
    amount: int
    currency: str = Field(max_length=3)
    provider: str = Field(max_length=20)
    attempt: int
    idempotency_key: str = Field(unique=True, max_length=80)
    session_id: str | None = Field(default=None, unique=True, max_length=255)
    session_url: str | None = Field(default=None, sa_type=Text)
    state: str = Field(default=IntentState.CREATED.value, max_length=10)
    payment_id: int | None = Field(
        default=None,
        foreign_key="payments.id",
        unique=True,
        ondelete="RESTRICT",
        description="that it led to",
    )
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    asked_at: datetime | None = Field(default=None, description="when we last asked the provider about it")

    @property
    def is_live(self) -> bool:
        return self.state in ALIVE

    def can_be_paid(self, at: datetime) -> bool:
        """Whether whoever is sent to its page has time enough to pay."""
        return self.state in ALIVE[:2] and self.expires_at - at > LEAST


def ask(
    session: Session,
    order_id: int,
    number: str,
    purpose: Purpose,
    amount: int,
    currency: str,
    provider: str,
    *,
    at: datetime,
) -> PaymentIntent:
    """Makes the next intent of an order, which was read for update and has no live one."""
    attempts = select(func.coalesce(func.max(PaymentIntent.attempt), 0)).where(
        PaymentIntent.order_id == order_id
    )
    attempt, code = session.exec(attempts).one() + 1, new_code()
    intent = PaymentIntent(
        order_id=order_id,
        code=code,
        purpose=purpose.value,
        amount=amount,
        currency=currency,
        provider=provider,
        attempt=attempt,
        # The code too: a database that was restored may count to the same attempt once more.
        idempotency_key=f"order-{number}-{attempt}-{code}",
        created_at=at,
        changed_at=at,
        expires_at=at.replace(microsecond=0) + OPEN_FOR,
    )
    session.add(intent)
    session.flush()
    return intent


def move(intent: PaymentIntent, state: IntentState, *, at: datetime) -> bool:
    """Takes an intent on; never back. Whether that was news."""
    if RANK[state] <= RANK[IntentState(intent.state)]:
        return False
    intent.state, intent.changed_at = state.value, at
    return True


def opened(intent: PaymentIntent, session_id: str, url: str | None, *, at: datetime) -> None:
    """Notes the page on which it can be paid."""
    if intent.session_id is None:
        intent.session_id = session_id
    if intent.session_id == session_id and url:
        intent.session_url = url
    move(intent, IntentState.OPEN, at=at)


def live(session: Session, order_id: int) -> PaymentIntent | None:
    """The one that may still be paid."""
    return session.exec(
        select(PaymentIntent).where(PaymentIntent.order_id == order_id, col(PaymentIntent.state).in_(ALIVE))
    ).first()


def of(session: Session, order_id: int) -> Sequence[PaymentIntent]:
    """All of an order's, the oldest first."""
    query = select(PaymentIntent).where(PaymentIntent.order_id == order_id)
    return session.exec(query.order_by(col(PaymentIntent.attempt))).all()


def by_code(session: Session, code: str, *, for_update: bool = False) -> PaymentIntent | None:
    query = select(PaymentIntent).where(PaymentIntent.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()


def by_session(session: Session, session_id: str) -> PaymentIntent | None:
    return session.exec(select(PaymentIntent).where(PaymentIntent.session_id == session_id)).first()


def to_be_asked(
    session: Session, provider: str, *, before: datetime, limit: int, for_update: bool = False
) -> Sequence[PaymentIntent]:
    """Live intents that nobody has asked the provider about for a while, those that waited longest first."""
    query = select(PaymentIntent).where(
        col(PaymentIntent.state).in_(ALIVE),
        PaymentIntent.provider == provider,
        col(PaymentIntent.created_at) < before,
        or_(col(PaymentIntent.asked_at).is_(None), col(PaymentIntent.asked_at) < before),
    )
    query = query.order_by(col(PaymentIntent.asked_at).is_(None).desc(), col(PaymentIntent.asked_at))
    query = query.limit(limit)
    return session.exec(query.with_for_update(skip_locked=True) if for_update else query).all()
