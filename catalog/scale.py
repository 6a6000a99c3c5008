"""One whole number that orders configurations: my choices given up, then money, then days until ready.

The digits never meet: a day weighs less than the smallest coin, all money together less than one choice, and all
choices together less than a forbidden combination. Days add up by themselves where the family sums them; for "the
largest" each distinct number of days is a digit of its own, an option adds one to it, and the highest digit that is
not zero tells the largest.
"""

from bisect import bisect_right
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from catalog.model import Family
from catalog.pricing import saving, share

# Five hundred forbidden combinations still add up within 63 bits.
FORBIDDEN = 1 << 54
MOST_CHOICES_BITS = 7
ROOM_BITS = 54 - 1 - MOST_CHOICES_BITS


class TooDear(ValueError):
    """Prices so large that all of a family's money does not fit into the scale."""


class Best(NamedTuple):
    """What a best configuration comes to: my choices given up, the total in minor units, days until ready.

    `lead_days` is None where a family has more different lead times than the digits hold.
    """

    changes: int
    total: int
    lead_days: int | None


class Scale:
    """The weights of a family's money, days and choices. Raises TooDear."""

    def __init__(self, family: Family) -> None:
        self.lead = family.lead
        amounts = [
            max((abs(option.price) for option in group.options), default=0) * group.max
            for group in family.groups
        ]
        amounts += [abs(saving(family, bundle)) for bundle in family.bundles]
        for rule in family.price_rules:
            shares = (
                abs(share(family, key, rule.percent or Decimal(0))) for key in family.keys_named(rule.of)
            )
            amounts += [abs(rule.amount or 0), *shares]
        money_bits = (2 * sum(amounts) + 1).bit_length() + 1
        if money_bits > ROOM_BITS:
            raise TooDear("the prices of this family are too large to add up")
        self.days, self.shifts = self._digits(family)
        if family.lead.combine == "sum":
            takes = [
                group.max * max((o.lead_days for o in group.options), default=0) for group in family.groups
            ]
            day_bits = sum(takes).bit_length()
        else:
            day_bits = self.shifts[-1]
        self.tells_days = money_bits + day_bits <= ROOM_BITS
        self.coin = 1 << (day_bits if self.tells_days else 0)
        self.choice = self.coin << money_bits
        base = family.lead.base_days
        self._digit_starts = np.array([1 << shift for shift in self.shifts[:-1] if shift < 63], np.int64)
        self._lead_by_digit = np.array([base, *(base + day for day in self.days)])

    def _digits(self, family: Family) -> tuple[list[int], list[int]]:
        """The distinct days, ascending, and where each one's digit starts: wide enough for all groups that have it."""
        days = sorted({o.lead_days for group in family.groups for o in group.options if o.lead_days > 0})
        shifts = [0]
        for day in days:
            at_once = sum(
                min(group.max, sum(o.lead_days == day for o in group.options)) for group in family.groups
            )
            shifts.append(shifts[-1] + at_once.bit_length())
        return days, shifts

    def cost(self, amount: int, lead_days: int = 0) -> int:
        """The weight of an amount of money and of an option's days."""
        return amount * self.coin + (self._day_weight(lead_days) if self.tells_days else 0)

    def _day_weight(self, days: int) -> int:
        if days <= 0:
            return 0
        return days if self.lead.combine == "sum" else 1 << self.shifts[self.days.index(days)]

    def read_all(self, costs: np.ndarray) -> list[Best]:
        """Many weights at once."""
        changes = (costs + self.choice // 2) // self.choice
        money = costs - changes * self.choice
        totals = money // self.coin
        days: list = [None] * len(costs)
        if self.tells_days:
            weights = money - totals * self.coin
            if self.lead.combine == "sum":
                days = (self.lead.base_days + weights).tolist()
            else:
                digit = np.searchsorted(self._digit_starts, weights, side="right")
                days = self._lead_by_digit[digit].tolist()
        return [Best(*row) for row in zip(changes.tolist(), totals.tolist(), days, strict=True)]

    def read(self, cost: int) -> Best:
        """A weight back as choices, money and days."""
        changes = (cost + self.choice // 2) // self.choice
        total, day_weight = divmod(cost - changes * self.choice, self.coin)
        return Best(changes, total, self._lead_days(day_weight) if self.tells_days else None)

    def _lead_days(self, weight: int) -> int:
        if self.lead.combine == "sum" or not weight:
            return self.lead.base_days + weight
        return self.lead.base_days + self.days[bisect_right(self.shifts, weight.bit_length() - 1) - 1]
