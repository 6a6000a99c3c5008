"""A kept build as its page shows it: as it was, and beside it what its choices come to today."""

from functools import cached_property

from flask import url_for

from webapp import settings
from webapp.account.shown_reopening import ShownReopening
from webapp.account.wanted import Wanted, today, wanted_by
from webapp.mail import link
from webapp.sales import as_it_was
from webapp.sales.build import Build
from webapp.sales.key import Purpose, key_for
from webapp.sales.specification import Specification
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
        """What the same parts cost today; None where they cannot be had, or are counted in other money."""
        return as_it_was.total_today(self.kept, self.reopening.version)

    @property
    def rise(self) -> int:
        """How much dearer it is today."""
        return 0 if self.total_now is None else self.total_now - self.kept.total

    @property
    def can_be_ordered(self) -> bool:
        """Whether an address leads to the same parts today, at a price that can be compared."""
        same = self.reopening.reopening is None or self.reopening.as_it_was is not None
        return self.total_now is not None and same

    @cached_property
    def reopening(self) -> ShownReopening:
        """What has changed since it was saved."""
        return ShownReopening(self.kept)

    @property
    def checkout(self) -> str:
        """Where it is ordered with the same parts, at today's price."""
        way = self.reopening.as_it_was
        address = way.address if way else self.kept.address
        return f"{url_for('account.checkout', code=self.kept.family)}?{address}"


def picture(specification: Specification) -> str:
    """The address of its picture, drawn from the version it was made under."""
    place = url_for("shop.picture", code=specification.family, version=specification.version)
    return f"{place}?{addresses.query(specification.picked)}"
