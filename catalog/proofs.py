"""Proves differences that the tree's two passes leave open because a resource may bind: all of a click's at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from catalog import sweep
from catalog.choices import Choices
from catalog.completion import Completion
from catalog.expression import OptionKey
from catalog.scale import FORBIDDEN, Best
from catalog.search import Unproven
from catalog.section import Demand, Section
from catalog.tree import Beliefs

# Of eight bytes each, for each measure of a section.
MOST_CELLS = 1 << 20


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look for proofs where a resource binds: options looked into, rows of a sweep and steps of a search
    for each."""

    options: int = 48
    rows: int = 1_000
    nodes: int = 300


FIRST_ANSWER = Effort()
WHATEVER_IT_TAKES = Effort(options=1_000_000, rows=4_000, nodes=200_000)


class Answer(NamedTuple):
    """Whether something can be had, which is always certain, and the best with it, None while that is not proven."""

    available: bool
    best: Best | None


class Logic(Protocol):
    """Says for certain what is valid, and what would make it so."""

    def fits(self, choices: Choices) -> bool:
        """Whether some complete valid configuration has all the choices."""

    def can_do_without(self, choices: Choices, key: OptionKey) -> bool:
        """Whether the choices can be completed without an option."""

    def smallest_repairs(self, wanted: Choices, pick: OptionKey) -> list[tuple[int, Choices]]:
        """Every way of changing the fewest choices that lets a pick in: how many change, and what stays said."""

    def best_repair(self, wanted: Choices, pick: OptionKey, nodes: int) -> Best | None:
        """The best that a pick can be had for when choices are changed; raises Unproven beyond `nodes`."""


class Proofs:
    """The best with each of some options, within an effort."""

    def __init__(self, completion: Completion, logic: Logic, effort: Effort) -> None:
        self.completion, self.logic, self.effort = completion, logic, effort

    def answers(self, beliefs: Beliefs, clicks: Mapping[OptionKey, Choices]) -> dict[OptionKey, Answer]:
        """For each click on an option the answer, given the choices after it and the beliefs before it."""
        available = {key: self.logic.fits(after) for key, after in clicks.items()}
        # All that is to be compared for an option: the choices after the click, or every smallest repair of them.
        ways: dict[OptionKey, list[tuple[int, Choices]]] = {}
        for key, after in islice(clicks.items(), self.effort.options):
            ways[key] = [(0, after)] if available[key] else self.logic.smallest_repairs(after, key)
        demands = [self.completion.wishes(kept, FORBIDDEN) for same in ways.values() for _, kept in same]
        costs = iter(self._costs(beliefs, demands))
        answers = {key: Answer(fits, None) for key, fits in available.items()}
        for key, same in ways.items():
            found = list(islice(costs, len(same)))
            known = [cost for cost in found if cost is not None and cost < self._bar]
            best = None
            if known and None not in found:
                best = self.completion.scale.read(min(known))._replace(changes=same[0][0])
            elif same:
                best = self._searched(clicks[key], key, available[key])
            answers[key] = Answer(available[key], best)
        return answers

    @property
    def _bar(self) -> int:
        return self.completion.scale.choice // 2 + 1

    def _costs(self, beliefs: Beliefs, demands: Sequence[Demand]) -> list[int | None]:
        """The least cost for each, the bar where there is no configuration, None where that is not proven."""
        if not demands:
            return []
        completion = self.completion
        section = Section(beliefs, completion.loads, completion.burdens, demands, completion.scale.choice)
        if len(demands) > 1 and not section.empty and section.cells * len(demands) > MOST_CELLS:
            half = len(demands) // 2
            return self._costs(beliefs, demands[:half]) + self._costs(beliefs, demands[half:])
        found = sweep.best(section, self._bar - 1, self.effort.rows)
        return [
            cost if proven else None
            for cost, proven in zip(found.costs.tolist(), found.proven.tolist(), strict=True)
        ]

    def _searched(self, after: Choices, key: OptionKey, available: bool) -> Best | None:
        """By itself, where a sweep grew too wide."""
        completion = self.completion
        try:
            if not available:
                return self.logic.best_repair(after, key, self.effort.nodes)
            upward = completion.tree.up(completion.wishes(after, completion.scale.choice))
            found = completion.best(upward, self.effort.nodes, self._bar - 1)
        except Unproven:
            return None
        return completion.worth(found[1]) if found else None
