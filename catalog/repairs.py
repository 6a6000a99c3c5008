"""What would let an option in: the fewest of my choices changed, then the best total, then the document's order.

A repair names which of my choices change and to what; no part of it could be left out.

Minimal correction sets by implicit hitting sets over minimal conflicts (Reiter 1987; Ignatiev, Morgado, Marques-Silva
2018): a smallest set that hits every conflict found so far is either a repair or shows a further conflict.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from pysat.examples.hitman import Hitman

from catalog.alternatives import alternatives
from catalog.choices import Choices
from catalog.completion import Completion
from catalog.configuration import Change
from catalog.conflicts import Conflicts, Part
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.model import NONE, OptionGroup
from catalog.scale import FORBIDDEN, Best
from catalog.validity import Validity

MOST_CANDIDATES = 200


class Promise(NamedTuple):
    """One thing that the shopper said and can take back: a choice, or the refusal of one option (`refused`) in it."""

    choice: OptionKey
    refused: OptionKey | None = None


class Plan(NamedTuple):
    """A repair as choices: each change from what to what, the choices after it, and what it all comes to."""

    changes: tuple[Change, ...]
    after: Choices
    worth: Best


class Repairs:
    """Finds repairs for one family; like its `Validity`, one per thread."""

    def __init__(
        self, formula: Formula, validity: Validity, conflicts: Conflicts, completion: Completion
    ) -> None:
        self.formula, self.validity, self.conflicts = formula, validity, conflicts
        self.completion = completion

    def best(self, others: Choices, pick: OptionKey, wanted: Choices, most: int, nodes: int) -> list[Plan]:
        """At most `most` repairs that let `pick` in beside `others`, best first.

        Raises Unproven where a resource binds and `nodes` search steps do not settle it.
        """
        found: list[Plan] = []
        promises, demand = self.promises(others, wanted), list(self.formula.literals(pick, wanted))
        for _, same_size in groupby(self.corrections(promises, demand), key=len):
            plans = [
                plan for given_up in same_size for plan in self._plans(others, pick, given_up, most, nodes)
            ]
            found += sorted(plans, key=self._rank)
            if len(found) >= most:
                break
        return found[:most]

    def smallest(self, others: Choices, pick: OptionKey, wanted: Choices) -> list[tuple[int, Choices]]:
        """What stays said beside `pick` where as few choices as possible change, and how many change: every way."""
        promises, demand = self.promises(others, wanted), list(self.formula.literals(pick, wanted))
        for changes, same_size in groupby(self.corrections(promises, demand), key=len):
            return [(changes, _kept(others, pick, given_up)) for given_up in same_size]
        return []

    def _plans(
        self, others: Choices, pick: OptionKey, given_up: frozenset[Promise], most: int, nodes: int
    ) -> Iterator[Plan]:
        completion = self.completion
        dropped = [promise.choice for promise in given_up if promise.refused is None]
        let_in = sorted(promise.refused for promise in given_up if promise.refused is not None)
        kept = _kept(others, pick, given_up)
        upward = completion.tree.up(completion.wishes(kept, FORBIDDEN))
        groups = {key.group: completion.family.group_by_code[key.group] for key in others if key in dropped}
        variables = [
            completion.factors.place[key][0]
            for group in groups.values()
            for key in (group.keys[:1] if group.is_choose_one else group.keys)
        ]
        for states in islice(alternatives(completion, upward, variables, nodes), most):
            instead = self._instead(groups.values(), completion.picked(states), kept)
            changes = [
                Change(key.group, key, next((to for to in instead if to.group == key.group), None))
                for key in others
                if key in dropped
            ]
            changes += [Change(key.group, OptionKey(key.group, NONE), key) for key in let_in]
            after = Choices((*kept.without(pick).said, *instead, pick))
            yield Plan(tuple(changes), after, completion.worth(states)._replace(changes=len(given_up)))

    @staticmethod
    def _instead(
        groups: Iterable[OptionGroup], picked: tuple[OptionKey, ...], kept: Choices
    ) -> list[OptionKey]:
        """What stands in the groups of the choices given up, said outright: options, or that there are none."""
        instead: list[OptionKey] = []
        for group in groups:
            inside = [key for key in picked if key.group == group.code]
            instead += [key for key in inside if key not in kept]
            if not inside and group.is_optional and OptionKey(group.code, NONE) not in kept:
                instead.append(OptionKey(group.code, NONE))
        return instead

    def _rank(self, plan: Plan) -> tuple:
        place = self.completion.factors.place

        def order(key: OptionKey | None) -> tuple[int, int]:
            return place.get(key, (-1, -1)) if key else (-1, -1)

        moves = [(order(change.was), order(change.becomes)) for change in plan.changes]
        return plan.worth.total, plan.worth.lead_days or 0, moves

    def promises(self, others: Choices, wanted: Choices) -> dict[Promise, tuple[int, ...]]:
        """What `others` promise one by one, each as literals; `wanted` is all that is said, with them."""
        promises: dict[Promise, tuple[int, ...]] = {}
        for key in others:
            literals = self.formula.literals(key, wanted)
            if key.option == NONE and not self.formula.family.group_by_code[key.group].is_choose_one:
                for literal in literals:
                    promises[Promise(key, self.formula.keys[-literal - 1])] = (literal,)
            else:
                promises[Promise(key)] = literals
        return promises

    def corrections(
        self, promises: Mapping[Part, Sequence[int]], demand: list[int]
    ) -> Iterator[frozenset[Part]]:
        """Minimal sets of promises without which the demand fits, smallest first; none where nothing helps."""
        if not self.validity.fits(demand):
            return
        with Hitman(htype="sorted", solver="m22") as hitman:
            for _ in range(MOST_CANDIDATES):
                given_up = hitman.get()
                if given_up is None:
                    return
                kept = {
                    promise: literals for promise, literals in promises.items() if promise not in given_up
                }
                if self.validity.fits(
                    demand + [literal for literals in kept.values() for literal in literals]
                ):
                    yield frozenset(given_up)
                    if not given_up:
                        return
                    hitman.block(list(given_up))
                else:
                    hitman.hit(self.conflicts.clashing(kept, demand))


def _kept(others: Choices, pick: OptionKey, given_up: frozenset[Promise]) -> Choices:
    """What stays said where some promises are given up; options no longer refused are picks then."""
    dropped = [promise.choice for promise in given_up if promise.refused is None]
    let_in = sorted(promise.refused for promise in given_up if promise.refused is not None)
    return Choices((*others.without(*dropped).said, *let_in, pick))
