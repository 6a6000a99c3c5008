"""What would let an option in: the minimal sets of my choices to give up, fewest first, then the best total.

Minimal correction sets by implicit hitting sets over minimal conflicts (Reiter 1987; Ignatiev, Morgado, Marques-Silva
2018): a smallest set that hits every conflict found so far is either a repair or shows a further conflict.
"""

from collections.abc import Callable, Iterator
from itertools import groupby

from pysat.examples.hitman import Hitman

from catalog.choices import Choices
from catalog.conflicts import Conflicts
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.validity import Validity

Score = Callable[[frozenset[OptionKey]], tuple]

MOST_CANDIDATES = 200


class Repairs:
    """Finds repairs for one family; like its `Validity`, one per thread."""

    def __init__(self, formula: Formula, validity: Validity, conflicts: Conflicts) -> None:
        self.formula = formula
        self.validity = validity
        self.conflicts = conflicts

    def best(
        self, others: Choices, key: OptionKey, wanted: Choices, score: Score, most: int
    ) -> list[frozenset[OptionKey]]:
        """At most `most` minimal sets of `others` to give up so that `key` fits, fewest first, then by least score."""
        found: list[frozenset[OptionKey]] = []
        for _, same_size in groupby(self._correction_sets(others, key, wanted), key=len):
            found += sorted(same_size, key=score)
            if len(found) >= most:
                break
        return found[:most]

    def _correction_sets(
        self, others: Choices, key: OptionKey, wanted: Choices
    ) -> Iterator[frozenset[OptionKey]]:
        """Minimal sets of choices without which the option fits, smallest first; none where nothing helps."""
        demand = list(self.formula.literals(key, wanted))
        if not self.validity.fits(demand):
            return
        with Hitman(htype="sorted", solver="m22") as hitman:
            for _ in range(MOST_CANDIDATES):
                given_up = hitman.get()
                if given_up is None:
                    return
                kept = [choice for choice in others if choice not in given_up]
                literals = [literal for choice in kept for literal in self.formula.literals(choice, wanted)]
                if self.validity.fits(demand + literals):
                    yield frozenset(given_up)
                    if not given_up:
                        return
                    hitman.block(list(given_up))
                else:
                    hitman.hit(self.conflicts.clashing(kept, wanted, demand))
