"""Value added tax: whose rate applies, and how much of each amount it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from catalog.money import apportioned, tax_within

HOME = "DE"  # where the workshop is: what is collected there is taxed there


class Rates(NamedTuple):
    """A country's rates in per cent, from a day on."""

    since: date
    standard: Decimal
    reduced: Decimal


@dataclass(frozen=True, slots=True)
class TaxedShare:
    """An amount (tax included, minor units) of an order's line, or of its delivery, at one rate."""

    position: int
    percent: Decimal
    gross: int
    tax: int


class TaxSum(NamedTuple):
    """What is taxed at one rate, over all lines: the amounts with tax, and the tax within."""

    percent: Decimal
    gross: int
    tax: int


CLASSES = Rates._fields[1:]  # as documents and `percent` name them: standard, reduced
DELIVERY = 0  # the position of what is paid for delivery; the lines of an order start at 1

# "VAT rates applied in the Member States of the European Union", European Commission (Taxes in Europe Database),
# as of 1 January 2026. `reduced` is the rate of goods that Germany taxes at 7 %; the standard rate is all others'.
# A change of law is a row more, so that what was ordered before it comes out again.
RATES: Mapping[str, tuple[Rates, ...]] = {
    "DE": (Rates(date(2021, 1, 1), Decimal(19), Decimal(7)),),
    "AT": (Rates(date(1984, 1, 1), Decimal(20), Decimal(10)),),
    "BE": (Rates(date(1996, 1, 1), Decimal(21), Decimal(6)),),
    "LU": (Rates(date(2024, 1, 1), Decimal(17), Decimal(8)),),
    "NL": (Rates(date(2019, 1, 1), Decimal(21), Decimal(9)),),
}


def percent(country: str, home_percent: Decimal, day: date, tax_class: str | None = None) -> Decimal:
    """The rate of a country for what is taxed at home at a rate.

    `tax_class` (standard or reduced) is what the family's document says about it. Where it says nothing, what home
    taxes at its reduced rate is taken to be taxed at the reduced one elsewhere, everything else at the standard one: a
    rate that only our own law knows does not travel. Which goods a country favours differs, so this is a guess that is
    right for what is taxed at the standard rate, and that a document for anything else should replace.
    """
    if country == HOME:
        return home_percent
    home, there = _on(HOME, day), _on(country, day)
    is_reduced = tax_class == "reduced" if tax_class else home_percent == home.reduced
    return there.reduced if is_reduced else there.standard


def abroad(tax_class: str, day: date) -> dict[str, Decimal]:
    """The rate of a class in each country but home."""
    return {country: getattr(_on(country, day), tax_class) for country in RATES if country != HOME}


def shares(lines: Sequence[tuple[int, int, Decimal]], delivery: int) -> list[TaxedShare]:
    """The tax within lines (position, amount, rate) and within the delivery, which is taxed like what it brings.

    Where the lines' rates differ, the delivery is split between the rates in proportion to the amounts. One rounding
    for each share.
    """
    taxed = [(position, amount, rate) for position, amount, rate in lines]
    amounts: dict[Decimal, int] = {}
    for _position, amount, rate in lines:
        amounts[rate] = amounts.get(rate, 0) + amount
    if delivery:
        parts = apportioned(delivery, list(amounts.values()))
        taxed += [(DELIVERY, part, rate) for rate, part in zip(amounts, parts, strict=True) if part]
    return [TaxedShare(position, rate, amount, tax_within(amount, rate)) for position, amount, rate in taxed]


def sums(taxed: Iterable[TaxedShare]) -> list[TaxSum]:
    """The same by rate, the highest first."""
    found: dict[Decimal, TaxSum] = {}
    for share in taxed:
        before = found.get(share.percent, TaxSum(share.percent, 0, 0))
        found[share.percent] = TaxSum(share.percent, before.gross + share.gross, before.tax + share.tax)
    return sorted(found.values(), reverse=True)


def _on(country: str, day: date) -> Rates:
    known = RATES[country]
    return next((rates for rates in reversed(known) if rates.since <= day), known[0])
