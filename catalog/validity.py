"""Asks the SAT solver what is valid: whether choices fit together, and which options still can or cannot be had.

A solver is not thread-safe, so each thread gets its own `Validity`. One value a question, steered by phases, with
witnesses reused: no retired clauses pile up, so a long session stays as fast as its first click.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cached_property

from pysat.solvers import Solver

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.model import NONE, OptionGroup

SOLVER = "minisat22"
POOL = 512


class Validity:
    """One solver over a family's formula, with the models that it has met."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.solver = Solver(name=SOLVER, bootstrap_with=list(formula.clauses()))
        self._witnesses: deque[int] = deque(maxlen=POOL)

    @cached_property
    def consistent(self) -> bool:
        """Whether there is any valid configuration."""
        return self.fits(())

    @cached_property
    def _root(self) -> tuple[int, int]:
        # propagate() does not list what holds whatever is chosen, so it is found once and kept.
        if not self.consistent:
            return 0, 0
        everything = (1 << self.formula.count + 1) - 2
        can, cannot = self._reach((), 0, 0)
        return everything & ~cannot, everything & ~can

    @property
    def always(self) -> int:
        """A mask of the options that every valid configuration has."""
        return self._root[0]

    @property
    def never(self) -> int:
        """A mask of the options that no valid configuration has."""
        return self._root[1]

    def literals(self, choices: Choices) -> list[int]:
        """All that the choices demand."""
        return [literal for key in choices for literal in self.formula.literals(key, choices)]

    def fits(self, literals: Sequence[int]) -> bool:
        """Whether some complete valid configuration has all the literals."""
        return bool(self.solver.solve(assumptions=literals))

    def core(self) -> set[int]:
        """The literals that the last failed `fits` needed to fail."""
        return set(self.solver.get_core() or ())

    def reach(self, literals: Sequence[int]) -> tuple[int, int]:
        """Two masks (bit v = variable v): options that can be had with the literals, and those that can be left out.

        Both are empty where the literals do not fit together.
        """
        return self._reach(literals, self.always, self.never)

    def _reach(self, literals: Sequence[int], always: int, never: int) -> tuple[int, int]:
        assumptions = list(literals)
        if not self.fits(assumptions):
            return 0, 0
        self._keep(self.solver.get_model())
        everything = (1 << self.formula.count + 1) - 2
        want, refuse = _masks(assumptions)
        # Twins that nobody spoke of share every answer.
        spoken = want | refuse
        twins = [free for alike in self.formula.twins if (free := alike & ~spoken) & (free - 1)]
        can = cannot = 0
        for model in self._witnesses:
            if model & want == want and not model & refuse:
                can |= model
                cannot |= ~model
        can, cannot = _shared(can, twins), _shared(cannot & everything, twins)
        _, implied = self.solver.propagate(assumptions=assumptions)
        forced, excluded = _masks(literal for literal in implied if abs(literal) <= self.formula.count)
        forced, excluded = forced | always, excluded | never
        for sign in (1, -1):
            open_ = everything & ~((can | excluded) if sign > 0 else (cannot | forced))
            while open_:
                variable = open_.bit_length() - 1
                self.solver.set_phases([sign * variable])
                if self.solver.solve(assumptions=[*assumptions, sign * variable]):
                    model = self._keep(self.solver.get_model())
                    can = _shared(can | model, twins)
                    cannot = _shared(cannot | (~model & everything), twins)
                alike = next((alike for alike in twins if alike >> variable & 1), 1 << variable)
                open_ &= ~alike & ~(can if sign > 0 else cannot)
        return can & everything, cannot

    def available(self, choices: Choices) -> frozenset[OptionKey]:
        """The valid domains: every option that fits with my other choices, own picks of choose-one groups lifted."""
        formula = self.formula
        found: set[OptionKey] = set()
        together, _ = self.reach(self.literals(choices))
        spoken_of = {key.group for key in choices}
        for group in formula.family.groups:
            can = together
            if group.code in spoken_of and group.is_choose_one:
                can |= self._members(group, self.literals(choices.without_group(group.code)))
            for key in group.keys:
                if can >> formula.variable[key] & 1 or (
                    OptionKey(group.code, NONE) in choices
                    and not group.is_choose_one
                    and self.fits(self.literals(choices.with_pick(group, key)))
                ):
                    found.add(key)
        return frozenset(found)

    def _members(self, group: OptionGroup, literals: list[int]) -> int:
        """A mask of the options of one group that can be had with the literals, which say nothing of the group."""
        members = sum(1 << self.formula.variable[key] for key in group.keys)
        twins = [alike for alike in self.formula.twins if alike & members]
        want, refuse = _masks(literals)
        can = 0
        for model in self._witnesses:
            if model & want == want and not model & refuse:
                can |= model
        can = _shared(can & members, twins)
        left = members & ~can & ~self.never
        while left:
            variable = left.bit_length() - 1
            if self.solver.solve(assumptions=[*literals, variable]):
                can = _shared((can | self._keep(self.solver.get_model())) & members, twins)
            alike = next((alike for alike in twins if alike >> variable & 1), 1 << variable)
            left &= ~alike & ~can
        return can

    def _keep(self, model: Sequence[int]) -> int:
        bits = "".join(["1" if literal > 0 else "0" for literal in model[self.formula.count - 1 :: -1]])
        mask = int(bits or "0", 2) << 1
        self._witnesses.append(mask)
        return mask


def _shared(found: int, twins: list[int]) -> int:
    for alike in twins:
        if found & alike:
            found |= alike
    return found


def _masks(literals: Iterable[int]) -> tuple[int, int]:
    want = refuse = 0
    for literal in literals:
        if literal > 0:
            want |= 1 << literal
        else:
            refuse |= 1 << -literal
    return want, refuse
