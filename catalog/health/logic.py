"""What can be built at all: contradictions, groups that cannot be filled, options nobody or everybody has."""

from collections.abc import Iterator
from functools import cached_property

from catalog.expression import Count, OptionKey, Pick
from catalog.formula import Formula
from catalog.health.finding import Finding, Kind
from catalog.health.variant import but
from catalog.model import Family
from catalog.rulebook import Rulebook, Unanswered
from catalog.validity import Validity

MOST_CONTRADICTIONS = 8


class Logic:
    """The valid configurations of one family, and which rules make them so few."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.formula = Formula(family)
        self.validity = Validity(self.formula)

    @cached_property
    def rulebook(self) -> Rulebook:
        return Rulebook(self.formula.apart)

    @property
    def consistent(self) -> bool:
        return self.validity.consistent

    def nothing(self) -> Iterator[Finding]:
        """Why nothing can be built, where nothing can."""
        if self.consistent:
            return
        yield Finding(Kind.NOTHING, culprits=self._blame())
        lifted = Rulebook(Formula(_without_minima(self.family), leans_on_limits=False))
        contradictions = list(_contradictions(lifted))
        yield from contradictions
        if not contradictions:
            yield from self._minima(lifted)

    def dead(self) -> Iterator[Finding]:
        """Options that no valid configuration has."""
        for key in self._keys(self.validity.never):
            yield Finding(Kind.DEAD, option=key, culprits=self._blame(self.formula.variable[key]))

    def always(self) -> Iterator[Finding]:
        """Options that every valid configuration has, though their group's own limit would not ask for them."""
        for key in self._keys(self.validity.always):
            group = self.family.group_by_code[key.group]
            if group.min < len(group.options):
                culprits = self._blame(-self.formula.variable[key])
                yield Finding(Kind.ALWAYS, option=key, culprits=culprits)

    def _blame(self, *literals: int) -> tuple[str, ...]:
        """The rules that stand against literals; none where that cannot be told with any reasonable effort."""
        try:
            return self.rulebook.core(self.rulebook.codes, literals)
        except Unanswered:
            return ()

    def _minima(self, lifted: Rulebook) -> Iterator[Finding]:
        for group in self.family.groups:
            if not group.min:
                continue
            enough = lifted.demand(Count(group.min, None, tuple(Pick(key) for key in group.keys)))
            if not lifted.fits(lifted.codes, [enough]):
                culprits = lifted.core(lifted.codes, [enough])
                yield Finding(Kind.MINIMUM, group=group.code, culprits=culprits, amount=group.min)

    def _keys(self, mask: int) -> list[OptionKey]:
        return [key for key, variable in self.formula.variable.items() if mask >> variable & 1]


def _contradictions(lifted: Rulebook) -> Iterator[Finding]:
    """Sets of rules that cannot stand together even where every group may stay empty; no rule is in two of them."""
    left = list(lifted.codes)
    for _ in range(MOST_CONTRADICTIONS):
        if lifted.fits(left):
            return
        core = lifted.core(left)
        yield Finding(Kind.CONTRADICTORY, culprits=core)
        left = [code for code in left if code not in core or code.startswith("limit:")]


def _without_minima(family: Family) -> Family:
    return but(family, groups=tuple(but(group, min=0) for group in family.groups))
