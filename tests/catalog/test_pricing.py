"""The price is a waterfall of named lines that sum to it exactly, in whole minor units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import pricing
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.model import Texts
from catalog.money import decimal_text, minor_units, percentage, tax_within
from catalog.pricing import price_lines
from catalog.terms import Term, Terms
from tests.catalog.built import a_bundle, a_family, a_price
from tests.catalog.families import families

LABEL = Texts({"en": "Reduction"})


def lines(family, *names: str) -> list[tuple[str, int]]:
    keys = [OptionKey(*name.split(".")) for name in names]
    return [(line.code, line.amount) for line in price_lines(family, keys)]


def test_the_base_model_always_has_a_line_and_free_options_have_none():
    family = a_family("model: city 0, tour 500", "bell?: brass 0, loud 15", "lock?: chain 40")
    assert lines(family, "lock.chain", "bell.brass", "model.city") == [("model.city", 0), ("lock.chain", 40)]


def test_a_percentage_is_rounded_half_up_on_each_line():
    family = a_family(
        "model: city 1005",
        "extras 0-3: mat 5, tray 15, hook 4",
        price_rules=[a_price("club", "model.city", percent="-10", of=["extras.*", "model.city"])],
    )
    assert lines(family, "model.city", "extras.mat", "extras.tray", "extras.hook")[4:] == [
        ("club:extras.mat", -1),
        ("club:extras.tray", -2),
        ("club:model.city", -101),
    ]


@pytest.mark.parametrize(
    ("amount", "percent", "share"),
    [
        (5, "10", 1),
        (-5, "10", -1),
        (4, "10", 0),
        (15, "-10", -2),
        (1, "50", 1),
        (333, "33.33", 111),
        (0, "9", 0),
    ],
)
def test_half_a_coin_goes_away_from_zero(amount, percent, share):
    assert percentage(amount, Decimal(percent)) == share


def test_a_price_rule_applies_while_its_condition_holds():
    family = a_family(
        "model: city 100", "bell?: brass 10", price_rules=[a_price("gift", "bell.brass", amount=-10)]
    )
    assert lines(family, "model.city") == [("model.city", 100)]
    assert lines(family, "model.city", "bell.brass")[-1] == ("gift", -10)


def test_a_bundle_makes_its_options_cost_its_price_together():
    family = a_family(
        "model: city 100",
        "extras 0-2: rack 80, bags 120",
        bundles=[a_bundle("touring", 149, "extras.rack", "extras.bags")],
    )
    assert sum(amount for _, amount in lines(family, "model.city", "extras.rack")) == 180
    assert lines(family, "model.city", "extras.rack", "extras.bags")[-1] == ("touring", -51)
    assert sum(amount for _, amount in lines(family, "model.city", "extras.rack", "extras.bags")) == 249


@given(families(), st.data())
def test_a_price_is_the_sum_of_its_lines_and_contains_its_tax(family, data):
    chosen = data.draw(st.sets(st.sampled_from(list(family.option_by_key))))
    found = price_lines(family, chosen)
    assert found == price_lines(family, sorted(chosen))
    assert len({line.code for line in found}) == len(found)
    assert all(line.label.root for line in found)
    total = sum(line.amount for line in found)
    tax = tax_within(total, family.tax_percent)
    assert abs(tax) <= abs(total)
    assert abs((total - tax) * (100 + family.tax_percent) / 100 - total) <= Decimal("0.61")


@pytest.mark.parametrize(
    ("total", "percent", "tax"), [(11900, "19", 1900), (100, "0", 0), (1, "19", 0), (107, "7", 7)]
)
def test_the_tax_is_within_the_total(total, percent, tax):
    assert tax_within(total, Decimal(percent)) == tax


terms = st.lists(
    st.one_of(
        st.integers(0, 5000).map(lambda cents: Term("t", LABEL, "amount", Decimal(cents))),
        st.decimals(0, 100, places=2).map(lambda percent: Term("t", LABEL, "percent", percent)),
    ),
    max_size=4,
).map(lambda found: Terms(tuple(found)))


@given(terms, st.integers(-5000, 20000), st.integers(0, 300))
def test_a_price_never_falls_when_the_catalogue_total_rises(found, total, rise):
    assert found.total(total) <= found.total(total + rise)


@given(terms, st.integers(0, 20000))
def test_terms_take_off_no_more_than_there_is_and_never_add(found, total):
    after = found.total(total)
    assert 0 <= after <= total
    assert after == total + sum(line.amount for line in found.lines(total))


def test_terms_stand_as_lines_of_their_own_after_the_configuration():
    family = a_family("model: city 10000", "bell?: brass 999")
    configuration = Engine(family).complete(Choices.of_names(["bell.brass"]))
    found = Terms(
        (Term("club", LABEL, "percent", Decimal(5)), Term("voucher", LABEL, "amount", Decimal(1000)))
    )
    price = pricing.price(configuration, found)
    assert [(line.code, line.amount) for line in price.lines] == [
        ("model.city", 10000),
        ("bell.brass", 999),
        ("club", -550),
        ("voucher", -1000),
    ]
    assert (price.total, price.tax, price.currency) == (9449, 1509, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("129.00", "EUR", 12900),
        ("-25", "EUR", -2500),
        ("+0.05", "EUR", 5),
        ("1500", "JPY", 1500),
        ("1.234", "BHD", 1234),
    ],
)
def test_money_is_read_from_decimal_text_and_written_back(text, currency, amount):
    assert minor_units(text, currency) == amount
    assert minor_units(decimal_text(amount, currency), currency) == amount


@pytest.mark.parametrize("text", ["1,50", "1.005", "", "1e3", "12 ", "--1", "١٢", "NaN", "1.", "9" * 13])
def test_what_is_no_amount_of_money_is_refused(text):
    with pytest.raises(ValueError, match=r"is not an amount|is finer than"):
        minor_units(text, "EUR")


@given(st.integers(-(10**10), 10**10), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_every_amount_survives_being_written(amount, currency):
    assert minor_units(decimal_text(amount, currency), currency) == amount
