"""Boolean gates as clauses that define a literal both ways and never restrict anything by themselves."""

from collections.abc import Sequence


class Gates:
    """Clauses over numbered variables; a gate answers with the literal that is true where it is."""

    def __init__(self) -> None:
        self.top = 0
        self.clauses: list[list[int]] = []
        self.true = self.variable()
        self.clauses.append([self.true])

    def variable(self) -> int:
        self.top += 1
        return self.top

    def all(self, literals: Sequence[int]) -> int:
        """True where all are."""
        gate = self.variable()
        self.clauses += [[-gate, literal] for literal in literals]
        self.clauses.append([gate, *(-literal for literal in literals)])
        return gate

    def some(self, literals: Sequence[int]) -> int:
        """True where any is."""
        return -self.all([-literal for literal in literals])

    def same(self, left: int, right: int) -> int:
        """True where both are, or neither."""
        return self.all([self.some([-left, right]), self.some([left, -right])])

    def between(self, low: int, high: int | None, literals: Sequence[int]) -> int:
        """True where `low` to `high` of the literals are."""
        # at_least[j]: j of the literals seen so far are true.
        at_least = [self.true] + [-self.true] * (len(literals) + 1)
        for literal in literals:
            at_least = [self.true] + [
                self.some([at_least[j], self.all([at_least[j - 1], literal])])
                for j in range(1, len(at_least))
            ]
        enough = at_least[low] if low < len(at_least) else -self.true
        too_many = -self.true if high is None or high >= len(literals) else at_least[high + 1]
        return self.all([enough, -too_many])
