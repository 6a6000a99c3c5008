"""Facts: what a provider tells us, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.sales.payment_intent import IntentState
from webapp.sales.refund import RefundState


@dataclass(frozen=True, slots=True)
class CheckoutFact:
    """How far the page is on which an intent is paid. Amounts in minor units, currencies in capitals."""

    session: str
    intent: str | None
    state: IntentState
    amount: int | None
    currency: str
    payment: str | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RefundFact:
    """How far a refund is; `code` is ours, and missing where it was made at the provider."""

    reference: str
    payment: str
    code: str | None
    amount: int
    currency: str
    state: RefundState
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """A dispute about a payment."""

    reference: str
    payment: str
    amount: int
    currency: str
    reason: str
    status: str
    opened_at: datetime
    answer_by: datetime | None
    is_closed: bool


Fact = CheckoutFact | RefundFact | DisputeFact


@dataclass(frozen=True, slots=True)
class Event:
    """One message of a provider, known to be theirs.

    `about`: the little of it that we keep. `payment_to_read`: whose refunds are to be read before it says anything.
    """

    id: str
    type: str
    created_at: datetime
    about: dict[str, Any]
    facts: tuple[Fact, ...] = ()
    payment_to_read: str | None = None
