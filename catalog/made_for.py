"""The starting build made for somebody: what they stated first, then what was inferred, then the lowest total.

A part *misses* a preference that its group speaks of (see `fitting`) and that it does not suit. What was stated about
one trait is one *wish*, its values being alternatives: no part of a build may miss all of them. Of all valid builds
the best

1. meets the most wishes,
2. misses the least of what was stated: each preference weighs the same, spread over the groups that speak of it,
3. misses the least of what was inferred, each preference weighing its strength, spread likewise,
4. is the cheapest, then the soonest, then the first in the document's order.

All but the first is a sum over single options, so one pass of the bucket tree finds it; which wishes go together is
for the solver to say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from catalog.choices import Choices
from catalog.completion import Completion
from catalog.configuration import Configuration, Limit
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.fitting import Reasons, known, out_of_reach, speaks, suits
from catalog.model import Family, Rule
from catalog.nearest import Nearest
from catalog.preference import Preference
from catalog.scale import FORBIDDEN

NODES = 20_000
ROOM = FORBIDDEN // 4  # for all that is missed, below what is out of the question
GRAINS = (
    100,
    50,
    20,
    10,
    5,
    2,
    1,
)  # steps that a weight is counted in: the finest for which the numbers have room


class Wish(NamedTuple):
    """What was stated about one trait; any of the values will do."""

    trait: str
    preferences: Reasons


class Unmet(NamedTuple):
    """A wish that no build can meet beside `beside` (the other wishes it clashes with), and the rules that say so.

    Without rules it is a stated number that no option suits.
    """

    wish: Wish
    rules: tuple[Rule | Limit, ...]
    beside: tuple[Wish, ...]


class MadeFor(NamedTuple):
    """A build made for somebody. Its choices say no more than they must for it to come out.

    `because`: what each choice suits, where it suits anything.
    """

    configuration: Configuration
    because: Mapping[OptionKey, Reasons]
    met: tuple[Wish, ...]
    unmet: tuple[Unmet, ...]


class Missing:
    """What each option of a family misses of some preferences."""

    def __init__(self, family: Family, preferences: Iterable[Preference]) -> None:
        self.family = family
        self.preferences = known(family, preferences)
        stated = [each for each in self.preferences if each.stated]
        traits = groupby(sorted(stated, key=lambda each: each.trait), key=lambda each: each.trait)
        self.wishes = tuple(Wish(trait, tuple(inside)) for trait, inside in traits)

    def of(self, key: OptionKey) -> Reasons:
        """The preferences that an option misses."""
        group, option = self.family.group_by_code[key.group], self.family.option_by_key[key]
        return tuple(
            each
            for each in self.preferences
            if speaks(self.family, group, each) and not suits(self.family, option, each)
        )

    def misses(self, wish: Wish, key: OptionKey) -> bool:
        """Whether an option suits none of a wish's values while others of its group do."""
        group, option = self.family.group_by_code[key.group], self.family.option_by_key[key]
        spoken = any(speaks(self.family, group, each) for each in wish.preferences)
        return spoken and not any(suits(self.family, option, each) for each in wish.preferences)

    def against(self, wishes: Iterable[Wish]) -> dict[Wish, list[OptionKey]]:
        """Per wish the options that miss it."""
        return {wish: [key for key in self.family.option_by_key if self.misses(wish, key)] for wish in wishes}


