"""Configurations of today that are nearest to kept parts: the fewest of my choices given up, then the fewest parts
changed, then the best total, then the document's order."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np

from catalog import ties
from catalog.alternatives import alternatives
from catalog.choices import Choices
from catalog.configuration import Configuration
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.factors import keeps
from catalog.model import NONE, OptionGroup
from catalog.repairs import Promise
from catalog.scale import FORBIDDEN
from catalog.search import Unproven
from catalog.tree import demanded

NODES = 20_000
MOST_COST = FORBIDDEN // 2 - 1


class Rest(NamedTuple):
    """What remains of my choices: those given up, those still said, the groups where something takes their place."""

    given_up: tuple[OptionKey, ...]
    said: Choices
    replaced: tuple[str, ...]


class Plan(NamedTuple):
    """One configuration with what remains of my choices."""

    rest: Rest
    picked: tuple[OptionKey, ...]
    rank: tuple


class Nearest:
    """Looks for what is nearest to some parts in one family. `lost`: choices that cannot be said any more."""

    def __init__(
        self, engine: Engine, said: Choices, lost: tuple[OptionKey, ...], parts: Iterable[OptionKey]
    ) -> None:
        self.engine, self.said, self.lost, self.parts = engine, said, lost, frozenset(parts)
        self.family, self.completion = engine.family, engine.completion
        # More than all money, so that one part more outweighs any price, and less than a choice.
        self.unit = self.completion.scale.choice // 2
        self._groups = engine.family.group_by_code
        self.strays = self._strays()
        self.smallest: list[Rest] = []

    def plans(self, most: int) -> list[Plan]:
        """At most `most` plans, best first; none where the family allows nothing."""
        found: list[Plan] = []
        for _, same_size in groupby(self.engine.corrections(self.said), key=len):
            rests = [self._rest(given_up) for given_up in same_size]
            self.smallest = self.smallest or rests
            plans = [plan for rest in rests for plan in self._plans(rest, most)]
            found += sorted(plans, key=lambda plan: (len(plan.rest.given_up), plan.rank))
            if len(found) >= most:
                break
        return found[:most]

    def cheapest(self) -> Plan | None:
        """The best total that gives up as few of my choices as the first plan. To be asked after `plans`."""
        completion = self.completion
        best: tuple[int, Plan] | None = None
        for rest in self.smallest:
            upward = completion.tree.up(completion.wishes(rest.said, FORBIDDEN))
            if best is not None and upward.least >= (best[0] + 1) * completion.scale.coin:
                continue
            try:
                found = self.engine.complete(rest.said)
            except Unproven:
                continue
            if best is None or found.total < best[0]:
                best = found.total, Plan(rest, found.picked, ())
        return best[1] if best else None

    def first_that_fits(self) -> Plan:
        """A plan without any search for the best: choices oldest first, then parts, then the first that fits."""
        rest = self.smallest[0]
        wanted = [key for key in self.family.option_by_key if key in self.parts]
        for group in self.family.groups:
            wanted += reversed(group.cards) if group.is_optional else group.keys
        fixed = rest.said
        for key in wanted:
            inside = fixed.of(key.group)
            is_open = not inside or (key in self.parts and not self._groups[key.group].is_choose_one)
            if is_open and key not in inside and self.engine.fits(Choices((*fixed.said, key))):
                fixed = Choices((*fixed.said, key))
        return Plan(rest._replace(said=fixed), self.engine.complete(fixed).picked, ())

    def said_outright(
        self, said: Choices, picked: tuple[OptionKey, ...], groups: Iterable[str]
    ) -> Configuration:
        """The configuration of choices that say no more than they must for the parts to be `picked`.

        `groups` are said in any case. In a group of several that may not be empty an address cannot say "nothing
        but these": there completion may add to them, where that is cheaper.
        """
        outright = set(groups)
        choices = self._with(said, picked, outright)
        while True:
            configuration = self.engine.complete(choices)
            odd = {key.group for key in set(configuration.picked) ^ set(picked)} - outright
            if not odd:
                return configuration
            outright |= odd
            choices = self._with(choices, picked, odd)

    def _with(self, said: Choices, picked: Sequence[OptionKey], groups: set[str]) -> Choices:
        more: list[OptionKey] = []
        for group in self.family.groups:
            if group.code in groups:
                inside = [key for key in picked if key.group == group.code]
                more += inside
                if group.is_optional and not (group.is_choose_one and inside):
                    more.append(OptionKey(group.code, NONE))
        return Choices((*said.said, *(key for key in more if key not in said)))

    def _strays(self) -> dict[int, np.ndarray]:
        """Per variable a unit for each state that is not as it was."""
        place, unit = self.completion.factors.place, self.unit
        strays: dict[int, np.ndarray] = {}
        for group in self.family.groups:
            kept = [key for key in group.keys if key in self.parts]
            if not group.is_choose_one:
                for key in group.keys:
                    strays[place[key][0]] = np.array([unit, 0] if key in self.parts else [0, unit], np.int64)
                continue
            if not kept and group.is_optional:
                kept = [OptionKey(group.code, NONE)]
            if kept:
                v = place[group.keys[0]][0]
                strays[v] = np.full(self.completion.tree.sizes[v], unit, np.int64)
                strays[v][[place[key][1] for key in kept]] = 0
        return strays

    def _plans(self, rest: Rest, most: int) -> Iterator[Plan]:
        completion = self.completion
        variables = [v for code in rest.replaced for v in self._open(self._groups[code])]
        costs = dict(self.strays)
        for v, wish in completion.wishes(rest.said, FORBIDDEN).items():
            costs[v] = costs[v] + wish if v in costs else wish
        upward = completion.tree.up(costs)
        try:
            found = list(islice(alternatives(completion, upward, variables, NODES, MOST_COST), most))
        except Unproven:
            return
        for states in found:
            fixed = upward.clamped({v: demanded(completion.tree.sizes[v], states[v]) for v in variables})
            first = ties.first_of_equals(fixed, fixed.beliefs())
            if keeps(completion.burdens, first):
                states = tuple(first)
            worth = completion.worth(states)
            rank = (self._moved(states), worth.total, worth.lead_days or 0, states)
            yield Plan(rest, completion.picked(states), rank)

    def _open(self, group: OptionGroup) -> list[int]:
        """The variables that may take other states in the place of a choice."""
        place = self.completion.factors.place
        return [place[key][0] for key in (group.keys[:1] if group.is_choose_one else group.keys)]

    def _rest(self, promises: frozenset[Promise]) -> Rest:
        dropped = [key for key in self.said if Promise(key) in promises]
        let_in = sorted(promise for promise in promises if promise.refused is not None)
        left = (key.group for key in (*self.lost, *dropped))
        return Rest(
            (*self.lost, *dropped, *(promise.choice for promise in let_in)),
            Choices((*self.said.without(*dropped), *(key for _, key in let_in if key is not None))),
            tuple(code for code in dict.fromkeys(left) if self._is_to_be_filled(code)),
        )

    def _is_to_be_filled(self, code: str) -> bool:
        """Whether something takes a choice's place there; among options of which none is needed nothing does."""
        group = self._groups.get(code)
        return group is not None and (group.is_choose_one or not group.is_optional)

    def _moved(self, states: Sequence[int]) -> int:
        return sum(bool(stray[states[v]]) for v, stray in self.strays.items())
