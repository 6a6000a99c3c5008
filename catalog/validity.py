"""Asks the SAT solver what is valid: whether choices fit together, and which options still can or cannot be had.

A solver is not thread-safe, so each thread gets its own `Validity`. A question asks for one option in the company of
others that do not stand in its way, and each model shows what swaps of neighbours make of it (see `swaps`). Witnesses
are reused, and no clauses are added: a long session stays as fast as its first click.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cached_property

from pysat.solvers import Solver

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.model import NONE
from catalog.swaps import Swaps

SOLVER = "minisat22"
POOL = 512
MOST_COMPANIES = 4


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
        if not self.fits(literals):
            return 0, 0
        self._keep(self.solver.get_model())
        can, _ = self._witnessed(literals)
        cannot = 0
        want, refuse = _masks(literals)
        for model in self._witnesses:
            if model & want == want and not model & refuse:
                cannot |= ~model
        everything = self._everything
        can = self._cover(literals, can, everything & ~never, 1)
        return can & everything, self._cover(literals, cannot & everything, everything & ~always, -1)

    def available(self, choices: Choices) -> frozenset[OptionKey]:
        """The valid domains: every option that fits with my other choices, own picks of choose-one groups lifted."""
        formula, everything = self.formula, self._everything & ~self.never
        literals = self.literals(choices)
        lifted = [
            self._members[code]
            for code in dict.fromkeys(key.group for key in choices)
            if formula.family.group_by_code[code].is_choose_one
        ]
        can = 0
        if self.fits(literals):
            self._keep(self.solver.get_model())
            can, instead = self._witnessed(literals)
            for members in lifted:
                can |= instead.get(members, 0) & members
            can |= self.swaps.shown(self._witnesses[-1], everything & ~can)
            can = self._cover(literals, can, everything & ~sum(lifted), 1, everything & sum(lifted))
        for members in lifted:
            others = [literal for literal in literals if not members >> abs(literal) & 1]
            can |= self._instead(others, members & everything & ~can)
        for key in choices:
            group = formula.family.group_by_code[key.group]
            if key.option == NONE and not group.is_choose_one:
                for member in group.keys:
                    bit = 1 << formula.variable[member]
                    if not can & bit and self.fits(self.literals(choices.with_pick(group, member))):
                        can |= bit
        bits = f"{can & self._everything:0{formula.count + 1}b}"[-2::-1]
        return frozenset([key for key, bit in zip(formula.keys, bits, strict=True) if bit == "1"])

    def _instead(self, literals: list[int], left: int) -> int:
        """Those of a mask of one group's options that can be had with literals that say nothing of the group."""
        can = 0
        while left:
            variable = left.bit_length() - 1
            left ^= 1 << variable
            if self.solver.solve(assumptions=[*literals, variable]):
                model = self._keep(self.solver.get_model())
                shown = 1 << variable | self.swaps.shown(model, left)
                can |= shown
                left &= ~shown
        return can

    def _witnessed(self, literals: Sequence[int]) -> tuple[int, dict[int, int]]:
        """What the models met so far have with the literals, and what with those that say nothing of one group."""
        want, refuse = _masks(literals)
        together = 0
        instead: dict[int, int] = {}
        for model in self._witnesses:
            against = (want & ~model) | (refuse & model)
            if not against:
                together |= model
            else:
                members = self._members_at[against.bit_length() - 1]
                if not against & ~members:
                    instead[members] = instead.get(members, 0) | model
        return together & self._everything, instead

    def _cover(self, literals: Sequence[int], found: int, asked: int, sign: int, more: int = 0) -> int:
        """Which options can be had (`sign` 1) or left out (-1) with literals that fit: `found` and those of `asked`.

        `more`: options that are not asked for, but taken where a swap shows them.
        """
        want, refuse = _masks(literals)
        _, implied = self.solver.propagate(assumptions=list(literals))
        forced, excluded = _masks(literal for literal in implied if abs(literal) <= self.formula.count)
        open_ = asked & ~(found | (excluded if sign > 0 else forced))
        # Twins that nobody spoke of share every answer.
        spoken = want | refuse
        twins = [free for alike in self.formula.twins if (free := alike & ~spoken) & (free - 1)]
        found = _shared(found, twins)
        open_ &= ~found
        while open_:
            variable = open_.bit_length() - 1
            if model := self._model(literals, open_, sign):
                shown = open_ & (model if sign > 0 else ~model)
                if more:
                    shown |= self.swaps.shown(model, (open_ | more) & ~(found | shown))
                found |= _shared(shown, twins)
            open_ &= ~(found | next((alike for alike in twins if alike >> variable & 1), 1 << variable))
        return found

    def _model(self, literals: Sequence[int], open_: int, sign: int) -> int:
        """A model with (or without, as `sign` says) the last option of a mask, and with others of it where that is
        easily had; 0 where there is none."""
        first = sign * (open_.bit_length() - 1)
        others = self._company(open_) if sign > 0 else []
        for _ in range(MOST_COMPANIES):
            if self.solver.solve(assumptions=[*literals, first, *others]):
                return self._keep(self.solver.get_model())
            if not others:
                return 0
            core = self.core()
            guilty = next((other for other in others if other in core), None)
            if guilty is None:
                return 0
            others.remove(guilty)
        solved = self.solver.solve(assumptions=[*literals, first])
        return self._keep(self.solver.get_model()) if solved else 0

    def _company(self, open_: int) -> list[int]:
        """Options of a mask that, as far as propagation tells, can go with its last one and with each other."""
        company: list[int] = []
        taken = excluded = 0
        while open_:
            variable = open_.bit_length() - 1
            needs, rivals = self._needs[variable]
            if not needs & excluded and not rivals & taken:
                company.append(variable)
                taken |= needs
                excluded |= rivals
                open_ &= ~(rivals | needs)
            open_ &= ~(1 << variable)
        return company[1:]

    @cached_property
    def swaps(self) -> Swaps:
        """What a model shows beside itself."""
        return Swaps(self.formula)

    @cached_property
    def _needs(self) -> list[tuple[int, int]]:
        """Per option two masks, as far as propagation tells: what it cannot do without, and what it rules out."""
        needs = [(0, 0)]
        for variable in range(1, self.formula.count + 1):
            _, implied = self.solver.propagate(assumptions=[variable])
            wanted, ruled_out = _masks(literal for literal in implied if abs(literal) <= self.formula.count)
            needs.append((wanted | 1 << variable, ruled_out))
        return needs

    @cached_property
    def _everything(self) -> int:
        return (1 << self.formula.count + 1) - 2

    @cached_property
    def _members(self) -> dict[str, int]:
        """Per group a mask of its options."""
        variable = self.formula.variable
        return {g.code: sum(1 << variable[key] for key in g.keys) for g in self.formula.family.groups}

    @cached_property
    def _members_at(self) -> list[int]:
        """Per variable the mask of its group."""
        return [0, *(self._members[key.group] for key in self.formula.keys)]

    def _keep(self, model: Sequence[int]) -> int:
        """The model as a mask, of helpers too."""
        mask = 0
        for literal in [literal for literal in model if literal > 0]:
            mask |= 1 << literal
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
