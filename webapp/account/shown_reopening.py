"""What has changed since a build was saved, as its page shows it, and the ways to have it today."""

from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from catalog.changes import Change, Kind
from catalog.model import Texts
from catalog.reopen import Reopening, Standing, Way, WayKind
from webapp.account.wanted import today
from webapp.catalogues import publication, published
from webapp.catalogues.published import Published
from webapp.database import reading, reading_rows
from webapp.sales.build_version import BuildVersion
from webapp.sales.reopening import refuses, reopened
from webapp.shop import addresses

# Facts about the catalogue that each way answers in its own fashion.
ANSWERED = (Kind.GONE, Kind.GROUP_GONE)
# Facts that no way makes better or worse.
NAMES = (Kind.RENAMED, Kind.GROUP_RENAMED, Kind.CURRENCY)
# What has another price, whichever way is taken, where all of them have it.
PRICES = (Kind.DEARER, Kind.CHEAPER, Kind.PRICE_RULE)

MOST_NOTES = 3


@dataclass(frozen=True)
class ShownWay:
    """One way to have the build today."""

    way: Way
    version: Published
    shared: tuple[Change, ...] = ()  # said once, above this way and the others

    @property
    def kind(self) -> str:
        return self.way.kind.value

    @property
    def address(self) -> str:
        """Its choices as a query string: what the button that takes it says."""
        return addresses.query(self.way.choices)

    @property
    def configurator(self) -> str:
        return addresses.configurator(self.version.family.code, self.way.choices)

    @property
    def picture(self) -> str:
        place = url_for("shop.picture", code=self.version.family.code, version=self.version.number)
        return f"{place}?{addresses.query(self.way.picked)}"

    @property
    def currency(self) -> str:
        return self.way.price.currency

    @property
    def changes(self) -> list[Change]:
        """What it changes, but names and what is said above."""
        return [
            change for change in self.way.changes if change.kind not in NAMES and change not in self.shared
        ]

    @property
    def shared_effect(self) -> int:
        """What comes to its price by what is said above."""
        return sum(change.effect for change in self.shared)


class ShownReopening:
    """A kept version of a build beside the version of its family that is on sale."""

    def __init__(self, kept: BuildVersion) -> None:
        self.kept = kept

    @cached_property
    def version(self) -> Published | None:
        """None where the family is no longer sold."""
        return today(self.kept.family)

    @cached_property
    def reopening(self) -> Reopening | None:
        if self.version is None or self.version.sha256 == self.kept.version_sha256:
            return None
        made_under = None
        if refuses(self.kept):
            made_under = published.version(reading_rows(), self.kept.family, self.kept.version)
        return reopened(self.kept, self.version, made_under.family if made_under else None)

    @cached_property
    def notes(self) -> list[Texts]:
        """What the shop says about the versions since, the newest first."""
        if self.version is None:
            return []
        code, number = self.kept.family, self.version.number
        return publication.notes(reading(), code, after=self.kept.version, until=number)[:MOST_NOTES]

    @property
    def is_worth_a_word(self) -> bool:
        """Whether anything has changed that the shopper should see."""
        found = self.reopening
        return found is not None and bool(found.changes or self.others)

    @property
    def standing(self) -> Standing:
        return self.reopening.standing if self.reopening else Standing.UNCHANGED

    @property
    def is_possible(self) -> bool:
        return self.standing is not Standing.IMPOSSIBLE

    @cached_property
    def ways(self) -> list[ShownWay]:
        found = self.reopening
        if found is None or self.version is None:
            return []
        return [
            ShownWay(way, self.version, () if way.kind is WayKind.AS_IT_WAS else self.shared)
            for way in found.ways
        ]

    @cached_property
    def shared(self) -> tuple[Change, ...]:
        """The changes of prices that every way brings along: said once, above them."""
        found = self.reopening
        if found is None or len(found.ways) < 2:
            return ()
        first, *others = found.ways
        return tuple(
            change
            for change in first.changes
            if change.kind in PRICES and all(change in other.changes for other in others)
        )

    @cached_property
    def as_it_was(self) -> ShownWay | None:
        """The same parts at today's prices, where they can be had."""
        return next((shown for shown in self.ways if shown.way.kind is WayKind.AS_IT_WAS), None)

    @property
    def others(self) -> list[ShownWay]:
        """The ways with other parts."""
        return [shown for shown in self.ways if shown.way.kind is not WayKind.AS_IT_WAS]

    @property
    def facts(self) -> list[Change]:
        """What is said before the ways: all changes where the parts are the same, else those that no way undoes."""
        found = self.reopening
        if found is None:
            return []
        if self.as_it_was is not None:
            return list(found.changes)
        return [change for change in found.changes if change.kind in (Kind.FORBIDDEN, *ANSWERED, *NAMES)]

    def way(self, address: str) -> ShownWay | None:
        """The way that a button stood for."""
        return next((shown for shown in self.ways if shown.address == address), None)
