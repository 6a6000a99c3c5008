"""Rules that change nothing: the others say so already, what they wait for never is, or their limit is out of reach."""

from collections.abc import Mapping, Set
from functools import cached_property

from catalog.expression import All, Expression, Not, OptionKey, Some
from catalog.formula import Formula
from catalog.health.finding import Finding, Kind
from catalog.health.logic import Logic
from catalog.limits import loads_of
from catalog.model import Family, OptionGroup
from catalog.rulebook import Rulebook, Unanswered


class Idle:
    """Looks for rules that a family allows as much without. Of a family that allows something."""

    def __init__(self, family: Family, logic: Logic) -> None:
        self.family, self.logic = family, logic

    @property
    def rulebook(self) -> Rulebook:
        return self.logic.rulebook

    @cached_property
    def quick(self) -> Rulebook:
        """The same questions with every group limit held."""
        return Rulebook(Formula(self.family), holds_limits=True)

    def rule(self, code: str) -> Finding | None:
        """What is idle about a rule, if anything is."""
        for waited in waits_for(self.family.expressions[code]):
            if (culprits := self._never(waited, code)) is not None:
                return Finding(Kind.NEVER_FIRES, code=code, culprits=culprits)
        if (culprits := self._implied(code)) is not None:
            return Finding(Kind.REDUNDANT, code=code, culprits=culprits)
        return None

    def resource(self, code: str) -> Finding | None:
        """What is idle about a resource, if anything is."""
        when = self.family.comparisons[code].when
        if when != All(()) and (culprits := self._never(when, code)) is not None:
            return Finding(Kind.NEVER_FIRES, code=code, culprits=culprits)
        if self._is_out_of_reach(code):
            return Finding(Kind.NEVER_EXCEEDED, code=code)
        if (culprits := self._implied(code)) is not None:
            return Finding(Kind.NEVER_EXCEEDED, code=code, culprits=culprits)
        return None

    def charge(self, code: str) -> Finding | None:
        """A price rule or bundle for which no build qualifies."""
        culprits = self._never(self.family.conditions[code], None)
        return Finding(Kind.NEVER_FIRES, code=code, culprits=culprits) if culprits is not None else None

    def _never(self, waited: Expression, code: str | None) -> tuple[str, ...] | None:
        """The rules by which something never is, leaving one rule out; None where it may be."""
        aside = {code} if code else set()
        if self._may_be(aside, self.quick.demand(waited)):
            return None
        return self._blame(aside, self.rulebook.demand(waited))

    def _implied(self, code: str) -> tuple[str, ...] | None:
        """The rules that say already what one says; None where they leave something that it forbids, or may do so.

        A rule beside a sum is not idle: it says in plain words what the sum only comes to.
        """
        aside = {code} if code in self.family.comparisons else {code, *self.family.comparisons}
        if any(self._may_be(aside, way) for way in self.quick.breach(code)):
            return None
        culprits = [self._blame(aside, way) for way in self.rulebook.breach(code)]
        return tuple(dict.fromkeys(each for some in culprits for each in some))

    def _may_be(self, aside: Set[str], literal: int) -> bool:
        """Whether something that keeps all rules, but for some, has a literal, or that stays open."""
        try:
            return self.quick.fits([code for code in self.quick.codes if code not in aside], [literal])
        except Unanswered:
            return True
        finally:
            self.quick.release(literal)

    def _blame(self, aside: Set[str], literal: int) -> tuple[str, ...]:
        try:
            others = [code for code in self.rulebook.codes if code not in aside]
            return self.rulebook.core(others, [literal])
        except Unanswered:
            return ()

    def _is_out_of_reach(self, code: str) -> bool:
        """Whether the groups' own limits keep a resource's sum far enough from its limit."""
        return all(
            sum(_most(group, load.weight) for group in self.family.groups) <= load.limit
            for load in loads_of(self.family, self.family.comparisons[code])
        )


def waits_for(expression: Expression) -> list[Expression]:
    """What has to come true before a rule demands anything; empty of one that always does."""
    if isinstance(expression, Some) and len(expression.parts) == 2 and isinstance(expression.parts[0], Not):
        return [expression.parts[0].inner]
    if isinstance(expression, Not) and isinstance(expression.inner, All):
        return list(expression.inner.parts)
    return []


def _most(group: OptionGroup, weights: Mapping[OptionKey, int]) -> int:
    """The most that a group's picks can add up to."""
    amounts = sorted((weights.get(key, 0) for key in group.keys), reverse=True)
    needed = sum(amounts[: group.min])
    return needed + sum(amount for amount in amounts[group.min : group.max] if amount > 0)
