"""What every other click would do: for each option whether it can be had, its exact difference and its days."""

from collections.abc import Collection, Iterator

import numpy as np

from catalog.choices import Choices
from catalog.completion import Completion
from catalog.configuration import Card, Origin
from catalog.expression import OptionKey
from catalog.factors import keeps
from catalog.model import NONE, OptionGroup
from catalog.proofs import Answer, Proofs
from catalog.scale import FORBIDDEN, Best
from catalog.tree import Beliefs, demanded
from catalog.witnesses import Witnesses


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
        self.beliefs, self.upward, self.scale = beliefs, beliefs.upward, completion.scale
        self.column = completion.column
        # A state's own wish is lifted: a pick does not count the choice that it replaces itself.
        costs = beliefs.flat.copy()
        for v, wish in beliefs.upward.unary.items():
            costs[tree.offsets[v] : tree.offsets[v + 1]] -= wish
        exact = self._keeping(witnesses, beliefs)
        self.exact: list[bool] = (exact & self.scale.tells_days & (costs < FORBIDDEN // 2)).tolist()
        self.costs: list[int] = costs.tolist()
        self.bests = self.scale.read_all(costs)
        self.now = completion.worth(states)
        chosen = frozenset(completion.picked(states))
        self.chosen_in: dict[str, Collection[OptionKey]] = {
            group.code: chosen.intersection(group.keys) or {OptionKey(group.code, NONE)}
            for group in completion.family.groups
        }

    def _keeping(self, witnesses: Witnesses, beliefs: Beliefs) -> np.ndarray:
        """Per state whether its witness keeps every resource, so that its cost is exact."""
        keeping = np.ones(witnesses.columns, bool)
        if self.completion.burdens:
            decoded = witnesses.decode(beliefs)
            for burden in self.completion.burdens:
                load = sum(weights[decoded[v]] for v, weights in burden.weights.items())
                keeping &= load <= burden.limit
        return keeping

    def all(self) -> dict[OptionKey, Card]:
        """Every option of every group in the document's order, "without" behind the options of a group."""
        others = self._others()
        cards: dict[OptionKey, Card] = {}
        for group in self.completion.family.groups:
            chosen = self.chosen_in[group.code]
            any_other = any(others[key].available for key in group.cards if key not in chosen)
            for key in group.cards:
                cards[key] = others[key] if key in others else self._chosen(group, key, any_other)
        return cards

    def _clicks(self) -> Iterator[tuple[OptionGroup, OptionKey, Choices]]:
        """Each option that is not chosen, with the choices after a click on it."""
        for group in self.completion.family.groups:
            chosen = self.chosen_in[group.code]
            said = self.choices.said
            if group.is_choose_one:
                said = tuple([key for key in said if key.group != group.code])
            for key in group.cards:
                if key not in chosen:
                    is_pick = key in self.column
                    yield group, key, Choices((*said, key)) if is_pick else self.choices.with_pick(group, key)

    def _others(self) -> dict[OptionKey, Card]:
        """The cards of what is not chosen: from the tree where it knows, the rest proven together."""
        now, exact, bests = self.now.total, self.exact, self.bests
        others: dict[OptionKey, Card] = {}
        open_: dict[OptionKey, Choices] = {}
        for group, key, after in self._clicks():
            column = self.column.get(key)
            if column is not None and exact[column]:
                changes, total, lead_days = bests[column]
                others[key] = Card(key, False, None, not changes, total - now, changes, lead_days, after)
                continue
            answer = self._without_any(group) if column is None else self._forbidden(column)
            if answer is None:
                open_[key] = after
            else:
                others[key] = self._other(key, after, answer)
        if open_:
            answers = self.proofs.answers(self.beliefs, open_)
            others |= {key: self._other(key, after, answers[key]) for key, after in open_.items()}
        return others

    def _forbidden(self, column: int) -> Answer | None:
        """What the tree says of an option where a resource may be in the way: only that it is out of the question."""
        return Answer(False, None) if self.costs[column] >= FORBIDDEN // 2 else None

    def _other(self, key: OptionKey, after: Choices, answer: Answer) -> Card:
        available, best = answer
        if best is None:
            return Card(key, False, None, available, None, 0, None, after)
        delta = best.total - self.now.total
        return Card(key, False, None, available, delta, best.changes, best.lead_days, after)

    def _without_any(self, group: OptionGroup) -> Answer | None:
        """The best with nothing of a group of several, whose own picks are replaced by that."""
        if not self.scale.tells_days:
            return None
        factors = self.completion.factors
        absent = {factors.place[member][0]: demanded(2, 0) for member in group.keys}
        replaced = sum(said.group == group.code and said.option != NONE for said in self.choices)
        clamped = self.upward.clamped(absent)
        cost = clamped.least - replaced * self.scale.choice
        if cost >= FORBIDDEN // 2:
            return Answer(False, None)
        if self.completion.burdens and not keeps(self.completion.burdens, clamped.decode()):
            return None
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
        return self.exact[column] or self.proofs.logic.can_do_without(self.choices, key)

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
