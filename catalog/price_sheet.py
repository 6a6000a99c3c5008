"""Every price of a family in one list, by a key of its own, and the family with other prices."""

from collections.abc import Mapping
from typing import NamedTuple

from catalog.model import Family, Texts
from catalog.parts import each_option

RULE, BUNDLE = "rule:", "bundle:"


class Priced(NamedTuple):
    """Something with a price (minor units): an option by `group.option`, else `rule:code` or `bundle:code`."""

    key: str
    group: str  # its code; empty of rules and bundles
    title: Texts
    price: int


def price_sheet(family: Family) -> list[Priced]:
    """All prices in the document's order; percentages of price rules are none."""
    options = [
        Priced(str(key), key.group, option.title, option.price)
        for key, option in family.option_by_key.items()
    ]
    rules = [
        Priced(f"{RULE}{rule.code}", "", rule.title, rule.amount)
        for rule in family.price_rules
        if rule.amount is not None
    ]
    bundles = [Priced(f"{BUNDLE}{each.code}", "", each.title, each.price) for each in family.bundles]
    return options + rules + bundles


def with_prices(family: Family, prices: Mapping[str, int]) -> Family:
    """The family with these prices; what is not named keeps its own, and keys of nothing mean nothing."""
    changed = each_option(
        family,
        lambda key, option: (
            option
            if prices.get(str(key), option.price) == option.price
            else option.revised(price=prices[str(key)])
        ),
    )
    return changed.revised(
        price_rules=tuple(
            rule.revised(amount=prices.get(f"{RULE}{rule.code}", rule.amount))
            if rule.amount is not None
            else rule
            for rule in family.price_rules
        ),
        bundles=tuple(
            each.revised(price=prices.get(f"{BUNDLE}{each.code}", each.price)) for each in family.bundles
        ),
    )
