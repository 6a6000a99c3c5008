"""What those who were shown a build had to say: to its owner all of it, to each of them their own."""

from collections.abc import Sequence
from functools import cached_property

from webapp.account.shown_build import ShownBuild
from webapp.account.shown_proposal import ShownProposal
from webapp.database import reading
from webapp.sales import comment, proposal
from webapp.sales.build import Build
from webapp.sales.comment import Comment


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
        versions = proposal.shown_versions(reading(), self.build_id, made) if made else {}
        shown = ShownBuild(self.build)
        return [ShownProposal(shown, each, versions[each.build_number]) for each in made]

    @property
    def open(self) -> list[ShownProposal]:
        return [each for each in self.proposals if each.proposal.is_open]

    @property
    def decided(self) -> list[ShownProposal]:
        return [each for each in self.proposals if not each.proposal.is_open]

    @property
    def any(self) -> bool:
        return bool(self.comments or self.proposals)
