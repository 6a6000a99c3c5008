"""What an editor should know of a family before it is published: what clashes, what is dead, and what is heavy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalog.conflicts import Conflicts
from catalog.elimination import Plan
from catalog.expression import OptionKey
from catalog.factors import Factors
from catalog.formula import Formula
from catalog.model import Family
from catalog.tree import MOST_CELLS
from catalog.validity import Validity

LISTED = 12


class Weight(NamedTuple):
    """How many table cells the family would be lighter by without a rule, all else left as it is."""

    rule: str
    cells: int


@dataclass(frozen=True, slots=True)
class Health:
    """The findings about one family.

    `contradiction`: codes of the rules, resources and limits that together allow nothing, of which none could be
    left out; empty where the family allows something. `dead`: options in no valid configuration. `always`: options
    in every one, though their group's own limit would not ask for them. `cells`: entries of the tables that a click
    passes over. `heaviest`: the rule that makes most of them, None where no rule makes any.
    """

    contradiction: tuple[str, ...]
    dead: tuple[OptionKey, ...]
    always: tuple[OptionKey, ...]
    cells: int
    heaviest: Weight | None

    def obstacles(self) -> list[str]:
        """A sentence for each reason not to publish the family; none where it can be sold."""
        found: list[str] = []
        if self.contradiction:
            found.append(f"nothing can be configured: no choice keeps {_listed(self.contradiction, 'and')}")
        if self.cells > MOST_CELLS:
            blame = f', {self.heaviest.cells:,} of them for "{self.heaviest.rule}"' if self.heaviest else ""
            found.append(
                f"the rules tie too many groups together: {self.cells:,} table cells{blame}; {MOST_CELLS:,} fit"
            )
        return found

    def remarks(self) -> list[str]:
        """A sentence for each thing that an editor may not have meant, and how heavy the family is."""
        found: list[str] = []
        if self.dead:
            found.append(f"can never be chosen: {_listed(self.dead, 'and')}")
        if self.always:
            found.append(f"cannot be left out: {_listed(self.always, 'and')}")
        blame = f', {self.heaviest.cells:,} of them for "{self.heaviest.rule}"' if self.heaviest else ""
        return [*found, f"{self.cells:,} table cells{blame}"]


def examine(family: Family) -> Health:
    """All findings about a family whose document has no faults."""
    formula = Formula(family)
    validity = Validity(formula)
    plan = Plan(Factors(family))
    if not validity.consistent:
        contradiction = Conflicts(formula, validity).contradiction()
        return Health(contradiction, (), (), plan.cells, _heaviest(plan))
    given = {key for group in family.groups if group.min == len(group.options) for key in group.keys}
    always = tuple(key for key in _keys(formula, validity.always) if key not in given)
    return Health((), _keys(formula, validity.never), always, plan.cells, _heaviest(plan))


def _keys(formula: Formula, mask: int) -> tuple[OptionKey, ...]:
    return tuple(key for key, variable in formula.variable.items() if mask >> variable & 1)


def _heaviest(plan: Plan) -> Weight | None:
    weights = [Weight(rule, plan.cells - plan.cells_without(rule)) for rule in plan.rules]
    heaviest = max(weights, key=lambda weight: weight.cells, default=None)
    return heaviest if heaviest and heaviest.cells else None


def _listed(things: Sequence[object], word: str) -> str:
    names = [str(thing) for thing in things[:LISTED]]
    if len(things) > LISTED:
        names.append(f"{len(things) - LISTED} more")
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else names[0]
