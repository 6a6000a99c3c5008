"""What a configuration costs: options, bundles and price rules line by line, then `Terms`, then the tax within."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from catalog.configuration import Configuration, PriceLine
from catalog.expression import OptionKey
from catalog.model import Bundle, Family
from catalog.money import percentage, tax_within
from catalog.terms import NO_TERMS, Price, Terms, lines_total


def price(configuration: Configuration, terms: Terms = NO_TERMS) -> Price:
    """The price of a configuration under terms."""
    family = configuration.family
    lines = (*configuration.price_lines, *terms.lines(configuration.total))
    total = lines_total(lines)
    return Price(family.currency, lines, total, tax_within(total, family.tax_percent))


def price_lines(family: Family, picked: Iterable[OptionKey]) -> tuple[PriceLine, ...]:
    """Every step of the catalogue price: the options in the document's order, then what rules and bundles change.

    Options that cost nothing leave no line, the base model always does.
    """
    chosen = frozenset(picked)
    base = family.groups[0].code
    lines = [
        PriceLine(str(key), option.title, option.price)
        for key, option in family.option_by_key.items()
        if key in chosen and (option.price or key.group == base)
    ]
    for bundle in family.bundles:
        if family.conditions[bundle.code].holds(chosen):
            lines.append(PriceLine(bundle.code, bundle.title, saving(family, bundle)))
    for rule in family.price_rules:
        if not family.conditions[rule.code].holds(chosen):
            continue
        if rule.percent is None:
            lines.append(PriceLine(rule.code, rule.title, rule.amount or 0))
            continue
        for key in family.keys_named(rule.of):
            amount = share(family, key, rule.percent)
            if key in chosen and amount:
                lines.append(PriceLine(f"{rule.code}:{key}", rule.title, amount))
    return tuple(lines)


def steps(lines: Iterable[PriceLine], parts: Collection[str]) -> dict[str, PriceLine]:
    """The lines of a price by code, `parts` under their own; what a percentage adds to each of several is one step."""
    found: dict[str, PriceLine] = {}
    for line in lines:
        code = line.code if line.code in parts else line.code.partition(":")[0]
        before = found[code].amount if code in found else 0
        found[code] = PriceLine(code, line.label, before + line.amount)
    return found


def saving(family: Family, bundle: Bundle) -> int:
    """What a bundle adds to its options' prices: as a rule a negative amount."""
    return bundle.price - sum(family.option_by_key[key].price for key in family.keys_named(bundle.options))


def share(family: Family, key: OptionKey, percent: Decimal) -> int:
    """What a percentage price rule adds for one chosen option: its price's share, half up."""
    return percentage(family.option_by_key[key].price, percent)
