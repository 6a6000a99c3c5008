"""How full each resource is in a configuration."""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor, lcm

from catalog.configuration import Meter
from catalog.expression import Comparison, Linear, OptionKey
from catalog.limits import weights_in
from catalog.model import Family, Resource


class Meters:
    """The bars of a family's resources, prepared once: what each option adds to what is used and to what there is."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.bars = [
            _Bar(family, resource, family.comparisons[resource.code]) for resource in family.resources
        ]

    def read(self, picked: Iterable[OptionKey]) -> tuple[Meter, ...]:
        """A meter for each resource that is demanded of the options picked."""
        chosen = frozenset(picked)
        return tuple(bar.read(chosen) for bar in self.bars if bar.when.holds(chosen))


class _Bar:
    def __init__(self, family: Family, resource: Resource, comparison: Comparison) -> None:
        self.resource = resource
        self.when = comparison.when
        used, limit = comparison.left, comparison.right
        if comparison.operator in (">", ">="):
            used, limit = limit, used
        self.used, self.limit = _Side(family, used), _Side(family, limit)

    def read(self, chosen: frozenset[OptionKey]) -> Meter:
        resource = self.resource
        used, limit = ceil(self.used.amount(chosen)), floor(self.limit.amount(chosen))
        return Meter(resource.code, resource.title, resource.unit, used, limit)


class _Side:
    """One side of a comparison as whole numbers over a common denominator."""

    def __init__(self, family: Family, linear: Linear) -> None:
        weights = weights_in(family, linear)
        self.denominator = lcm(
            linear.constant.denominator, *(weight.denominator for weight in weights.values())
        )
        self.constant = int(linear.constant * self.denominator)
        self.weights = {key: int(weight * self.denominator) for key, weight in weights.items()}

    def amount(self, chosen: frozenset[OptionKey]) -> Fraction:
        weights = self.weights
        return Fraction(
            self.constant + sum(weights[key] for key in chosen if key in weights), self.denominator
        )
