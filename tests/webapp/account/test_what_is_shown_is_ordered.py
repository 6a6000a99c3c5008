"""What a checkout shows is what is ordered: random carts, places, ways of delivery and codes."""

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from catalog.model import Texts
from catalog.terms import Term, Terms
from tests.webapp.account.test_cart import cart_form, change, lines, orders, put
from tests.webapp.account.test_cart import order as order_cart
from tests.webapp.sales.test_offer import an_offer
from tests.webapp.shopping import a_bicycle, a_shopper, publish
from webapp import clock
from webapp.account import ordering
from webapp.account.checkout_form import CheckoutForm
from webapp.account.review import Review, ReviewedLine
from webapp.account.wanted import today, wanted_by
from webapp.sales.delivery import COUNTRIES, Window
from webapp.sales.order_line import OrderLine
from webapp.sales.order_terms import NOTHING_OFF, OrderTerms
from webapp.sales.reckoning import Sold, reckon

CARTS = 10_000
POSTCODES = {"DE": "10999", "AT": "1010", "BE": "1000", "LU": "1111", "NL": "1012 AB"}
BUILDS = [
    f"model={model}&frame={frame}{rack}"
    for model in ("city", "gravel")
    for frame, rack in (
        ("steel", ""),
        ("steel", "&rack=rear"),
        ("steel", "&rack=front"),
        ("carbon", ""),
        ("carbon", "&rack=front"),
    )
]


class RandomReview(Review):
    """A review of whatever lines."""

    action = origin = "/"

    @property
    def window(self) -> Window:
        return Window(date(2026, 12, 1), date(2026, 12, 4))  # when it comes is tried elsewhere


def some_terms(dice: random.Random, positions: list[int]) -> OrderTerms:
    if dice.random() < 0.4:
        return NOTHING_OFF
    kind = dice.choice(["percent", "amount"])
    most = 10_000 if kind == "percent" else 200_000
    value = Decimal(dice.randint(1, most)) / (100 if kind == "percent" else 1)
    meant = frozenset(dice.sample(positions, dice.randint(1, len(positions))))
    term = Term("offer:X", Texts({"en": "X"}), kind, value)  # type: ignore[arg-type]
    return OrderTerms(Terms((term,)), meant)


def test_ten_thousand_random_carts_are_ordered_as_they_are_shown(shop: Flask) -> None:
    dice = random.Random(20261123)
    with shop.test_request_context():
        sold = today("bike")
        assert sold is not None
        known = [
            wanted_by(sold, [tuple(pair.split("=")) for pair in build.split("&")]).specification()  # type: ignore[misc]
            for build in BUILDS
        ]
        form = CheckoutForm(currency="EUR", assumes=False)
        for _ in range(CARTS):
            ordered = []
            for position in range(1, dice.randint(1, 4) + 1):
                rate = dice.choice(["19", "19", "7", "20.5", "0"])
                amounts = dice.choice(known) | {"tax_percent": rate, "total": dice.randint(0, 300_000)}
                ordered.append(OrderLine(position=position, quantity=dice.randint(1, 20), **amounts))
            review = RandomReview([ReviewedLine(line) for line in ordered], clock.now())
            review.deliver(dice.choice(review.methods), dice.choice(COUNTRIES))
            review.agree(some_terms(dice, [line.position for line in ordered]), "X")
            placed = ordering._drafted(review, form, "somebody")
            _agrees(review, placed.total, placed.tax)
            goods = sum(line.total * line.quantity for line in placed.lines)
            off = sum(row.amount for row in placed.reductions)
            assert 0 <= off <= goods
            assert placed.total == goods - off + placed.delivery.price
            assert placed.total == sum(row.gross for row in placed.taxed)
            assert placed.taxes == review.reckoning.taxes


def _agrees(review: Review, total: int, tax: int) -> None:
    """Everything that the page says of the amounts."""
    assert review.total == total
    assert sum(each.tax for each in review.reckoning.taxes) == tax == review.tax
    assert sum(each.gross for each in review.reckoning.taxes) == total
    if [line.quantity for line in review.order_lines] != [1]:  # the steps of one piece are not made up here
        assert sum(line.amount for line in review.lines) == total


def test_what_remains_never_falls_when_the_goods_cost_more() -> None:
    dice = random.Random(1)
    for _ in range(2_000):
        terms = some_terms(dice, [1]).terms
        amount = dice.randint(0, 100_000)
        totals = [reckon([Sold(1, each, Decimal(19))], 2900, terms).total for each in (amount, amount + 1)]
        assert totals == sorted(totals)


@pytest.mark.parametrize("start", range(4))
def test_random_carts_are_ordered_by_their_pages_as_they_are_shown(shop: Flask, start: int) -> None:
    dice = random.Random(start)
    publish(shop, a_bicycle())
    an_offer(shop, "TENTH", once=False, value="12.5")
    an_offer(shop, "FIFTY", once=False, kind="amount", value="5000", currency="EUR")
    for _ in range(50):
        shopper = a_shopper(shop)
        for _line in range(dice.randint(1, 3)):
            put(shopper, dice.choice(BUILDS), token=f"{dice.getrandbits(80):020}")
        for number, _pieces, _amount in lines(shopper):
            if dice.random() < 0.5:
                change(shopper, number, "quantity", quantity=str(dice.randint(1, 20)))
        country = dice.choice(COUNTRIES)
        chosen = {
            "country": country,
            "postcode": POSTCODES[country],
            "method": dice.choice(["carrier", "express", "pickup"]),
            "code": dice.choice(["", "tenth", "FIFTY"]),
        }
        form = cart_form(shopper, **chosen)
        answer = order_cart(shopper, form)
        if answer.status_code == 409:  # another delivery, or a code: shown first
            form |= _shown(answer.text)
            answer = order_cart(shopper, form)
        assert answer.status_code == 303, answer.text
        placed = max(orders(shop), key=lambda one: one.id or 0)
        assert placed.total == int(form["shown_total"])
        assert f'data-total="{placed.total}"' in shopper.get(answer.location).text
    checked = shop.test_cli_runner().invoke(args=["totals", "check"])
    assert checked.output.endswith(" 0 differences\n"), checked.output


def _shown(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(shown_version|shown_total)" value="([^"]*)"', page))
