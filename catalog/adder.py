"""Whole numbers inside a SAT formula: a literal or a constant per binary digit, added and compared by clauses.

Ripple-carry adders, as in N. Eén, N. Sörensson, "Translating pseudo-Boolean constraints into SAT", Journal on
Satisfiability, Boolean Modeling and Computation 2 (2006).
"""

from collections.abc import Callable, Mapping
from itertools import combinations

Clause = list[int]
Bit = int | bool
Number = list[Bit]  # the lowest digit first


class Adder:
    """Writes the clauses of sums and comparisons to a list; `helper` hands out a new variable."""

    def __init__(self, clauses: list[Clause], helper: Callable[[], int]) -> None:
        self._clauses, self._helper = clauses, helper

    def number(self, weights: Mapping[int, int]) -> Number:
        """The binary number of whichever one of the variables is true."""
        bits: Number = []
        for place in range(max(weights.values()).bit_length()):
            having = [variable for variable, weight in weights.items() if weight >> place & 1]
            if len(having) == 1:
                bits.append(having[0])
            elif having:
                bit = self._helper()
                self._clauses += [[-variable, bit] for variable in having]
                self._clauses.append([-bit, *having])
                bits.append(bit)
            else:
                bits.append(False)
        return bits

    def plus(self, left: Number, right: Number) -> Number:
        """The sum of two numbers."""
        result: Number = []
        carry: Bit = False
        for place in range(max(len(left), len(right))):
            a = left[place] if place < len(left) else False
            b = right[place] if place < len(right) else False
            result.append(self._odd(a, b, carry))
            carry = self._two_of(a, b, carry)
        return [*result, carry] if carry is not False else result

    def _odd(self, a: Bit, b: Bit, c: Bit) -> Bit:
        """Whether an odd number of the three are true: the digit of their sum."""
        given = [bit for bit in (a, b, c) if not isinstance(bit, bool)]
        flip = sum(bit is True for bit in (a, b, c)) % 2 == 1
        if not given:
            return flip
        if len(given) == 1:
            return -given[0] if flip else given[0]
        result = self._helper()
        signed = -result if flip else result
        for signs in range(2 ** len(given)):
            literals = [-bit if signs >> place & 1 else bit for place, bit in enumerate(given)]
            odd = (len(given) - bin(signs).count("1")) % 2 == 1
            # These literals all true make the sum odd or not; a clause forbids the other result.
            self._clauses.append([*(-literal for literal in literals), signed if odd else -signed])
        return result

    def _two_of(self, a: Bit, b: Bit, c: Bit) -> Bit:
        """Whether two or more of the three are true: what their sum carries over."""
        given = [bit for bit in (a, b, c) if not isinstance(bit, bool)]
        wanted = 2 - sum(bit is True for bit in (a, b, c))
        if wanted <= 0:
            return True
        if wanted > len(given):
            return False
        result = self._helper()
        for some in combinations(given, wanted):
            self._clauses.append([*(-bit for bit in some), result])
        for some in combinations(given, len(given) - wanted + 1):
            self._clauses.append([-result, *some])
        return result

    def demand_at_most(self, small: Number, large: Number, demanded: int) -> None:
        """While the literal `demanded` is true: small <= large, compared from the top digit."""
        enough: Bit = demanded
        for place in reversed(range(max(len(small), len(large)))):
            need = small[place] if place < len(small) else False
            have = large[place] if place < len(large) else False
            lower = self._helper() if place else True
            self._clause([_negated(enough), _negated(need), have])
            self._clause([_negated(enough), _negated(need), lower])
            self._clause([_negated(enough), have, lower])
            enough = lower

    def _clause(self, literals: list[Bit]) -> None:
        if True not in [literal for literal in literals if isinstance(literal, bool)]:
            self._clauses.append([literal for literal in literals if not isinstance(literal, bool)])


def bits_of(number: int) -> Number:
    """A constant, not negative, as digits."""
    return [bool(number >> place & 1) for place in range(number.bit_length())]


def _negated(bit: Bit) -> Bit:
    return not bit if isinstance(bit, bool) else -bit
