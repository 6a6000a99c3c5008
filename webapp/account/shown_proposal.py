"""A proposal as the build's owner sees it: what it comes to today, beside the build as it is today."""

from functools import cached_property

from webapp.account.shown_build import ShownBuild
from webapp.account.variation import Variation, outcome
from webapp.account.wanted import Wanted, wanted_by
from webapp.sales.build_version import BuildVersion
from webapp.sales.difference import Difference
from webapp.sales.proposal import Proposal, carried_over
from webapp.sales.specification import Specification


class ShownProposal:
    """One proposal. `version`: of the build, as whoever made it was shown; `was`: the build as it is today."""

    def __init__(
        self, shown: ShownBuild, proposal: Proposal, version: BuildVersion, was: Specification
    ) -> None:
        self.shown, self.proposal, self.version, self.was = shown, proposal, version, was

    @property
    def state(self) -> str:
        if self.proposal.is_open:
            return "open"
        return "accepted" if self.proposal.accepted_at else "declined"

    @cached_property
    def wanted(self) -> Wanted | None:
        """The build as it is now with what was proposed; None where the family is no longer sold."""
        if self.shown.now is None:
            return None
        choices = carried_over(self.version.said, self.proposal.said, self.shown.kept.said)
        return wanted_by(self.shown.now.published, choices.parameters())

    @cached_property
    def variation(self) -> Variation | None:
        """What would change today, or None where it cannot be had like this today."""
        becomes = outcome(self.wanted)
        if becomes is None or self.wanted is None:
            return None
        return Variation(self.was, becomes)

    @property
    def has_moved(self) -> bool:
        """Whether it comes to something else than when it was made."""
        found = self.variation
        return found is None or found.now.total != self.proposal.total

    @cached_property
    def was_proposed(self) -> list[Difference]:
        """What differed when it was made, in the words of then."""
        return Variation(self.version, self.proposal).parts

    @property
    def configurator(self) -> str:
        """Where the owner can try it, and find a way out where it does not fit."""
        return self.wanted.configurator if self.wanted else ""
