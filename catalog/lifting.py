"""What if a rule went: whether choices would fit then. One solver answers for each rule of a family."""

from pysat.solvers import Solver

from catalog.choices import Choices
from catalog.formula import Formula
from catalog.model import Family
from catalog.validity import SOLVER


class Lifting:
    """All rules, resources and group limits of one family, any one of which can be lifted. Not for several threads."""

    def __init__(self, family: Family) -> None:
        self.formula = Formula(family, leans_on_limits=False)
        self.solver = Solver(name=SOLVER)
        self.switch: dict[str, int] = {}
        for place, (code, clauses) in enumerate(self.formula.clauses_of.items(), start=1):
            self.switch[code] = self.formula.top + place
            for clause in clauses:
                self.solver.add_clause([-self.switch[code], *clause])

    def fits(self, choices: Choices, without: str | None = None) -> bool:
        """Whether some complete configuration has the choices and keeps every rule but that one."""
        said = [literal for key in choices for literal in self.formula.literals(key, choices)]
        held = [switch for code, switch in self.switch.items() if code != without]
        return bool(self.solver.solve(assumptions=[*said, *held]))
