"""A kept build as lists show it: a line of them must cost nothing."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from flask import url_for

from webapp import settings
from webapp.account.outlines import outlines
from webapp.account.shown_build import picture
from webapp.catalogues.published import Published
from webapp.sales.build import Build
from webapp.sales.key import Purpose, key_for
from webapp.sales.quote import Quote


class Standing(StrEnum):
    """How a build stands against today's catalogue."""

    AS_IT_WAS = "as-it-was"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    CHANGED = "changed"  # it cannot be had just like this
    NOT_SOLD = "not-sold"  # nothing of its family is made any more


class ListedBuild:
    """One build in a list.

    `sold`: the families on sale, by code; `promise`: what holds for it, if anything; `proposals`: how many of
    others wait for an answer.
    """

    def __init__(
        self, build: Build, sold: Mapping[str, Published], promise: Quote | None, proposals: int = 0
    ) -> None:
        self.build, self.kept, self.promise, self.proposals = build, build.latest, promise, proposals
        self.on_sale = sold.get(self.kept.family)

    @cached_property
    def address(self) -> str:
        return address_of(self.build)

    @property
    def to_cart(self) -> str:
        """Where a form sends it to have it in the cart."""
        return url_for("account.put_build_into_cart", key=_edit_key(self.build))

    @property
    def look_key(self) -> str:
        """What it is called where builds are compared."""
        return key_for(Purpose.LOOK, self.build.look_lock, settings.current().secret_key)

    @property
    def picture(self) -> str:
        return picture(self.kept)

    @cached_property
    def total_now(self) -> int | None:
        """What it costs today, or None where it cannot be had as it was chosen."""
        if self.on_sale is None:
            return None
        if self.on_sale.sha256 == self.kept.version_sha256:
            return self.kept.total
        found = outlines.of(self.on_sale, self.kept.said)
        return None if found is None or found.unknown else found.total

    @property
    def rise(self) -> int:
        """How much dearer it is today."""
        return 0 if self.total_now is None else self.total_now - self.kept.total

    @property
    def standing(self) -> Standing:
        if self.on_sale is None:
            return Standing.NOT_SOLD
        if self.total_now is None:
            return Standing.CHANGED
        if self.rise:
            return Standing.DEARER if self.rise > 0 else Standing.CHEAPER
        return Standing.AS_IT_WAS


def address_of(build: Build) -> str:
    """The page of a build, for its owner."""
    return url_for("account.kept_build", key=_edit_key(build))


def _edit_key(build: Build) -> str:
    return key_for(Purpose.EDIT, build.edit_lock, settings.current().secret_key)
