"""What the very parts of a build come to under another version of their family than the one they were kept under."""

from collections.abc import Iterable
from typing import Any

from catalog import pricing
from catalog.expression import OptionKey
from catalog.kept import carried
from catalog.model import Family
from catalog.nearest import Nearest
from catalog.reopen import stands
from catalog.search import Unproven
from catalog.terms import NO_TERMS
from webapp.catalogues.published import Published
from webapp.sales.build import copied
from webapp.sales.specification import Specification, specified


def total(picked: Iterable[OptionKey], family: Family) -> int | None:
    """The price of the same parts, in minor units of the family's currency; None where they cannot be had together."""
    parts = frozenset(picked)
    if not stands(family, parts):
        return None
    return sum(line.amount for line in pricing.price_lines(family, parts))


def total_today(kept: Specification, on_sale: Published | None) -> int | None:
    """What the parts of a specification cost under the version on sale.

    None where the family is sold no more, the parts cannot be had together, or it is counted in other money.
    """
    if on_sale is None or on_sale.family.currency != kept.currency:
        return None
    return total(kept.picked, on_sale.family)


def lead_days(picked: Iterable[OptionKey], family: Family) -> int:
    """Working days until the same parts would be ready. Only of parts that can be had together."""
    return family.lead.days([family.option_by_key[key].lead_days for key in picked])


def specification(kept: Specification, version: Published) -> dict[str, Any] | None:
    """The columns of a specification of the same parts under a version; None where they cannot be had together."""
    if kept.version_sha256 == version.sha256 and not kept.terms:
        return copied(kept)
    family, engine = version.family, version.engine
    picked = frozenset(kept.picked)
    if not stands(family, picked):
        return None
    over = carried(kept.said, family)
    in_order = tuple(key for key in family.option_by_key if key in picked)
    try:
        pinned = Nearest(engine, over.said, over.lost, picked).said_outright(over.said, in_order, ())
        configuration = engine.configure(pinned.choices)
    except Unproven:
        return None
    if (
        configuration.picked != in_order
    ):  # no address says "nothing but these" where one of several must be taken
        return None
    price = pricing.price(configuration, NO_TERMS)
    return specified(configuration, price, NO_TERMS, version.number, version.sha256)
