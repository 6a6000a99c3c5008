"""Options of another build as they would stand in this one: what each comes to, and what stands against it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from catalog.choices import Choices
from catalog.configuration import Card, Configuration
from catalog.expression import OptionKey
from catalog.model import NONE
from catalog.pricing import price
from catalog.terms import NO_TERMS
from webapp.account.comparable import Comparable
from webapp.account.wanted import Wanted, wanted_by
from webapp.languages import language
from webapp.sales.build import Build
from webapp.shop import addresses
from webapp.shop.disagreement import Disagreement, RepairView, disagreement
from webapp.shop.showcase import showcase


class Candidate(NamedTuple):
    """An option in which the two differ, as it would be taken into this build.

    `mine`: what stands there now; `delta` in minor units, None where it is not proven; `after`: the choices then.
    """

    key: OptionKey
    group: str
    mine: str
    theirs: str
    fits: bool
    delta: int | None
    days: int | None
    changes: int
    after: str

    @property
    def leaves_out(self) -> bool:
        return self.key.option == NONE


class Way(NamedTuple):
    """A repair, and the choices after it."""

    view: RepairView
    after: str


class Merging:
    """A build beside another one whose options it may take. Both are seen under the version that is sold today."""

    def __init__(self, build: Build, other: Comparable, today: Wanted) -> None:
        self.build, self.kept, self.other, self.today = build, build.latest, other, today

    @property
    def currency(self) -> str:
        return self.today.published.family.currency

    @cached_property
    def configuration(self) -> Configuration | None:
        """The build as its choices stand today; None where something of it has to be settled first."""
        return None if self.today.reading.unknown else self.today.configuration

    @property
    def total(self) -> int:
        return self.configuration.total if self.configuration else self.kept.total

    @property
    def has_moved(self) -> bool:
        """Whether the catalogue has made it something else since it was saved."""
        found = self.configuration
        return found is not None and (found.total != self.kept.total or found.picked != self.kept.picked)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """What can be taken, in the document's order."""
        found, theirs = self.configuration, set(self.other.specification.picked)
        if found is None:
            return []
        family, mine = found.family, set(found.picked)
        candidates = []
        for group in family.groups:
            had = [key for key in group.keys if key in mine]
            wanted = [key for key in group.keys if key in theirs]
            fresh = [key for key in wanted if key not in mine]
            if not wanted and had and group.is_optional and not self._unknown(group.code):
                fresh = [OptionKey(group.code, NONE)]
            candidates += [self._candidate(found, key, had) for key in fresh]
        return candidates

    @cached_property
    def made_no_more(self) -> list[str]:
        """What the other build has and nobody can take any more."""
        known = self.today.published.family.option_by_key
        return [
            part.title.in_(language())
            for part in self.other.specification.listed
            if OptionKey(part.group, part.option) not in known
        ]

    def conflict(self, key: OptionKey) -> tuple[Disagreement, Sequence[Way]] | None:
        """Why an option does not fit, with the ways to have it; None where it fits, or is none of those that differ."""
        found = self.configuration
        if found is None or not any(each.key == key and not each.fits for each in self.candidates):
            return None
        conflict = self.today.published.engine.conflict(found, key)
        view = disagreement(
            showcase(self.today.published, language()),
            replace(found, conflict=conflict),
            NO_TERMS,
            price(found, NO_TERMS),
        )
        assert view is not None
        ways = [
            Way(shown, addresses.query(repair.after))
            for shown, repair in zip(view.repairs, conflict.repairs, strict=True)
        ]
        return view, ways

    def outcome(self, after: str) -> Wanted:
        """What choices come to, written as the page wrote them."""
        return wanted_by(self.today.published, addresses.parsed(after).parameters)

    def _unknown(self, group: str) -> bool:
        """Whether the other build has something there that is made no more."""
        return any(part.group == group for part in self.other.specification.listed)

    def _candidate(self, found: Configuration, key: OptionKey, had: Sequence[OptionKey]) -> Candidate:
        titles = showcase(self.today.published, language()).titles
        group = found.family.group_by_code[key.group]
        card = found.cards[key]
        after, delta, days = card.after, card.delta, card.lead_days
        if card.available and delta is None:
            delta, days = self._worked_out(found, after)
        return Candidate(
            key,
            group.title.in_(language()),
            "; ".join(titles[each] for each in had) if group.is_choose_one or key.option == NONE else "",
            titles[key],
            card.available,
            delta,
            None if days is None else days - found.lead_days,
            _given_up(card),
            addresses.query(after),
        )

    def _worked_out(self, found: Configuration, after: Choices) -> tuple[int, int]:
        then = self.today.published.engine.complete(after)
        return then.total - found.total, then.lead_days


def _given_up(card: Card) -> int:
    return 0 if card.available else card.changes
