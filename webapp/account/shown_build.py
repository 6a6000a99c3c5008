"""A kept build as its page shows it: as it was, and beside it what its choices come to today."""

from functools import cached_property

from flask import url_for

from webapp import settings
from webapp.account.wanted import Wanted, today, wanted_by
from webapp.mail import link
from webapp.sales.build import Build
from webapp.sales.comparison import PartChange, PriceChange, part_changes, price_changes
from webapp.sales.key import Purpose, key_for
from webapp.sales.specification import Specification, parts_of
from webapp.shop import addresses


class ShownBuild:
    """One build with its addresses, its picture, and what has changed since it was saved."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.kept = build.latest

    @cached_property
    def edit_key(self) -> str:
        return key_for(Purpose.EDIT, self.build.edit_lock, settings.current().secret_key)

    @cached_property
    def look_key(self) -> str:
        return key_for(Purpose.LOOK, self.build.look_lock, settings.current().secret_key)

    @property
    def link(self) -> str:
        """The private link as it stands in a letter."""
        return link("account.kept_build", key=self.edit_key)

    @property
    def picture(self) -> str:
        return picture(self.kept)

    @cached_property
    def now(self) -> Wanted | None:
        """The same choices today; None where the family is no longer sold."""
        published = today(self.kept.family)
        return wanted_by(published, self.kept.said.parameters()) if published else None

    @cached_property
    def total_now(self) -> int | None:
        """What it costs today, or None where it cannot be had as it was chosen."""
        if self.now is None or self.now.reading.unknown or self.now.price is None:
            return None
        return self.now.price.total

    @property
    def rise(self) -> int:
        """How much dearer it is today."""
        return 0 if self.total_now is None else self.total_now - self.kept.total

    @property
    def can_be_ordered(self) -> bool:
        return self.total_now is not None

    @cached_property
    def part_changes(self) -> list[PartChange]:
        if self.now is None or self.now.published.sha256 == self.kept.version_sha256:
            return []
        configuration = self.now.completion
        return part_changes(
            self.kept, self.now.published.family, parts_of(configuration) if configuration else None
        )

    @cached_property
    def price_changes(self) -> list[PriceChange]:
        if self.now is None or self.now.price is None:
            return []
        return price_changes(self.kept.priced, self.now.price.lines)

    @property
    def checkout(self) -> str:
        return f"{url_for('account.checkout', code=self.kept.family)}?{self.kept.address}"


def picture(specification: Specification) -> str:
    """The address of its picture, drawn from the version it was made under."""
    place = url_for("shop.picture", code=specification.family, version=specification.version)
    return f"{place}?{addresses.query(specification.picked)}"
