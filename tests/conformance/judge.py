"""The independent solver: what a feature model allows, one call a value, and whether a conflict is one."""

from collections.abc import Iterable

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF
from pysat.solvers import Solver

from catalog.choices import Choices
from catalog.expression import All, Count, Expression, Not, OptionKey, Pick, Some
from catalog.model import NONE, Family
from tests.conformance.reference import Reference

SOLVER = "cadical153"


class Judge:
    """Answers from the UVL text alone; the family lends the names of its options and its rules."""

    def __init__(self, reference: Reference, family: Family) -> None:
        self.family = family
        titles = {option.title.in_("en"): key for key, option in family.option_by_key.items()}
        if titles.keys() != reference.feature.keys() or len(titles) != len(family.option_by_key):
            raise ValueError("the family's options are not the model's features")
        self.variable = {key: reference.feature[name] for name, key in titles.items()}
        self.demands = dict(reference.demands)
        gates = reference.gates
        self.clauses = [*gates.clauses, *([demand] for demand in self.demands.values())]
        self.model = Solver(name=SOLVER, bootstrap_with=self.clauses)
        self.stated = {
            f"limit:{group.code}": gates.between(
                group.min, group.max, [self.variable[key] for key in group.keys]
            )
            for group in family.groups
        } | {code: self._gate(gates, expression) for code, expression in family.expressions.items()}
        # Here nothing is demanded but what a question assumes.
        self.open = Solver(name=SOLVER, bootstrap_with=gates.clauses)

    def _gate(self, gates, expression: Expression) -> int:
        if isinstance(expression, Pick):
            return self.variable[expression.key]
        if isinstance(expression, Not):
            return -self._gate(gates, expression.inner)
        parts = [self._gate(gates, part) for part in expression.parts]
        if isinstance(expression, All):
            return gates.all(parts)
        if isinstance(expression, Some):
            return gates.some(parts)
        assert isinstance(expression, Count)
        return gates.between(expression.low, expression.high, parts)

    def literals(self, choices: Iterable[OptionKey], wanted: Choices) -> list[int]:
        """What the choices mean; `none` refuses what `wanted` does not pick of the group."""
        found: list[int] = []
        for key in choices:
            if key.option != NONE:
                found.append(self.variable[key])
                continue
            members = self.family.group_by_code[key.group].keys
            found += [-self.variable[member] for member in members if member not in wanted.of(key.group)]
        return found

    def solutions(self, most: int) -> int:
        """How many solutions the model has, counted up to `most`."""
        features = list(self.variable.values())
        counter = Solver(name="minisat22", bootstrap_with=self.clauses)
        found = 0
        while found < most and counter.solve():
            true = set(counter.get_model())
            counter.add_clause([-variable if variable in true else variable for variable in features])
            found += 1
        counter.delete()
        return found

    def fits(self, choices: Choices) -> bool:
        """Whether some solution has all the choices."""
        return self.model.solve(self.literals(choices, choices))

    def can(self, choices: Choices) -> tuple[frozenset[OptionKey], frozenset[OptionKey]]:
        """The options that can be had with the choices, and those that can be done without."""
        assumed = self.literals(choices, choices)
        had = frozenset(
            key for key, variable in self.variable.items() if self.model.solve([*assumed, variable])
        )
        spared = frozenset(
            key for key, variable in self.variable.items() if self.model.solve([*assumed, -variable])
        )
        return had, spared

    def available(self, choices: Choices, had: frozenset[OptionKey]) -> frozenset[OptionKey]:
        """The options that a click can add or put in another's place."""
        found = set(had)
        for group in self.family.groups:
            if not choices.of(group.code):
                continue
            for key in group.keys:
                wanted = choices.with_pick(group, key)
                if self.fits(wanted):
                    found.add(key)
        return frozenset(found)

    def cheapest(self, choices: Choices) -> int:
        """The least total of a solution with the choices."""
        question = WCNF()
        question.extend([*self.clauses, *([literal] for literal in self.literals(choices, choices))])
        least = 0
        for key, option in self.family.option_by_key.items():
            # What saves money costs as much when it is not taken.
            least += min(option.price, 0)
            if option.price:
                literal = self.variable[key]
                question.append([-literal if option.price > 0 else literal], weight=abs(option.price))
        with RC2(question) as search:
            search.compute()
            return least + search.cost

    def differences(self) -> list[str]:
        """Where the family's rules and limits together say more or less than the model: empty if nowhere."""
        demands, stated = list(self.demands.values()), list(self.stated.values())
        return [
            *(
                f"not in the model: {code}"
                for code, rule in self.stated.items()
                if self.open.solve([*demands, -rule])
            ),
            *(
                f"said by no rule: {name}"
                for name, rule in self.demands.items()
                if self.open.solve([*stated, -rule])
            ),
        ]

    def flaw(
        self, key: OptionKey, wanted: Choices, rules: Iterable[str], choices: Iterable[OptionKey]
    ) -> str | None:
        """What is wrong with a conflict: it rules nothing out, or a part of it could be left out."""
        parts = [[self.stated[code]] for code in rules] + [
            self.literals([choice], wanted) for choice in choices
        ]
        said = [*rules, *map(str, choices)]
        pick = self.literals([key], wanted)

        def stands(present: list[list[int]]) -> bool:
            return self.open.solve(pick + [literal for part in present for literal in part])

        if stands(parts):
            return f"{', '.join(said)} would allow {key}"
        for place, name in enumerate(said):
            if not stands(parts[:place] + parts[place + 1 :]):
                return f"{name} could be left out of what forbids {key}: {', '.join(said)}"
        return None
