"""Money as whole minor units and a currency; decimal text in, half-up rounding, no floats anywhere."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# Digits after the point, by ISO 4217; every currency that is not listed has two.
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "BHD": 3, "KWD": 3, "TND": 3}

AMOUNT = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,3})?")


def minor_digits(currency: str) -> int:
    """How many digits the currency writes after the point."""
    return MINOR_DIGITS.get(currency, 2)


def minor_units(text: str, currency: str) -> int:
    """The whole minor units of a decimal text such as "129.00" or "-25".

    Raises ValueError where the text is no amount or is finer than the currency's smallest coin.
    """
    if not AMOUNT.fullmatch(text):
        raise ValueError(f'"{text}" is not an amount; write it as decimal text such as "129.00"')
    amount = Decimal(text).scaleb(minor_digits(currency))
    if amount != amount.to_integral_value():
        raise ValueError(f'"{text}" is finer than the smallest coin of {currency}')
    return int(amount)


def decimal_text(amount: int, currency: str) -> str:
    """The decimal text that `minor_units` reads back to the same amount."""
    return f"{Decimal(amount).scaleb(-minor_digits(currency)):.{minor_digits(currency)}f}"


def percentage(amount: int, percent: Decimal) -> int:
    """`percent` of an amount of minor units, rounded half up (away from zero)."""
    return int((amount * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax_within(total: int, tax_percent: Decimal) -> int:
    """The tax contained in a total that includes it, rounded half up."""
    net = (total * 100 / (100 + tax_percent)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return total - int(net)


def apportioned(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount split in proportion to weights (none below 0) in whole minor units; the parts sum to it exactly.

    What does not go into whole units goes to those who came shortest, the earlier first; where nothing weighs, all
    goes to the first. The amount is not below 0.
    """
    total = sum(weights)
    if not total:
        return [amount if not index else 0 for index in range(len(weights))]
    parts = [amount * weight // total for weight in weights]
    shortest = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % total), index))
    for index in shortest[: amount - sum(parts)]:
        parts[index] += 1
    return parts
