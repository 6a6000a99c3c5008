"""Why an option cannot be had: an irreducible set of my choices and of rules that rules it out.

Choices are shrunk first, on the plain solver; then the rules are, on a solver with one selector per rule, with those
choices fixed. With fewer rules a smaller set of choices is still satisfiable, so the two together are irreducible.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pysat.solvers import Solver

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.validity import SOLVER, Validity

Reason = tuple[tuple[str, ...], tuple[OptionKey, ...]]
Part = TypeVar("Part")


class Conflicts:
    """Explains refusals for one family; like its `Validity`, one per thread."""

    def __init__(self, formula: Formula, validity: Validity) -> None:
        self.formula = formula
        self.validity = validity
        self._guarded: Solver | None = None
        self._selectors: dict[str, int] = {}

    def reason(self, others: Choices, key: OptionKey, wanted: Choices) -> Reason:
        """The rules (by code) and the choices of `others` that rule `key` out; `wanted` is others and the pick."""
        demand = list(self.formula.literals(key, wanted))
        promises = {choice: self.formula.literals(choice, wanted) for choice in others}
        return self.between(promises, demand)

    def clash(self, choices: Choices) -> Reason:
        """The rules and the choices that cannot stand together, of choices that do not fit; later choices first."""
        return self.between({choice: self.formula.literals(choice, choices) for choice in choices}, [])

    def between(
        self, promises: Mapping[Part, Sequence[int]], demand: list[int]
    ) -> tuple[tuple[str, ...], tuple[Part, ...]]:
        """The rules and the promises (each some literals) that leave no way to meet a demand; later ones first."""
        clashing = self.clashing(promises, demand)
        fixed = demand + [literal for part in clashing for literal in promises[part]]
        return tuple(self._rules(fixed)), tuple(clashing)

    def contradiction(self) -> tuple[str, ...]:
        """The codes of a minimal set of rules that allow nothing together, for a family that allows nothing."""
        return tuple(self._rules([]))

    def clashing(self, promises: Mapping[Part, Sequence[int]], demand: list[int]) -> list[Part]:
        """A minimal set of the promises (each some literals) that cannot stand beside the demand.

        Later promises are kept rather than earlier ones.
        """

        def fails(parts: Sequence[Part]) -> list[Part] | None:
            if self.validity.fits(demand + [literal for part in parts for literal in promises[part]]):
                return None
            core = self.validity.core()
            return [part for part in parts if not core.isdisjoint(promises[part])]

        return shrunk(list(promises), fails)

    def _rules(self, fixed: list[int]) -> list[str]:
        solver = self._guarded or self._build()

        def fails(codes: Sequence[str]) -> list[str] | None:
            if solver.solve(assumptions=[*fixed, *(self._selectors[code] for code in codes)]):
                return None
            core = set(solver.get_core() or ())
            return [code for code in codes if self._selectors[code] in core]

        return shrunk(list(self._selectors), fails)

    def _build(self) -> Solver:
        self._guarded = Solver(name=SOLVER)
        apart = self.formula.apart
        self._selectors = {code: apart.top + place for place, code in enumerate(apart.clauses_of, start=1)}
        for code, clauses in apart.clauses_of.items():
            for clause in clauses:
                self._guarded.add_clause([-self._selectors[code], *clause])
        return self._guarded


def shrunk(parts: list[Part], fails: Callable[[Sequence[Part]], list[Part] | None]) -> list[Part]:
    """A minimal part of `parts` that still fails: cores first, then one at a time, the first ones tried first.

    `fails` answers None where the parts can stand, else those of them that it needed to fail.
    """
    core = fails(parts)
    if core is None:
        raise ValueError("nothing fails")
    while (smaller := fails(core)) is not None and len(smaller) < len(core):
        core = smaller
    needed: list[Part] = []
    while core:
        rest = core[1:]
        smaller = fails([*needed, *rest])
        if smaller is None:
            needed.append(core[0])
            core = rest
        else:
            core = [part for part in rest if part in smaller]
    return needed
