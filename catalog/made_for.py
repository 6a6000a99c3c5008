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

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from catalog.choices import Choices
from catalog.completion import Completion, Impossible
from catalog.configuration import Configuration, Limit
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.fitting import Reasons, Suiting, out_of_reach
from catalog.model import Rule
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

    `because`: what each choice suits, where it suits anything. `let_go`: what was inferred and would cost too much.
    """

    configuration: Configuration
    because: Mapping[OptionKey, Reasons]
    met: tuple[Wish, ...]
    unmet: tuple[Unmet, ...]
    let_go: Reasons = ()


class Wishes:
    """What was stated, trait by trait, and the options that miss it."""

    def __init__(self, suiting: Suiting) -> None:
        stated = sorted((each for each in suiting.known if each.stated), key=lambda each: each.trait)
        traits = groupby(stated, key=lambda each: each.trait)
        self.all = tuple(Wish(trait, tuple(inside)) for trait, inside in traits)
        keys = suiting.family.option_by_key
        self.against = {wish: [key for key in keys if _misses(suiting, wish, key)] for wish in self.all}


def _misses(suiting: Suiting, wish: Wish, key: OptionKey) -> bool:
    """Whether an option suits none of a wish's values while others of its group do."""
    spoken = any(key.group in suiting.groups[each] for each in wish.preferences)
    return spoken and not any(suiting.suits(key, each) for each in wish.preferences)


class MadeBy:
    """Makes starting builds with the engine of a family."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.family, self.completion = engine, engine.family, engine.completion

    def build(self, preferences: Iterable[Preference]) -> MadeFor | None:
        """The best build for some preferences; None where the family speaks of none of them, or allows nothing.

        Raises `catalog.search.Unproven` where a resource binds and the best is not found in `NODES` steps.
        """
        given = tuple(preferences)
        suiting = Suiting(self.family, given)
        if not suiting.known:
            return None
        wishes, costs = Wishes(suiting), self._costs(suiting)
        best: tuple[int, tuple[int, ...], frozenset[Wish]] | None = None
        for _, same_size in groupby(self.engine.concessions(wishes.against), key=len):
            for given_up in same_size:
                kept = (wish for wish in wishes.all if wish not in given_up)
                found = self._best(costs, {key for wish in kept for key in wishes.against[wish]})
                if best is None or found < best[:2]:
                    best = *found, given_up
            break
        if best is None:
            return None
        made = self._made(suiting, wishes, best[1], best[2])
        beyond = [Unmet(Wish(each.trait, (each,)), (), ()) for each in out_of_reach(self.family, given)]
        return made._replace(unmet=(*made.unmet, *beyond))

    def within(self, preferences: Iterable[Preference], most: int) -> MadeFor | None:
        """The same, but costing at most `most` (minor units): from the strongest inferred preference on, each that
        costs more beside those before it is let go. What was stated stays, whatever it costs.

        None and errors as with `build`.
        """
        given = tuple(preferences)
        made = self.build(given)
        if made is None or made.configuration.total <= most:
            return made
        kept = [each for each in given if each.stated]
        made, let_go = self.build(kept), []
        most = max(most, made.configuration.total if made else 0)
        for each in (each for each in Suiting(self.family, given).known if not each.stated):
            more = self.build((*kept, each))
            if more is None or more.configuration.total > most:
                let_go.append(each)
            else:
                made = more
                kept.append(each)
        return made._replace(let_go=tuple(let_go)) if made else None

    def _made(
        self, suiting: Suiting, wishes: Wishes, states: tuple[int, ...], given_up: frozenset[Wish]
    ) -> MadeFor:
        configuration = self._said(suiting, self.completion.picked(states))
        because = {key: reasons for key in configuration.choices if (reasons := suiting.suited(key))}
        met = tuple(wish for wish in wishes.all if wish not in given_up)
        unmet = tuple(self._unmet(wishes, met, wish) for wish in wishes.all if wish in given_up)
        return MadeFor(configuration, because, met, unmet)

    def _unmet(self, wishes: Wishes, met: Sequence[Wish], wish: Wish) -> Unmet:
        others = {each: wishes.against[each] for each in met}
        rules, beside = self.engine.concession(others, wishes.against[wish])
        return Unmet(wish, rules, beside)

    def _said(self, suiting: Suiting, picked: tuple[OptionKey, ...]) -> Configuration:
        """The configuration with just these parts, in as few choices as make it so, rather ones that suit."""
        found = Nearest(self.engine, Choices(), (), ()).said_outright(Choices(), picked, ())
        said = found.choices.said
        for key in sorted(said, key=lambda key: (bool(suiting.suited(key)), -said.index(key))):
            try:
                shorter = self.engine.complete(found.choices.without(key))
            except Impossible:  # what is left says "without" of a group that needs it
                continue
            if shorter.picked == found.picked:
                found = shorter
        return found

    # Costs.

    def _best(
        self, costs: Mapping[int, np.ndarray], barred: Iterable[OptionKey]
    ) -> tuple[int, tuple[int, ...]]:
        """The cost and the states of the best build without the barred options."""
        completion = self.completion
        walls: dict[int, np.ndarray] = {}
        for key in barred:
            v, state = completion.factors.place[key]
            walls.setdefault(v, np.zeros(completion.tree.sizes[v], np.int64))[state] = FORBIDDEN
        upward = completion.tree.up(costs).clamped(walls)
        states = completion.first_of_equals(upward, upward.beliefs(), NODES, FORBIDDEN)
        return upward.cost(states), states

    def _costs(self, suiting: Suiting) -> dict[int, np.ndarray]:
        """Per variable what each of its states misses, above all money."""
        completion, weights = self.completion, weighed(self.completion, suiting)
        costs: dict[int, np.ndarray] = {}
        for key, weight in weights.items():
            if weight:
                v, state = completion.factors.place[key]
                cost = costs.setdefault(v, np.zeros(completion.tree.sizes[v], np.int64))
                cost[state] = weight * completion.scale.choice
        return costs


def weighed(completion: Completion, suiting: Suiting) -> dict[OptionKey, int]:
    """What each option weighs by what it misses: anything stated more than all that was inferred together.

    Weights are counted in hundredths, and more coarsely where a family's prices leave less room (see `scale`).
    """
    room, keys = ROOM // completion.scale.choice, completion.family.option_by_key
    missed = {key: suiting.missed(key) for key in keys}

    def most(weights: Mapping[OptionKey, int]) -> int:
        return sum(max(weights[key] for key in group.keys) * group.max for group in completion.family.groups)

    for grain in GRAINS:
        share = {
            each: max(1, round(grain * each.strength / len(groups)))
            for each, groups in suiting.groups.items()
        }
        stated = {key: sum(share[each] for each in missed[key] if each.stated) for key in keys}
        inferred = {key: sum(share[each] for each in missed[key] if not each.stated) for key in keys}
        unit = most(inferred) + 1
        if (most(stated) + 1) * unit <= room:
            return {key: stated[key] * unit + inferred[key] for key in keys}
    return dict.fromkeys(keys, 0)
