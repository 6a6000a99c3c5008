"""Builds that must come out in a certain way: our ready-made ones, and the test cases kept with a family."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog.choices import Choices
from catalog.completion import Completion
from catalog.conflicts import Conflicts
from catalog.expression import OptionKey
from catalog.health.finding import Finding, Kind
from catalog.health.logic import Logic
from catalog.model import NONE, Family
from catalog.pricing import price_lines
from catalog.search import Unproven


class Expectation(StrEnum):
    """How a test case is to come out."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Trial:
    """A test case: what is chosen, and what must come of it. `total`: minor units, of the cheapest completion."""

    code: str
    choices: tuple[OptionKey, ...]
    expectation: Expectation
    total: int | None = None


class Trials:
    """Tries builds in a family that allows something."""

    def __init__(self, logic: Logic, completion: Completion | None) -> None:
        """`completion`: None of a family that is too heavy to be priced."""
        self.logic, self.completion = logic, completion
        self.family: Family = logic.family
        self.conflicts = Conflicts(logic.formula, logic.validity)

    def ready_made(self) -> Iterator[Finding]:
        """Builds of ours that cannot be had as they are offered."""
        for build in self.family.ready_made:
            choices = Choices.of_names(build.choices)
            if not self._fits(choices):
                rules, against = self.conflicts.clash(choices)
                yield Finding(Kind.READY_MADE, code=build.code, culprits=rules, against=against)

    def cases(self, trials: Iterable[Trial]) -> Iterator[Finding]:
        """Test cases that do not come out as they must."""
        for trial in trials:
            if (finding := self._of_case(trial)) is not None:
                yield finding

    def _of_case(self, trial: Trial) -> Finding | None:
        choices = Choices(trial.choices)
        unknown = tuple(key for key in choices if not self._is_known(key))
        if unknown:
            if trial.expectation is Expectation.IMPOSSIBLE:
                return None
            return Finding(Kind.CASE, code=trial.code, against=unknown)
        fits = self._fits(choices)
        if trial.expectation is Expectation.IMPOSSIBLE:
            return Finding(Kind.CASE, code=trial.code) if fits else None
        if not fits:
            rules, against = self.conflicts.clash(choices)
            return Finding(Kind.CASE, code=trial.code, culprits=rules, against=against)
        if trial.expectation is Expectation.POSSIBLE or self.completion is None:
            return None
        try:
            picked = self.completion.picked(self.completion.cheapest(choices))
        except Unproven:
            return Finding(Kind.UNPROVEN, code=trial.code)
        total = sum(line.amount for line in price_lines(self.family, picked))
        if total == trial.total:
            return None
        return Finding(Kind.CASE, code=trial.code, amount=total, beside=trial.total)

    def _fits(self, choices: Choices) -> bool:
        return self.logic.validity.fits(self.logic.validity.literals(choices))

    def _is_known(self, key: OptionKey) -> bool:
        group = self.family.group_by_code.get(key.group)
        return group is not None and (key in group.keys or (key.option == NONE and group.is_optional))
