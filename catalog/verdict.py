"""What a version of a family makes of many kept builds: each distinct one is judged once, on one engine."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from catalog.choices import Choices
from catalog.completion import Impossible
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.kept import Kept, carried
from catalog.model import NONE
from catalog.pricing import price_lines
from catalog.reopen import Standing, reopen
from catalog.search import Unproven


class Verdict(NamedTuple):
    """How something stands, and what it costs as it is; None where it cannot be had as it is."""

    standing: Standing
    total: int | None


class Judge:
    """Judges kept builds by one version; says of each what opening it again would say."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.family = engine, engine.family
        self._totals: dict[frozenset[OptionKey], int | None] = {}
        self._choices: dict[Choices, int | None] = {}
        # Where one of several must be taken, no address says "nothing but these": completion may add to them.
        self._open = tuple(group for group in self.family.groups if group.min and not group.is_choose_one)

    def of_parts(
        self, picked: frozenset[OptionKey], kept_total: int, currency: str, whole: Callable[[], Kept]
    ) -> Verdict:
        """Of a kept build, a promise, something ordered: whether just its parts can be had, and for how much.

        `kept_total`: minor units of `currency`; `whole`: all that is kept of it, which is rarely needed.
        """
        total = self._total(picked)
        if total is not None and self._may_grow(picked):
            found = reopen(whole(), self.engine)
            if found.standing not in (Standing.UNCHANGED, Standing.REPRICED):
                return Verdict(found.standing, None)
        if total is None:
            return Verdict(self._otherwise, None)
        is_same = total == kept_total and self.family.currency == currency
        return Verdict(Standing.UNCHANGED if is_same else Standing.REPRICED, total)

    def of_choices(self, choices: Choices) -> Verdict:
        """Of what somebody is making: whether all they chose still goes together, and what it comes to completed.

        Unchanged always: what it came to before is for the caller to compare.
        """
        if choices not in self._choices:
            self._choices[choices] = self._completed(choices)
        total = self._choices[choices]
        return Verdict(Standing.UNCHANGED if total is not None else self._otherwise, total)

    @cached_property
    def _otherwise(self) -> Standing:
        """Of what cannot be had as it is."""
        return Standing.REPLACEABLE if self.engine.fits(Choices()) else Standing.IMPOSSIBLE

    def _total(self, picked: frozenset[OptionKey]) -> int | None:
        if picked not in self._totals:
            self._totals[picked] = self._sum(picked) if self.engine.stands(picked) else None
        return self._totals[picked]

    def _completed(self, choices: Choices) -> int | None:
        over = carried(choices, self.family)
        if over.lost or any(key.option != NONE and key not in over.said for key in choices):
            return None
        try:
            return self.engine.complete(over.said).total if self.engine.fits(over.said) else None
        except (Impossible, Unproven):
            return None

    def _sum(self, picked: Iterable[OptionKey]) -> int:
        return sum(line.amount for line in price_lines(self.family, picked))

    def _may_grow(self, picked: frozenset[OptionKey]) -> bool:
        return any(sum(key in picked for key in group.keys) < group.max for group in self._open)
