"""How heavy a family is to price, and which rule makes it so."""

from typing import NamedTuple

from catalog.elimination import Plan


class Weight(NamedTuple):
    """How many table cells the family would be lighter by without a rule, all else left as it is."""

    rule: str
    cells: int


def heaviest(plan: Plan) -> Weight | None:
    """The rule that makes most of the tables, None where no rule makes any."""
    weights = [Weight(rule, plan.cells - plan.cells_without(rule)) for rule in plan.rules]
    found = max(weights, key=lambda weight: weight.cells, default=None)
    return found if found and found.cells else None
