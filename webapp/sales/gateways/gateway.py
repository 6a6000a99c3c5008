"""What every way to pay can do; and what can go wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webapp.sales.gateways.fact import CheckoutFact, Event, RefundFact


class Refused(Exception):
    """The provider will not do this, however often it is asked."""


class Unanswered(Exception):
    """Nobody knows whether it was done: to be repeated with the same key."""


class Forged(Exception):
    """A message that is not the provider's, not for us, or too old."""


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A page on which one intent can be paid. The same key always comes with the same words."""

    key: str
    intent: str
    order: str
    title: str
    amount: int
    currency: str
    email: str
    language: str
    return_to: str
    back_to: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """One amount of one payment that is to go back."""

    key: str
    code: str
    order: str
    payment: str
    amount: int
    currency: str


class Gateway(Protocol):
    """A way by which money comes in and goes back. Slow: never to be asked inside a transaction.

    Every method but `event` raises Refused or Unanswered.
    """

    provider: str
    pages: str | None  # the origin of the pages on which one pays, where there are any

    def open(self, wanted: CheckoutRequest) -> CheckoutFact: ...

    def read(self, session: str) -> CheckoutFact: ...

    def close(self, session: str) -> CheckoutFact:
        """Nobody can pay there any more, unless they have already: the fact says which."""
        ...

    def refund(self, wanted: RefundRequest) -> RefundFact: ...

    def refunds(self, payment: str) -> Sequence[RefundFact]: ...

    def event(self, body: bytes, signature: str) -> Event:
        """A message, once it is proven to be genuine. Raises Forged."""
        ...
