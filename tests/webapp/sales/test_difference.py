"""What differs between two specifications, and that the effects sum to what the totals differ by."""

from typing import Any

import pytest

from webapp.sales.difference import Kind, differences
from webapp.sales.specification import Specification

TITLES: dict[str, Any] = {"en": "Title"}


def made_of(
    *parts: tuple[str, int], currency: str = "EUR", steps: dict[str, int] | None = None, **titles: str
) -> Any:
    """A specification of `group.option` at a price each, with further steps of the price."""
    amounts = dict(parts) | (steps or {})
    return Specification(
        family="bag",
        family_title=TITLES,
        version=1,
        version_sha256="",
        choices=[],
        parts=[
            {
                "group": code.partition(".")[0],
                "option": code.partition(".")[2],
                "origin": "mine",
                "group_title": TITLES,
                "title": {"en": titles.get(code.partition(".")[2], code)},
                "price": price,
                "attributes": {},
            }
            for code, price in parts
        ],
        price_lines=[{"code": code, "label": {"en": code}, "amount": each} for code, each in amounts.items()],
        terms=[],
        currency=currency,
        tax_percent="19",
        total=sum(amounts.values()),
        tax=0,
        lead_days=1,
    )


def said(was: Specification, now: Specification) -> list[tuple[str, int]]:
    return [(each.kind.value, each.effect) for each in differences(was, now)]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (made_of(("lid.oak", 10)), made_of(("lid.elm", 15)), [("replaced", 5)]),
        (made_of(("lid.oak", 10)), made_of(("lid.oak", 12)), [("priced", 2)]),
        (made_of(("lid.oak", 10)), made_of(("lid.oak", 12), oak="Old oak"), [("renamed", 2)]),
        (made_of(("lid.oak", 10)), made_of(), [("gone", -10)]),
        (made_of(), made_of(("lid.oak", 10)), [("added", 10)]),
        # Of a group that held several, nobody knows which one the new one stands for.
        (
            made_of(("pockets.map", 3), ("pockets.pen", 4)),
            made_of(("pockets.map", 3), ("pockets.cup", 9)),
            [("gone", -4), ("added", 9)],
        ),
        # A percentage is taken of each option, and told as one step.
        (
            made_of(("lid.oak", 10), ("base.tin", 20), steps={"sale:lid.oak": -1, "sale:base.tin": -2}),
            made_of(("lid.oak", 10), ("base.tin", 20), steps={"sale:lid.oak": -5, "sale:base.tin": -10}),
            [("step", -12)],
        ),
    ],
)
def test_each_difference_is_told_with_its_effect(
    was: Specification, now: Specification, expected: list[tuple[str, int]]
) -> None:
    assert said(was, now) == expected
    assert sum(effect for _, effect in said(was, now)) == now.total - was.total


def test_amounts_in_other_money_are_not_compared() -> None:
    was = made_of(("lid.oak", 10), ("base.tin", 20), steps={"sale": -1})
    now = made_of(("lid.elm", 900), ("base.tin", 2000), currency="RUB")
    assert [(each.kind, each.effect) for each in differences(was, now)] == [(Kind.REPLACED, 0)]
