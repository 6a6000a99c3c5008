"""Events of Stripe: each kept once, in the transaction of what it changes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select


class Handled(StrEnum):
    """What an event has come to."""

    APPLIED = "applied"
    KNOWN = "known"  # it said nothing new
    WAITING = "waiting"  # about a payment that we do not know yet
    ODD = "odd"  # not what we asked for: somebody has to look
    IGNORED = "ignored"  # nothing of ours


class StripeEvent(SQLModel, table=True):
    """One message from Stripe, or one reading of ours that was odd."""

    __tablename__ = "stripe_events"

    id: str = Field(primary_key=True, max_length=255)
    type: str = Field(max_length=100)
    created_at: datetime
    received_at: datetime
    handled: str = Field(default=Handled.IGNORED.value, max_length=10)
    order_id: int | None = Field(default=None, foreign_key="orders.id", index=True, ondelete="RESTRICT")
    payment_reference: str | None = Field(default=None, index=True, max_length=120)
    about: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


def first(session: Session, event: StripeEvent) -> bool:
    """Keeps an event; False where it came before."""
    try:
        with session.begin_nested():
            session.add(event)
    except IntegrityError:
        if session.get(StripeEvent, event.id) is None:
            raise
        return False
    return True


def waiting(session: Session, payment_reference: str) -> Sequence[StripeEvent]:
    """What came too early for a payment, in the order in which it came."""
    query = select(StripeEvent).where(
        StripeEvent.payment_reference == payment_reference, StripeEvent.handled == Handled.WAITING.value
    )
    return session.exec(query.order_by(col(StripeEvent.received_at), col(StripeEvent.id))).all()


def odd(session: Session, order_id: int) -> Sequence[StripeEvent]:
    """What does not fit to an order."""
    query = select(StripeEvent).where(
        StripeEvent.order_id == order_id, StripeEvent.handled == Handled.ODD.value
    )
    return session.exec(query.order_by(col(StripeEvent.received_at))).all()
