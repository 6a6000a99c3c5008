"""A build as it is beside a build as it might be: what differs, in parts, price and days."""

from functools import cached_property

from catalog.terms import NO_TERMS
from webapp.account.wanted import Wanted
from webapp.catalogues.published import Published
from webapp.sales import as_it_was
from webapp.sales.difference import Difference, Kind, differences
from webapp.sales.specification import Specification, specified

PARTS = (Kind.REPLACED, Kind.ADDED, Kind.GONE, Kind.RENAMED)


class Variation:
    """What a build would become. `was` and `now` are specifications of the same family."""

    def __init__(self, was: Specification, now: Specification) -> None:
        self.was, self.now = was, now

    @cached_property
    def parts(self) -> list[Difference]:
        """The parts that differ."""
        return [each for each in differences(self.was, self.now) if each.kind in PARTS]

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
        return not self.parts and not self.rise and not self.delay


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
