"""Resources as whole-number loads: each option adds its weight, and the sum may not pass a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from catalog.expression import Comparison, Linear, OptionKey
from catalog.model import Family

# Two of them stay below the cost of a forbidden combination (`scale.FORBIDDEN`), which marks what a load cannot reach.
MOST_REACH = 1 << 50


@dataclass(frozen=True, slots=True)
class Load:
    """sum of the chosen options' weights <= limit; weights may be negative (an option that supplies)."""

    weight: Mapping[OptionKey, int]
    limit: int

    @property
    def reach(self) -> int:
        """The largest amount, of either sign, that any comparison of the sum with the limit meets."""
        return sum(map(abs, self.weight.values())) + abs(self.limit)


def loads_of(family: Family, comparison: Comparison) -> list[Load]:
    """The comparison (without its `when`) as one load, or as two for an equality."""
    difference = _difference(family, comparison.left, comparison.right)
    opposite = {key: -weight for key, weight in difference.items()}
    bound = comparison.right.constant - comparison.left.constant
    match comparison.operator:
        case "<=":
            return [_load(difference, bound, strict=False)]
        case "<":
            return [_load(difference, bound, strict=True)]
        case ">=":
            return [_load(opposite, -bound, strict=False)]
        case ">":
            return [_load(opposite, -bound, strict=True)]
    return [_load(difference, bound, strict=False), _load(opposite, -bound, strict=False)]


def weights_in(family: Family, linear: Linear) -> dict[OptionKey, Fraction]:
    """What each option adds to one side of a comparison."""
    weights: dict[OptionKey, Fraction] = {}
    for term in linear.sums:
        for key, amount in family.weights.get(term.attribute, {}).items():
            if term.group in (None, key.group):
                weights[key] = weights.get(key, Fraction(0)) + term.factor * amount
    return weights


def _difference(family: Family, left: Linear, right: Linear) -> dict[OptionKey, Fraction]:
    weights = weights_in(family, left)
    for key, weight in weights_in(family, right).items():
        weights[key] = weights.get(key, Fraction(0)) - weight
    return {key: weight for key, weight in weights.items() if weight}


def _load(weights: Mapping[OptionKey, Fraction], bound: Fraction, strict: bool) -> Load:
    scale = lcm(bound.denominator, *(weight.denominator for weight in weights.values()))
    whole = {key: int(weight * scale) for key, weight in weights.items()}
    limit = int(bound * scale) - (1 if strict else 0)
    shared = gcd(*whole.values()) or 1
    return Load({key: weight // shared for key, weight in whole.items()}, limit // shared)
