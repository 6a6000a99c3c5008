"""What every other click would do: for each option whether it can be had, its exact difference and its days."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from catalog.choices import Choices
from catalog.completion import Completion
from catalog.configuration import Card, Origin
from catalog.expression import OptionKey
from catalog.model import NONE, OptionGroup
from catalog.scale import FORBIDDEN, Best
from catalog.tree import Beliefs, demanded
from catalog.witnesses import Witnesses


class Answer(NamedTuple):
    """Whether something can be had, which is always certain, and the best with it, None while that is not proven."""

    available: bool
    best: Best | None


class Proofs(Protocol):
    """Answers what the tree alone cannot, because a resource may bind."""

    def with_pick(self, after: Choices, key: OptionKey) -> Answer:
        """The best for choices of which the last, `key`, was just picked."""

    def can_do_without(self, choices: Choices, key: OptionKey) -> bool:
        """Whether the choices can be completed without an option."""


class Cards:
    """The cards of one configuration, given the tree's beliefs under its choices and its states."""

    def __init__(
        self,
        completion: Completion,
        witnesses: Witnesses,
        choices: Choices,
        beliefs: Beliefs,
        states: tuple[int, ...],
        proofs: Proofs,
    ) -> None:
        self.completion, self.choices, self.proofs = completion, choices, proofs
        tree = completion.tree
        self.upward, self.scale = beliefs.upward, completion.scale
        self.column = completion.column
        # A state's own wish is lifted: a pick does not count the choice that it replaces itself.
        costs = beliefs.flat.copy()
        for v, wish in beliefs.upward.unary.items():
            costs[tree.offsets[v] : tree.offsets[v + 1]] -= wish
        exact = self._keeping(witnesses, beliefs)
        if not exact.all():
            self._settle(witnesses, costs, exact)
        self.exact: list[bool] = (exact & self.scale.tells_days & (costs < FORBIDDEN // 2)).tolist()
        self.costs: list[int] = costs.tolist()
        self.bests = self.scale.read_all(costs)
        self.now = completion.worth(states)
        self.chosen = frozenset(completion.picked(states))

    def _keeping(self, witnesses: Witnesses, beliefs: Beliefs) -> np.ndarray:
        """Per state whether its witness keeps every resource, so that its cost is exact."""
        keeping = np.ones(witnesses.columns, bool)
        if self.completion.burdens:
            decoded = witnesses.decode(beliefs)
            for burden in self.completion.burdens:
                load = sum(weights[decoded[v]] for v, weights in burden.weights.items())
                keeping &= load <= burden.limit
        return keeping

    def _settle(self, witnesses: Witnesses, costs: np.ndarray, exact: np.ndarray) -> None:
        """Proves more: what fits beside all choices is looked for among the states that the resources leave possible.

        Says nothing of groups with a choice of mine, which is lifted there but demanded here.
        """
        bounded, _ = self.completion.bounded(self.upward)
        beliefs = bounded.beliefs()
        proven = self._keeping(witnesses, beliefs) & ~exact & (beliefs.flat < self.scale.choice // 2)
        offsets = self.completion.tree.offsets
        for v in self.upward.unary:
            proven[offsets[v] : offsets[v + 1]] = False
        costs[proven] = beliefs.flat[proven]
        exact |= proven

    def all(self) -> dict[OptionKey, Card]:
        """Every option of every group in the document's order, "without" behind the options of a group."""
        return {card.key: card for group in self.completion.family.groups for card in self._of(group)}

    def _of(self, group: OptionGroup) -> Iterator[Card]:
        chosen = self.chosen.intersection(group.keys) or {OptionKey(group.code, NONE)}
        said = self.choices.said
        if group.is_choose_one:
            said = tuple([key for key in said if key.group != group.code])
        others = {key: self._other(group, key, said) for key in group.cards if key not in chosen}
        any_other = any(card.available for card in others.values())
        for key in group.cards:
            yield others[key] if key in others else self._chosen(group, key, any_other)

    def _other(self, group: OptionGroup, key: OptionKey, kept: tuple[OptionKey, ...]) -> Card:
        """`kept`: the choices that a pick in this group leaves."""
        column = self.column.get(key)
        if column is None:
            after = self.choices.with_pick(group, key)
            available, best = self._without_any(group, after, key)
        else:
            after = Choices((*kept, key))
            if self.exact[column]:
                best = self.bests[column]
                available = best.changes == 0
            elif self.costs[column] >= FORBIDDEN // 2:
                available, best = False, None
            else:
                available, best = self.proofs.with_pick(after, key)
        if best is None:
            return Card(key, False, None, available, None, 0, None, after)
        delta = best.total - self.now.total
        return Card(key, False, None, available, delta, best.changes, best.lead_days, after)

    def _without_any(self, group: OptionGroup, after: Choices, key: OptionKey) -> Answer:
        """The best with nothing of a group of several, whose own picks are replaced by that."""
        completion = self.completion
        if completion.burdens or not self.scale.tells_days:
            return self.proofs.with_pick(after, key)
        absent = {completion.factors.place[member][0]: demanded(2, 0) for member in group.keys}
        replaced = sum(said.group == group.code and said.option != NONE for said in self.choices)
        cost = self.upward.clamped(absent).least - replaced * self.scale.choice
        if cost >= FORBIDDEN // 2:
            return Answer(False, None)
        best = self.scale.read(cost)
        return Answer(best.changes == 0, best)

    def _chosen(self, group: OptionGroup, key: OptionKey, any_other: bool) -> Card:
        is_mine = key in self.choices
        stay = self.choices if is_mine else self.choices.with_pick(group, key)
        if is_mine:
            origin = Origin.MINE
        elif group.is_choose_one or key.option == NONE:
            origin = Origin.ASSUMED if any_other else Origin.FORCED
        else:
            origin = Origin.ASSUMED if self._can_go(key) else Origin.FORCED
        may_go = (
            key.option != NONE
            and origin is not Origin.FORCED
            and (group.is_optional or not group.is_choose_one)
        )
        leaving = self._leaving(group, key, is_mine) if may_go else None
        after, best = leaving or (stay, self.now)
        return Card(key, True, origin, True, best.total - self.now.total, 0, best.lead_days, after)

    def _can_go(self, key: OptionKey) -> bool:
        v, _ = self.completion.factors.place[key]
        column = self.completion.tree.offsets[v]
        if self.bests[column].changes:
            return False
        return self.exact[column] or self.proofs.can_do_without(self.choices, key)

    def _leaving(self, group: OptionGroup, key: OptionKey, is_mine: bool) -> tuple[Choices, Best] | None:
        """The choices without a chosen option, with a refusal where completion would bring it back; None: it stays."""
        v, state = self.completion.factors.place[key]
        if is_mine:
            after = self.choices.without(key)
            first = self.completion.tree.offsets[v]
            own = self.costs[first + state]
            rival = min(
                (first + s for s in range(self.completion.tree.sizes[v]) if s != state),
                key=self.costs.__getitem__,
            )
            if self.costs[rival] < own and self.exact[rival]:
                return after, self.bests[rival]
            if self.costs[rival] <= own:
                states = self.completion.try_cheapest(after)
                if states is not None and key not in self.completion.picked(states):
                    return after, self.completion.worth(states)
        if not group.is_optional:
            return None
        refusal = OptionKey(group.code, NONE)
        if group.is_choose_one:
            after = self.choices.with_pick(group, refusal)
            column = self.completion.tree.offsets[v]
            if self.exact[column]:
                return None if self.bests[column].changes else (after, self.bests[column])
        else:
            after = Choices((*self.choices.without(key, refusal).said, refusal))
        states = self.completion.try_cheapest(after)
        return None if states is None else (after, self.completion.worth(states))
