"""The configurator's reasoning, as one object per published version: choices in, configuration out."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from catalog.cards import Cards
from catalog.choices import Choices, Reading
from catalog.completion import Completion, Impossible
from catalog.configuration import Card, Configuration, Conflict, Limit, Origin, Repair
from catalog.conflicts import Conflicts, Part
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.meters import Meters
from catalog.model import NONE, Family, Rule
from catalog.pricing import price_lines
from catalog.proofs import FIRST_ANSWER, WHATEVER_IT_TAKES, Effort, Proofs
from catalog.repairs import Plan, Promise, Repairs
from catalog.scale import Best
from catalog.validity import Validity
from catalog.witnesses import Witnesses

MOST_REPAIRS = 3


class Engine:
    """Everything that can be asked of one family. Holds no shopper's state; threads may share it.

    Raises `catalog.tree.TooWide` where the rules tie too many groups together to price every option at once.
    """

    def __init__(self, family: Family) -> None:
        self.family = family
        self.formula = Formula(family)
        self.completion = Completion(family)
        self.witnesses = Witnesses(self.completion.tree)
        self.meters = Meters(family)
        self._rules: dict[str, Rule | Limit] = {
            rule.code: rule for rule in (*family.rules, *family.resources)
        }
        for group in family.groups:
            limit = Limit(group.code, group.min, group.max, group.reason)
            self._rules[limit.code] = limit
        self._own = threading.local()

    def answer(self, reading: Reading, effort: Effort = FIRST_ANSWER) -> Configuration:
        """The configuration of an address, whatever it says.

        Where its last click clashes with the rest, the configuration before it, with the conflict open. Where other
        choices clash too (an address put together by hand), those that do not fit beside the earlier ones are set
        aside. Raises Impossible only where the family allows nothing at all.
        """
        try:
            return self.configure(reading.choices, effort)
        except Impossible:
            if reading.pick is None:
                raise
        before = self._fitting(reading.before)
        set_aside = tuple(key for key in reading.before if key not in before)
        after = before.with_pick(self.family.group_by_code[reading.pick.group], reading.pick)
        if self.fits(after):
            return replace(self.configure(after, effort), set_aside=set_aside)
        configuration = self.configure(before, effort)
        conflict = self.conflict(configuration, reading.pick)
        return replace(configuration, conflict=conflict, set_aside=set_aside)

    def configure(self, choices: Choices, effort: Effort = FIRST_ANSWER) -> Configuration:
        """My choices, the cheapest valid completion, a card for every option. Raises Impossible where they clash."""
        completion = self.completion
        upward = completion.tree.up(completion.wishes(choices, completion.scale.choice))
        if upward.least > completion.scale.choice // 2:
            raise Impossible
        beliefs = upward.beliefs()
        states = completion.first_of_equals(upward, beliefs, WHATEVER_IT_TAKES.nodes)
        proofs = Proofs(completion, self, effort)
        cards = Cards(completion, self.witnesses, choices, beliefs, states, proofs)
        by_key = cards.all()
        origins = {key: card.origin for key, card in by_key.items() if card.chosen and card.origin}
        return self._configuration(choices, states, cards=by_key, origins=origins)

    def complete(self, choices: Choices) -> Configuration:
        """The same configuration without cards or conflicts, for a fraction of the work; every origin but mine reads
        as assumed. Raises Impossible where the choices clash."""
        return self._configuration(choices, self.completion.cheapest(choices, WHATEVER_IT_TAKES.nodes))

    def fits(self, choices: Choices) -> bool:
        """Whether some complete valid configuration has all the choices."""
        return self._validity.fits(self._validity.literals(choices))

    def stands(self, picked: Set[OptionKey]) -> bool:
        """Whether just these options are a complete valid configuration; the same as `reopen.stands`, only quicker."""
        variables = self.formula.variable
        if not all(key in variables for key in picked):
            return False
        return self._validity.fits([v if key in picked else -v for key, v in variables.items()])

    def can_do_without(self, choices: Choices, key: OptionKey) -> bool:
        """Whether the choices can be completed without an option."""
        return self._validity.fits([*self._validity.literals(choices), -self.formula.variable[key]])

    def conflict(self, configuration: Configuration, pick: OptionKey) -> Conflict:
        """Why a pick does not fit the configuration's choices, and at most three repairs, best first."""
        group = self.family.group_by_code[pick.group]
        wanted = configuration.choices.with_pick(group, pick)
        others = wanted.without(pick)
        codes, choices = self._conflicts.reason(others, pick, wanted)
        plans = self._repairs.best(others, pick, wanted, MOST_REPAIRS, WHATEVER_IT_TAKES.nodes)
        repairs = tuple(self._repair(configuration, plan) for plan in plans)
        return Conflict(pick, tuple(self._rules[code] for code in codes), choices, repairs)

    def clash(self, choices: Choices) -> tuple[tuple[Rule | Limit, ...], tuple[OptionKey, ...]]:
        """The rules and the choices that rule each other out, irreducibly, of choices that do not fit together."""
        codes, clashing = self._conflicts.clash(choices)
        return tuple(self._rules[code] for code in codes), clashing

    def corrections(self, choices: Choices) -> Iterator[frozenset[Promise]]:
        """Minimal sets of what the choices promise without which the rest fits, smallest first.

        One that is empty where all fit together; none where the family allows nothing.
        """
        return self._repairs.corrections(self._repairs.promises(choices, choices), [])

    def concessions(self, aside: Mapping[Part, Iterable[OptionKey]]) -> Iterator[frozenset[Part]]:
        """Minimal sets of parts without which nothing of what the others set aside is needed, smallest first.

        One that is empty where a valid configuration has none of all the options; none where the family allows nothing.
        """
        return self._repairs.corrections(self._aside(aside), [])

    def concession(
        self, aside: Mapping[Part, Iterable[OptionKey]], wanted: Iterable[OptionKey]
    ) -> tuple[tuple[Rule | Limit, ...], tuple[Part, ...]]:
        """The rules and the parts, irreducibly, that leave no configuration without the options of `wanted` as well."""
        demand = [-self.formula.variable[key] for key in wanted]
        codes, parts = self._conflicts.between(self._aside(aside), demand)
        return tuple(self._rules[code] for code in codes), parts

    def _aside(self, aside: Mapping[Part, Iterable[OptionKey]]) -> dict[Part, list[int]]:
        return {part: [-self.formula.variable[key] for key in keys] for part, keys in aside.items()}

    def smallest_repairs(self, wanted: Choices, pick: OptionKey) -> list[tuple[int, Choices]]:
        """Every way of changing the fewest choices that lets a pick in: how many change, and what stays said."""
        return self._repairs.smallest(wanted.without(pick), pick, wanted)

    def best_repair(self, wanted: Choices, pick: OptionKey, nodes: int) -> Best | None:
        """The best that a pick can be had for when choices are changed; None where nothing lets it in.

        Raises Unproven where a resource binds and `nodes` search steps do not settle it.
        """
        plans = self._repairs.best(wanted.without(pick), pick, wanted, 1, nodes)
        return plans[0].worth if plans else None

    def _repair(self, configuration: Configuration, plan: Plan) -> Repair:
        total, lead_days = plan.worth.total, plan.worth.lead_days
        if lead_days is None:
            lead_days = self.complete(plan.after).lead_days
        return Repair(plan.changes, total, total - configuration.total, lead_days, plan.after)

    def _fitting(self, choices: Choices) -> Choices:
        """The choices, oldest first, that fit together."""
        # All at once first: a refusal fits beside the picks it excepts, though not before they are said.
        if self.fits(choices):
            return choices
        kept = Choices()
        for key in choices:
            more = Choices((*kept.said, key))
            if self.fits(more):
                kept = more
        return kept

    def _configuration(
        self,
        choices: Choices,
        states: Iterable[int],
        cards: Mapping[OptionKey, Card] | None = None,
        origins: Mapping[OptionKey, Origin] | None = None,
    ) -> Configuration:
        picked = self.completion.picked(tuple(states))
        lines = price_lines(self.family, picked)
        options = self.family.option_by_key
        return Configuration(
            family=self.family,
            choices=choices,
            picked=picked,
            origins=origins if origins is not None else self._plain_origins(choices, picked),
            total=sum(line.amount for line in lines),
            price_lines=lines,
            lead_days=self.family.lead.days([options[key].lead_days for key in picked]),
            meters=self.meters.read(picked),
            cards=cards or {},
        )

    def _plain_origins(self, choices: Choices, picked: tuple[OptionKey, ...]) -> dict[OptionKey, Origin]:
        taken = {key.group for key in picked}
        refused = [
            OptionKey(g.code, NONE) for g in self.family.groups if g.is_optional and g.code not in taken
        ]
        return {key: Origin.MINE if key in choices else Origin.ASSUMED for key in (*picked, *refused)}

    @property
    def _validity(self) -> Validity:
        # Solvers are not thread-safe, so every thread has its own.
        if not hasattr(self._own, "validity"):
            self._own.validity = Validity(self.formula)
        return self._own.validity

    @property
    def _conflicts(self) -> Conflicts:
        if not hasattr(self._own, "conflicts"):
            self._own.conflicts = Conflicts(self.formula, self._validity)
        return self._own.conflicts

    @property
    def _repairs(self) -> Repairs:
        if not hasattr(self._own, "repairs"):
            self._own.repairs = Repairs(self.formula, self._validity, self._conflicts, self.completion)
        return self._own.repairs
