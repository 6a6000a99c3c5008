"""All rules of a family, each of which can be held or left out: who is to blame, and what follows without whom."""

from collections.abc import Iterable, Iterator, Sequence

from pysat.solvers import Solver

from catalog.adder import Clause
from catalog.conflicts import shrunk
from catalog.expression import Expression
from catalog.formula import Formula
from catalog.validity import SOLVER

# Conflicts of the solver until a question counts as open: a second or so.
PATIENCE = 20_000


class Unanswered(Exception):
    """A question that the solver did not settle with the patience it was given."""


class Rulebook:
    """One solver with a switch for each rule, resource and group limit. Not for several threads at once."""

    def __init__(self, formula: Formula, *, holds_limits: bool = False) -> None:
        """`holds_limits`: groups' own limits have no switch and always hold.

        Without, the formula has to be one whose rules mean what they say even where others are left out; with, sums
        may lean on the limits, which keeps them short and answers quick.
        """
        self.formula = formula
        self.solver = Solver(name=SOLVER)
        self.switch: dict[str, int] = {}
        for code, clauses in formula.clauses_of.items():
            if holds_limits and code.startswith("limit:"):
                self.solver.append_formula(clauses)
            else:
                self.switch[code] = self._guarded(clauses)

    @property
    def codes(self) -> tuple[str, ...]:
        """All that can be held, limits first: of several reasons the one with fewer limits is found."""
        return tuple(self.switch)

    def demand(self, expression: Expression) -> int:
        """A literal that, where it is assumed, demands an expression."""
        return self._guarded(self.formula.demanding(expression))

    def breach(self, code: str) -> Iterator[int]:
        """Literals of which each, where it is assumed, demands that a rule is broken in one of its ways."""
        return (self._guarded(clauses) for clauses in self.formula.breaking(code))

    def fits(self, codes: Iterable[str], literals: Sequence[int] = ()) -> bool:
        """Whether something keeps these rules and has the literals. Raises Unanswered."""
        self.solver.conf_budget(PATIENCE)
        found = self.solver.solve_limited(assumptions=[*literals, *(self.switch[code] for code in codes)])
        if found is None:
            raise Unanswered
        return bool(found)

    def model(self, codes: Iterable[str], literals: Sequence[int] = ()) -> frozenset[int] | None:
        """All that is true of something that keeps these rules and has the literals. Raises Unanswered."""
        return frozenset(self.solver.get_model()) if self.fits(codes, literals) else None

    def release(self, literal: int) -> None:
        """Rids the solver of what was demanded by a literal, once nobody will assume it any more."""
        self.solver.add_clause([-literal])

    def core(self, codes: Sequence[str], literals: Sequence[int] = ()) -> tuple[str, ...]:
        """Of rules that cannot be kept together with the literals some of which none could be left out.

        Raises Unanswered.
        """

        def fails(some: Sequence[str]) -> list[str] | None:
            if self.fits(some, literals):
                return None
            core = set(self.solver.get_core() or ())
            return [code for code in some if self.switch[code] in core]

        return tuple(shrunk(list(codes), fails))

    def _guarded(self, clauses: Iterable[Clause]) -> int:
        # Asked for after the clauses were made, so that no helper of theirs has its number.
        self.formula.top += 1
        switch = self.formula.top
        for clause in clauses:
            self.solver.add_clause([-switch, *clause])
        return switch
