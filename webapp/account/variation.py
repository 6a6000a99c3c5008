"""A build as it is beside a build as it might be: what differs, in parts, price and days."""

from functools import cached_property

from catalog.model import Family
from catalog.terms import NO_TERMS
from webapp.account.wanted import Wanted
from webapp.catalogues.published import Published
from webapp.sales import as_it_was
from webapp.sales.comparison import PartChange, PriceChange, part_changes, price_changes
from webapp.sales.specification import Specification, specified


class Variation:
    """What a build would become. `was` and `now` are specifications of the same family."""

    def __init__(self, family: Family, was: Specification, now: Specification) -> None:
        self.family, self.was, self.now = family, was, now

    @cached_property
    def part_changes(self) -> list[PartChange]:
        return part_changes(self.was, self.family, self.now.listed)

    @cached_property
    def price_changes(self) -> list[PriceChange]:
        return price_changes(self.was.priced, self.now.priced)

    @property
    def rise(self) -> int:
        """How much dearer it would be."""
        return self.now.total - self.was.total

    @property
    def delay(self) -> int:
        """How many working days later it would be ready."""
        return self.now.lead_days - self.was.lead_days

    @property
    def is_none(self) -> bool:
        """Whether nothing would change."""
        return not self.part_changes and not self.rise and not self.delay


def as_it_is(kept: Specification, version: Published) -> Specification:
    """A build's very parts at today's prices; as they were kept, where they cannot be had together today."""
    columns = as_it_was.specification(kept, version)
    return Specification(**columns) if columns else kept


def outcome(wanted: Wanted | None) -> Specification | None:
    """What choices come to today, or None where they cannot be had as they were said.

    Quicker than `Wanted.specification`, and for showing alone: it does not know what was the only one left.
    """
    if wanted is None or wanted.reading.unknown or wanted.completion is None or wanted.price is None:
        return None
    return Specification(
        **specified(
            wanted.completion, wanted.price, NO_TERMS, wanted.published.number, wanted.published.sha256
        )
    )
