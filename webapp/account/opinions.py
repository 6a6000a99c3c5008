"""What those who were shown a build had to say: to its owner all of it, to each of them their own."""

from collections.abc import Sequence
from functools import cached_property

from webapp.account.shown_build import ShownBuild
from webapp.account.shown_proposal import ShownProposal
from webapp.account.variation import as_it_is
from webapp.database import reading
from webapp.sales import comment, proposal
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.proposal import Proposal


class Opinions:
    """Comments and proposals about one build; `writer`: those of one person alone."""

    def __init__(self, build: Build, *, writer: str | None = None) -> None:
        assert build.id is not None
        self.build, self.build_id, self.writer = build, build.id, writer

    @cached_property
    def comments(self) -> Sequence[Comment]:
        return comment.of(reading(), self.build_id, writer=self.writer)

    @cached_property
    def proposals(self) -> list[ShownProposal]:
        """Newest first."""
        made = proposal.of(reading(), self.build_id, writer=self.writer)
        return shown_proposals(self.build, made)

    @property
    def open(self) -> list[ShownProposal]:
        return [each for each in self.proposals if each.proposal.is_open]

    @property
    def decided(self) -> list[ShownProposal]:
        return [each for each in self.proposals if not each.proposal.is_open]

    @property
    def any(self) -> bool:
        return bool(self.comments or self.proposals)


def shown_proposals(build: Build, made: Sequence[Proposal]) -> list[ShownProposal]:
    """Proposals for one build, all beside the build as it is today."""
    if not made:
        return []
    shown = ShownBuild(build)
    was = as_it_is(shown.kept, shown.now.published) if shown.now else shown.kept
    versions = proposal.shown_versions(reading(), build.id or 0, made)
    return [ShownProposal(shown, each, versions[each.build_number], was) for each in made]
