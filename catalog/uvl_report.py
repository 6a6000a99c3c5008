"""What an import from UVL has made of a feature model: what became what, and what was left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model import Family
from catalog.uvl_grammar import parse


@dataclass(frozen=True)
class UvlReport:
    """Numbers of things before and after. `left_out`: attributes that mean nothing to us, and how many features have
    them; `unpriced`: features that cost nothing."""

    features: int
    options: int
    groups: int
    constraints: int
    rules: int
    structure: int
    priced: int
    unpriced: int
    left_out: Mapping[str, int]


def report(text: str, name: str, family: Family) -> UvlReport:
    """What `family`, read from this text, has of it."""
    model = parse(text, name)
    attributes = Counter(
        attribute
        for feature in model.root
        for attribute in feature.attributes
        if attribute.lower() != "price"
    )
    options = family.option_by_key.values()
    constraints = len(model.constraints)
    priced = sum(bool(option.price) for option in options)
    return UvlReport(
        features=sum(1 for _ in model.root),
        options=len(options),
        groups=len(family.groups),
        constraints=constraints,
        rules=len(family.rules),
        structure=len(family.rules) - constraints,
        priced=priced,
        unpriced=len(options) - priced,
        left_out=dict(sorted(attributes.items())),
    )
