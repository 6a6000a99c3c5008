"""The tax within: by the rate of where it is handed over, one rounding for each line."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.money import apportioned, tax_within
from webapp.sales import tax
from webapp.sales.delivery import COUNTRIES
from webapp.sales.tax import DELIVERY, TaxSum

DAY = date(2026, 11, 23)
HOME = Decimal(19)


@pytest.mark.parametrize(
    ("country", "standard", "reduced"),
    [("DE", 19, 7), ("AT", 20, 10), ("BE", 21, 6), ("LU", 17, 8), ("NL", 21, 9)],
)
def test_each_country_taxes_at_its_own_rate(country: str, standard: int, reduced: int) -> None:
    assert tax.percent(country, HOME, DAY) == standard
    assert tax.percent(country, Decimal(7), DAY) == reduced


def test_a_rate_that_only_our_own_law_knows_does_not_travel() -> None:
    assert tax.percent("DE", Decimal("20.5"), DAY) == Decimal("20.5")
    assert tax.percent("AT", Decimal(0), DAY) == 20


def test_what_the_document_says_comes_before_what_we_guess() -> None:
    assert tax.percent("AT", HOME, DAY, "reduced") == 10
    assert tax.percent("AT", Decimal(7), DAY, "standard") == 20
    assert tax.percent("LU", Decimal(7), DAY, "reduced") == 8
    assert tax.percent("DE", HOME, DAY, "reduced") == HOME  # at home the document names the rate itself


def test_there_is_a_rate_for_every_country_that_we_deliver_to() -> None:
    assert set(COUNTRIES) == set(tax.RATES)
    assert tax.HOME in COUNTRIES


def test_each_line_is_rounded_once() -> None:
    shares = tax.shares([(1, 333, HOME), (2, 333, HOME)], 0)
    assert [share.tax for share in shares] == [
        53,
        53,
    ]  # 53.17 each: 106 in all, where the sum alone would say 106.34
    assert tax.sums(shares) == [TaxSum(HOME, 666, 106)]


def test_delivery_is_taxed_like_what_it_brings() -> None:
    shares = tax.shares([(1, 10000, HOME), (2, 5000, Decimal(7))], 2900)
    brought = [share for share in shares if share.position == DELIVERY]
    assert [(share.percent, share.gross) for share in brought] == [(HOME, 1933), (Decimal(7), 967)]
    assert sum(share.gross for share in shares) == 17900
    for share in shares:
        assert share.tax == tax_within(share.gross, share.percent)


def test_delivery_of_what_costs_nothing_is_taxed_at_its_rate_all_the_same() -> None:
    [line, brought] = tax.shares([(1, 0, HOME)], 2900)
    assert (line.tax, brought.gross, brought.tax) == (0, 2900, 463)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (5, [0, 1], [0, 5]),
        (7, [0, 0], [7, 0]),
        (0, [3, 4], [0, 0]),
        (1, [1, 2], [0, 1]),
    ],
)
def test_an_amount_is_split_without_losing_a_cent(amount: int, weights: list[int], parts: list[int]) -> None:
    assert apportioned(amount, weights) == parts
