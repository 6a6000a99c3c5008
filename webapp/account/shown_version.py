"""A version of a build as pages show it: how it came about, and what it changed."""

from collections.abc import Sequence
from functools import cached_property

from flask_babel import gettext as _

from webapp.account.shown_build import picture
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.difference import Difference, differences


class ShownVersion:
    """One version beside the one before it, which only the first one lacks."""

    def __init__(self, build: Build, version: BuildVersion, before: BuildVersion | None) -> None:
        self.build, self.version, self.before = build, version, before

    @property
    def number(self) -> int:
        return self.version.number

    @property
    def is_latest(self) -> bool:
        return self.number == self.build.latest_number

    @property
    def picture(self) -> str:
        return picture(self.version)

    @property
    def came_about(self) -> str:
        if self.before is None and self.build.branched_from_number is not None:
            return _("branched off another build")
        return {
            Cause.SAVED.value: _("saved"),
            Cause.COPIED.value: _("copied"),
            Cause.RESTORED.value: _("an earlier version, taken up again"),
            Cause.MERGED.value: _("with an option of another build"),
            Cause.REPAIRED.value: _("brought up to the newer catalogue"),
            Cause.PROPOSED.value: _("with a change that somebody proposed"),
        }.get(self.version.cause, "")

    @cached_property
    def differences(self) -> Sequence[Difference]:
        return differences(self.before, self.version) if self.before else []

    @property
    def rise(self) -> int | None:
        """How much dearer than the version before; None where there is nothing to compare with."""
        if self.before is None or self.before.currency != self.version.currency:
            return None
        return self.version.total - self.before.total

    @property
    def days(self) -> int:
        """How many days longer it takes than the version before."""
        return self.version.lead_days - self.before.lead_days if self.before else 0


def beside_each_other(build: Build, versions: Sequence[BuildVersion], most: int) -> list[ShownVersion]:
    """Versions, the newest first, each beside the next one; those past `most` only serve the one above them."""
    earlier = [*versions[1:], None]
    return [ShownVersion(build, each, before) for each, before in zip(versions, earlier, strict=False)][:most]
