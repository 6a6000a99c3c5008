"""Balances: what an order costs, what has come in for it, what has gone back, and what follows."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.money import percentage


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of one order, in minor units of its currency.

    `sent_back`: every refund that has not failed. `returned`: the part of it that only gave back what was paid too
    much; what goes back for any other reason is owed by nobody.
    """

    total: int
    deposit: int = 0
    received: int = 0
    sent_back: int = 0
    returned: int = 0

    @property
    def covered(self) -> int:
        """How much of the total is settled."""
        return self.received - self.returned

    @property
    def due(self) -> int:
        return max(0, self.total - self.covered)

    @property
    def over(self) -> int:
        """What was paid too much and has not gone back."""
        return max(0, self.held - self.total)

    @property
    def held(self) -> int:
        """What came in and has not gone back."""
        return self.received - self.sent_back

    @property
    def is_begun(self) -> bool:
        """Something has come in, but not all."""
        return 0 < self.covered < self.total

    @property
    def deposit_due(self) -> int:
        """What is needed before work begins, where a deposit is agreed."""
        return max(0, min(self.deposit, self.total) - self.covered)

    @property
    def is_deposit_paid(self) -> bool:
        return self.deposit > 0 and self.covered >= self.deposit

    def of(self, total: int) -> "Balance":
        """The same for another total."""
        return Balance(total, self.deposit, self.received, self.sent_back, self.returned)

    def with_received(self, amount: int) -> "Balance":
        """The same after one more payment."""
        return Balance(self.total, self.deposit, self.received + amount, self.sent_back, self.returned)


def deposit_of(total: int, percent: int) -> int:
    """The share of a total that is paid in advance, rounded half up; 0 where all of it is."""
    return percentage(total, Decimal(percent)) if 0 < percent < 100 else 0
