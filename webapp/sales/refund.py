"""Refunds: money that goes back, written down before it is sent and never more than there is."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.sales.key import new_code


class Reason(StrEnum):
    """Why money goes back. Only what was paid too much still has to be paid if the price rises again."""

    OVERPAID = "overpaid"
    GOODWILL = "goodwill"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"  # made at the provider, not by us


class RefundState(StrEnum):
    """How far a refund is. It only ever goes on: what has failed at the bank stays failed."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


RANK = {state: rank for rank, state in enumerate(RefundState)}


class Refund(SQLModel, table=True):
    """One amount that goes back of one payment, in minor units."""

    __tablename__ = "refunds"

    id: int | None = Field(default=None, primary_key=True)
    payment_id: int = Field(default=None, foreign_key="payments.id", index=True, ondelete="RESTRICT")
    code: str = Field(default_factory=new_code, unique=True, max_length=16)
    amount: int
    currency: str = Field(max_length=3)
    reason: str = Field(max_length=20)
    idempotency_key: str = Field(
        unique=True, max_length=120, description="of the form: sent twice, refunded once"
    )
    reference: str | None = Field(default=None, unique=True, max_length=100, description="the provider's")
    state: str = Field(default=RefundState.REQUESTED.value, max_length=10)
    who: str = Field(max_length=100, description="as they were called then")
    trouble: str = Field(default="", max_length=500)
    requested_at: datetime
    changed_at: datetime

    @property
    def counts(self) -> bool:
        """Whether its amount is gone, or will be."""
        return self.state != RefundState.FAILED


def move(refund: Refund, state: RefundState, *, at: datetime, reference: str = "", trouble: str = "") -> bool:
    """Takes a refund on; never back. Whether that was news."""
    if reference and refund.reference is None:
        refund.reference = reference
    if RANK[state] <= RANK[RefundState(refund.state)]:
        return False
    refund.state, refund.changed_at, refund.trouble = state.value, at, trouble[:500]
    return True


def by_key(session: Session, key: str) -> Refund | None:
    return session.exec(select(Refund).where(Refund.idempotency_key == key)).first()


def by_code(session: Session, code: str, *, for_update: bool = False) -> Refund | None:
    query = select(Refund).where(Refund.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()


def by_reference(session: Session, reference: str) -> Refund | None:
    return session.exec(select(Refund).where(Refund.reference == reference)).first()


def waiting(session: Session, *, before: datetime, limit: int) -> Sequence[Refund]:
    """Refunds of which we do not know yet what became of them, the oldest first."""
    query = select(Refund).where(
        Refund.state == RefundState.REQUESTED.value, col(Refund.requested_at) < before
    )
    return session.exec(query.order_by(col(Refund.id)).limit(limit)).all()
