"""What builds come to: the cheapest and the dearest complete one, and prices out of all proportion."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_high, median_low

from catalog.completion import Completion
from catalog.expression import OptionKey
from catalog.health.finding import Finding, Kind
from catalog.health.variant import but
from catalog.model import Family
from catalog.pricing import price_lines, saving
from catalog.search import Unproven

NODES = 20_000
# So many times what its neighbours cost: a decimal point has slipped by two places, say.
OUT_OF_PROPORTION = 20
FEWEST_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Extreme:
    """A complete build that no other one undercuts, or outdoes; `total` in minor units."""

    picked: tuple[OptionKey, ...]
    total: int


def cheapest(family: Family, completion: Completion) -> Extreme | None:
    """The cheapest complete build; None where that is not proven with any reasonable effort."""
    return _extreme(family, completion)


def dearest(family: Family) -> Extreme | None:
    """The dearest complete build, found as the cheapest one of a family whose prices have the other sign."""
    return _extreme(family, Completion(_opposite(family)))


def odd(family: Family) -> Iterator[Finding]:
    """Prices that nobody can have meant."""
    for group in family.groups:
        for option in group.options:
            key = OptionKey(group.code, option.code)
            if option.price < 0:
                yield Finding(Kind.NEGATIVE, option=key, amount=option.price)
            others = [other.price for other in group.options if other is not option and other.price > 0]
            if option.price > 0 and len(others) >= FEWEST_NEIGHBOURS:
                low, high = median_low(others), median_high(others)
                if option.price > high * OUT_OF_PROPORTION:
                    yield Finding(Kind.ABSURD, option=key, amount=option.price, beside=high)
                elif option.price * OUT_OF_PROPORTION < low:
                    yield Finding(Kind.ABSURD, option=key, amount=option.price, beside=low)
    for bundle in family.bundles:
        if saving(family, bundle) > 0:
            apart = bundle.price - saving(family, bundle)
            yield Finding(Kind.DEARER_TOGETHER, code=bundle.code, amount=bundle.price, beside=apart)
    for rule in family.price_rules:
        if rule.percent is not None and rule.percent < -100:
            yield Finding(Kind.MORE_THAN_ALL, code=rule.code)


def of_cheapest(extreme: Extreme | None) -> Iterator[Finding]:
    """What is wrong about a cheapest build."""
    if extreme is not None and extreme.total <= 0:
        kind = Kind.BELOW_NOTHING if extreme.total < 0 else Kind.FOR_NOTHING
        yield Finding(kind, amount=extreme.total, against=extreme.picked)


def _extreme(family: Family, completion: Completion) -> Extreme | None:
    try:
        found = completion.best(completion.tree.up({}), NODES, completion.scale.choice // 2)
    except Unproven:
        return None
    if found is None:
        return None
    picked = completion.picked(tuple(found[1]))
    return Extreme(picked, sum(line.amount for line in price_lines(family, picked)))


def _opposite(family: Family) -> Family:
    """The same family with every amount of money of the other sign."""
    groups = tuple(
        but(group, options=tuple(but(option, price=-option.price) for option in group.options))
        for group in family.groups
    )
    return but(
        family,
        groups=groups,
        bundles=tuple(but(bundle, price=-bundle.price) for bundle in family.bundles),
        price_rules=tuple(
            but(rule, amount=None if rule.amount is None else -rule.amount) for rule in family.price_rules
        ),
    )
