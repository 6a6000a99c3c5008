"""The rule language: what an expression says about the options picked. The grammar is in `grammar.py`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class OptionKey(NamedTuple):
    """The address of an option in its family, written `group.option`."""

    group: str
    option: str

    def __str__(self) -> str:
        return f"{self.group}.{self.option}"


Picked = frozenset[OptionKey]


@dataclass(frozen=True, slots=True)
class Pick:
    """True where the option is chosen."""

    key: OptionKey

    def holds(self, picked: Picked) -> bool:
        return self.key in picked


@dataclass(frozen=True, slots=True)
class Not:
    """True where the inner expression is not."""

    inner: "Expression"

    def holds(self, picked: Picked) -> bool:
        return not self.inner.holds(picked)


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is; of no parts, true."""

    parts: tuple["Expression", ...]

    def holds(self, picked: Picked) -> bool:
        return all(part.holds(picked) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Some:
    """True where at least one part is; of no parts, false."""

    parts: tuple["Expression", ...]

    def holds(self, picked: Picked) -> bool:
        return any(part.holds(picked) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Count:
    """True where between `low` and `high` of the parts are (`high` None: any number)."""

    low: int
    high: int | None
    parts: tuple["Expression", ...]

    def holds(self, picked: Picked) -> bool:
        number = sum(part.holds(picked) for part in self.parts)
        return self.low <= number and (self.high is None or number <= self.high)


Expression = Pick | Not | All | Some | Count

TRUE = All(())


def implies(left: Expression, right: Expression) -> Expression:
    """`if left then right`."""
    return Some((Not(left), right))


@dataclass(frozen=True, slots=True)
class Sum:
    """A factor times the sum of an attribute over the chosen options, of one group or (None) of all."""

    factor: Fraction
    group: str | None
    attribute: str


@dataclass(frozen=True, slots=True)
class Linear:
    """Sums and a constant added up."""

    sums: tuple[Sum, ...]
    constant: Fraction = Fraction(0)

    def value(self, weight: Callable[[Sum], int]) -> Fraction:
        """The amount, given what each plain sum comes to."""
        return self.constant + sum((term.factor * weight(term) for term in self.sums), Fraction(0))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A resource: `left <operator> right`, demanded only while `when` holds. Operators: <= >= = < >."""

    left: Linear
    operator: str
    right: Linear
    when: Expression = TRUE

    def holds(self, picked: Picked, weights: Mapping[str, Mapping[OptionKey, int]]) -> bool:
        """Whether the comparison stands; `weights`: attribute -> option -> amount."""
        if not self.when.holds(picked):
            return True
        left, right = (total(side, picked, weights) for side in (self.left, self.right))
        return {
            "<=": left <= right,
            ">=": left >= right,
            "=": left == right,
            "<": left < right,
            ">": left > right,
        }[self.operator]


def total(linear: Linear, picked: Picked, weights: Mapping[str, Mapping[OptionKey, int]]) -> Fraction:
    """What a linear side comes to for the options picked."""

    def weight(term: Sum) -> int:
        amounts = weights.get(term.attribute, {})
        return sum(amounts.get(key, 0) for key in picked if term.group in (None, key.group))

    return linear.value(weight)


def keys_in(expression: Expression) -> Iterator[OptionKey]:
    """Every option that an expression speaks of, in reading order, repeated where it is."""
    if isinstance(expression, Pick):
        yield expression.key
    elif isinstance(expression, Not):
        yield from keys_in(expression.inner)
    else:
        for part in expression.parts:
            yield from keys_in(part)
