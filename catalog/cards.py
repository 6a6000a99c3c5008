"""What every other click would do: for each option whether it can be had, its exact difference and its days."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from catalog.choices import Choices
from catalog.completion import Completion
from catalog.configuration import Card, Origin
from catalog.expression import OptionKey
from catalog.model import NONE, OptionGroup
from catalog.scale import Best
from catalog.tree import Beliefs
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
        self.completion, self.witnesses, self.choices = completion, witnesses, choices
        self.proofs = proofs
        self.scale = completion.scale
        self.place = completion.factors.place
        self.least = [least.tolist() for least in beliefs.least]
        self.keeps = self._keeping(beliefs)
        self.now = completion.worth(states)
        self.chosen = frozenset(completion.picked(states))

    def _keeping(self, beliefs: Beliefs) -> Callable[[int, int], bool]:
        """Whether the witness of a (variable, state) keeps every resource, so that its cost is exact."""
        burdens = self.completion.burdens
        if not burdens:
            return lambda v, state: True
        decoded = self.witnesses.decode(beliefs)
        keeping = np.ones(decoded.shape[1], bool)
        for burden in burdens:
            load = sum(weights[decoded[v]] for v, weights in burden.weights.items())
            keeping &= load <= burden.limit
        kept, column = keeping.tolist(), self.witnesses.column
        return lambda v, state: kept[column[v, state]]

    def all(self) -> dict[OptionKey, Card]:
        """Every option of every group in the document's order, "without" behind the options of a group."""
        return {card.key: card for group in self.completion.family.groups for card in self._of(group)}

    def origins(self, cards: Mapping[OptionKey, Card]) -> dict[OptionKey, Origin]:
        """Why each chosen option, or each "without", is there."""
        return {key: card.origin for key, card in cards.items() if card.chosen and card.origin}

    def _of(self, group: OptionGroup) -> Iterator[Card]:
        mine = self.choices.of(group.code)
        keys = (*group.keys, OptionKey(group.code, NONE)) if group.is_optional else group.keys
        nothing = not any(key in self.chosen for key in group.keys)
        chosen = [key for key in keys if (nothing if key.option == NONE else key in self.chosen)]
        others = {key: self._other(group, key, mine) for key in keys if key not in chosen}
        any_other = any(answer.available for answer in others.values())
        for key in keys:
            if key in others:
                yield self._card(key, others[key], self.choices.with_pick(group, key))
            else:
                yield self._chosen(group, key, any_other)

    def _card(self, key: OptionKey, answer: Answer, after: Choices) -> Card:
        if answer.best is None:
            return Card(key, False, None, answer.available, None, 0, None, after)
        best = answer.best
        return Card(
            key,
            False,
            None,
            answer.available,
            best.total - self.now.total,
            best.changes,
            best.lead_days,
            after,
        )

    def _other(self, group: OptionGroup, key: OptionKey, mine: tuple[OptionKey, ...]) -> Answer:
        after = self.choices.with_pick(group, key)
        if key.option == NONE and not group.is_choose_one:
            return self.proofs.with_pick(after, key)
        v, state = self.place[key]
        against = bool(mine) if group.is_choose_one else OptionKey(group.code, NONE) in mine
        return self._answer(v, state, against, after, key)

    def _answer(self, v: int, state: int, against: bool, after: Choices, key: OptionKey) -> Answer:
        """The best with a state, not counting the choice that it replaces itself."""
        best = self._best(v, state, against)
        if self.keeps(v, state) and best.lead_days is not None:
            return Answer(best.changes == 0, best)
        return self.proofs.with_pick(after, key)

    def _best(self, v: int, state: int, against: bool) -> Best:
        """The best with a state, resources aside; `against`: the state goes against a choice that it replaces."""
        return self.scale.read(self.least[v][state] - (self.scale.choice if against else 0))

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
        v, _ = self.place[key]
        if self.scale.read(self.least[v][0]).changes:
            return False
        return self.keeps(v, 0) or self.proofs.can_do_without(self.choices, key)

    def _leaving(self, group: OptionGroup, key: OptionKey, is_mine: bool) -> tuple[Choices, Best] | None:
        """The choices without a chosen option, with a refusal where completion would bring it back; None: it stays."""
        v, state = self.place[key]
        if is_mine:
            after = self.choices.without(key)
            penalty = self.scale.choice
            others = {s: cost - penalty for s, cost in enumerate(self.least[v]) if s != state}
            rival = min(others, key=others.__getitem__)
            if others[rival] < self.least[v][state] and self.keeps(v, rival):
                return after, self.scale.read(others[rival])
            if others[rival] <= self.least[v][state]:
                states = self.completion.try_cheapest(after)
                if states is not None and key not in self.completion.picked(states):
                    return after, self.completion.worth(states)
        if not group.is_optional:
            return None
        refusal = OptionKey(group.code, NONE)
        if group.is_choose_one:
            after = self.choices.with_pick(group, refusal)
            best = self._best(v, 0, is_mine)
            if best.changes == 0 and best.lead_days is not None and self.keeps(v, 0):
                return after, best
        else:
            after = Choices((*self.choices.without(key, refusal).said, refusal))
        states = self.completion.try_cheapest(after)
        return None if states is None else (after, self.completion.worth(states))
