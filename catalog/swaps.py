"""Which further options a model shows to be possible: those that can take their neighbour's place as it stands.

M. Janota, I. Lynce, J. Marques-Silva, "Algorithms for computing backbones of propositional formulae", AI Communications
28 (2015): a literal whose clauses all have another true one may be flipped. Here an option of a choose-one group is
flipped together with the one that holds its place, which keeps the group's own limit.
"""

from collections.abc import Iterable

from catalog.formula import Formula

# The literals of a clause as two masks (bit v = variable v), those that want a variable and those that refuse it.
Halves = tuple[int, int]


class Swaps:
    """For one formula the clauses that a swap could break. Holds no shopper's state; threads may share it."""

    def __init__(self, formula: Formula) -> None:
        family, variable = formula.family, formula.variable
        self._group: dict[int, int] = {}
        own: dict[int, str] = {}
        for group in family.groups:
            members = sum(1 << variable[key] for key in group.keys)
            for key in group.keys:
                self._group[variable[key]] = members if group.is_choose_one else 0
                own[variable[key]] = f"limit:{group.code}" if group.is_choose_one else ""
        self._options = (1 << formula.count + 1) - 2
        self._wanting: dict[int, list[Halves]] = {v: [] for v in own}
        self._refusing: dict[int, list[Halves]] = {v: [] for v in own}
        for code, clauses in formula.clauses_of.items():
            for clause in clauses:
                halves = (
                    _mask(literal for literal in clause if literal > 0),
                    _mask(-literal for literal in clause if literal < 0),
                )
                for literal in clause:
                    if own.get(abs(literal), code) != code:
                        side = self._wanting if literal > 0 else self._refusing
                        side[abs(literal)].append(halves)

    def shown(self, model: int, open_: int) -> int:
        """Of the options in a mask those that some model has that has them in the place of another."""
        found = 0
        absent = ~model
        present = model & self._options
        places = 0
        while present:
            variable = present.bit_length() - 1
            present ^= 1 << variable
            places |= self._group[variable]
        open_ &= places
        while open_:
            variable = open_.bit_length() - 1
            bit = 1 << variable
            open_ ^= bit
            holder = model & self._group[variable]
            after = model ^ holder | bit
            without = absent ^ bit | holder
            if _hold(self._refusing[variable], after, without) and _hold(
                self._wanting[holder.bit_length() - 1], after, without
            ):
                found |= bit
        return found


def _hold(clauses: list[Halves], present: int, absent: int) -> bool:
    return not any(not wanting & present and not refusing & absent for wanting, refusing in clauses)


def _mask(variables: Iterable[int]) -> int:
    return sum(1 << variable for variable in variables)