class MadeBy:
    """Makes starting builds with the engine of a family."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.family, self.completion = engine, engine.family, engine.completion

    def build(self, preferences: Iterable[Preference]) -> MadeFor | None:
        """The best build for some preferences; None where the family speaks of none of them, or allows nothing.

        Raises `catalog.search.Unproven` where a resource binds and the best is not found in `NODES` steps.
        """
        given = tuple(preferences)
        missing = Missing(self.family, given)
        if not missing.preferences:
            return None
        against = missing.against(missing.wishes)
        best: tuple[int, tuple[int, ...], frozenset[Wish]] | None = None
        for _, same_size in groupby(self.engine.concessions(against), key=len):
            for given_up in same_size:
                barred = {key for wish in against if wish not in given_up for key in against[wish]}
                states = self._best(missing, barred)
                cost = self._cost(missing, states)
                if best is None or (cost, states) < best[:2]:
                    best = cost, states, given_up
            break
        if best is None:
            return None
        made = self._made(missing, against, best[1], best[2])
        beyond = [Unmet(Wish(each.trait, (each,)), (), ()) for each in out_of_reach(self.family, given)]
        return made._replace(unmet=(*made.unmet, *beyond))

    def _made(
        self,
        missing: Missing,
        against: Mapping[Wish, Sequence[OptionKey]],
        states: tuple[int, ...],
        given_up: frozenset[Wish],
    ) -> MadeFor:
        configuration = self._said(missing, self.completion.picked(states))
        options = self.family.option_by_key
        because = {
            key: reasons
            for key in configuration.choices
            if key in options
            and (
                reasons := tuple(
                    each
                    for each in missing.preferences
                    if suits(self.family, options[key], each)
                    and speaks(self.family, self.family.group_by_code[key.group], each)
                )
            )
        }
        met = tuple(wish for wish in missing.wishes if wish not in given_up)
        unmet = tuple(self._unmet(against, met, wish) for wish in missing.wishes if wish in given_up)
        return MadeFor(configuration, because, met, unmet)

    def _unmet(self, against: Mapping[Wish, Sequence[OptionKey]], met: Sequence[Wish], wish: Wish) -> Unmet:
        rules, beside = self.engine.concession({each: against[each] for each in met}, against[wish])
        return Unmet(wish, rules, beside)

    def _said(self, missing: Missing, picked: tuple[OptionKey, ...]) -> Configuration:
        """The configuration with just these parts, in as few choices as make it so, rather ones that suit."""
        found = Nearest(self.engine, Choices(), (), ()).said_outright(Choices(), picked, ())

        def order(key: OptionKey) -> tuple[bool, int]:
            suiting = key in self.family.option_by_key and any(
                suits(self.family, self.family.option_by_key[key], each) for each in missing.preferences
            )
            return suiting, -found.choices.said.index(key)

        for key in sorted(found.choices, key=order):
            shorter = self.engine.complete(found.choices.without(key))
            if shorter.picked == found.picked:
                found = shorter
        return found

    # Costs.

    def _best(self, missing: Missing, barred: Iterable[OptionKey]) -> tuple[int, ...]:
        completion = self.completion
        costs = self._costs(missing)
        for key in barred:
            v, state = completion.factors.place[key]
            costs.setdefault(v, np.zeros(completion.tree.sizes[v], np.int64))[state] = FORBIDDEN
        upward = completion.tree.up(costs)
        return completion.first_of_equals(upward, upward.beliefs(), NODES, FORBIDDEN)

    def _costs(self, missing: Missing) -> dict[int, np.ndarray]:
        """Per variable what each of its states misses, above all money."""
        completion, weigh = self.completion, weighing(self.completion, missing)
        costs: dict[int, np.ndarray] = {}
        for key in self.family.option_by_key:
            if weight := weigh(key):
                v, state = completion.factors.place[key]
                cost = costs.setdefault(v, np.zeros(completion.tree.sizes[v], np.int64))
                cost[state] = weight * completion.scale.choice
        return costs

    def _cost(self, missing: Missing, states: tuple[int, ...]) -> int:
        return self.completion.tree.up(self._costs(missing)).cost(states)


def weighing(completion: Completion, missing: Missing) -> Callable[[OptionKey], int]:
    """What an option weighs by what it misses: anything stated more than all that was inferred together.

    Weights are counted in hundredths, and more coarsely where a family's prices leave less room (see `scale`).
    """
    family, room = completion.family, ROOM // completion.scale.choice
    missed = {key: missing.of(key) for key in family.option_by_key}
    spread = {
        each: sum(speaks(family, group, each) for group in family.groups) for each in missing.preferences
    }

    def most(weights: Mapping[OptionKey, int]) -> int:
        return sum(max(weights[key] for key in group.keys) * group.max for group in family.groups)

    for grain in GRAINS:
        share = {each: max(1, round(grain * each.strength / spread[each])) for each in spread}
        stated = {key: sum(share[each] for each in missed[key] if each.stated) for key in missed}
        inferred = {key: sum(share[each] for each in missed[key] if not each.stated) for key in missed}
        unit = most(inferred) + 1
        if (most(stated) + 1) * unit <= room:
            break
    else:
        return lambda key: 0
    return lambda key: stated[key] * unit + inferred[key]
