"""Rules of levels: what has to be ordered and paid, said in the language of segments."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from lark import Token

from catalog.money import minor_digits
from catalog.rule_fault import RuleFault, Trouble
from catalog.spelling import did_you_mean, nearest
from webapp.relations.levels.service_level import LONGEST_RULE
from webapp.relations.segments import segment_grammar
from webapp.relations.segments.condition import All, Atom, Condition, Not, Shape, Some, atoms_in

ORDERS, PAID = "orders", "paid"
EXAMPLES = {ORDERS: "orders >= 2", PAID: "paid >= 3000"}
LARGEST = {ORDERS: 10**4, PAID: 10**8}
MOST_GOALS = 6  # ways to one level: more nobody keeps in mind


class Goal(NamedTuple):
    """One way to a level: so many orders, and so much paid in minor units."""

    orders: int = 0
    paid: int = 0

    def is_met_by(self, sums: "Goal") -> bool:
        return sums.orders >= self.orders and sums.paid >= self.paid

    def lacking(self, sums: "Goal") -> "Goal":
        """What is still to come."""
        return Goal(max(0, self.orders - sums.orders), max(0, self.paid - sums.paid))

    def __add__(self, other: object) -> "Goal":
        """Both at once."""
        assert isinstance(other, Goal)
        return Goal(max(self.orders, other.orders), max(self.paid, other.paid))


def read(text: str, currency: str) -> tuple[Goal, ...]:
    """The ways in which a rule can be met, each of which suffices. Raises RuleFault."""
    if len(text) > LONGEST_RULE:
        raise _many()
    condition = segment_grammar.read(text, {}, _known)
    goals = _goals(condition, currency)
    # Whoever meets a harder one meets an easier one.
    kept = [goal for goal in goals if not any(goal != other and other.is_met_by(goal) for other in goals)]
    if len(kept) > MOST_GOALS:
        raise _many()
    return tuple(kept)


def _known(atom: Atom, token: Token, _word: Token) -> Atom:
    if atom.fact not in EXAMPLES:
        raise _fault(
            f'there is no fact "{atom.fact}"{did_you_mean(atom.fact, EXAMPLES)}',
            token,
            Trouble.NO_FACT,
            found=atom.fact,
            near=nearest(atom.fact, EXAMPLES),
        )
    is_whole = atom.number == atom.number.to_integral_value()
    # At least so much: then only time, or money that goes back, can take a level away.
    if atom.shape is not Shape.COUNT or atom.operator != ">=" or not (is_whole or atom.fact == PAID):
        example = EXAMPLES[atom.fact]
        raise _fault(
            f'"{atom.fact}" is said like this: {example}',
            token,
            Trouble.SHAPE,
            found=atom.fact,
            expected=(example,),
        )
    if not 0 < atom.number <= LARGEST[atom.fact]:
        raise _fault(f"{atom.number} is too large a number", token, Trouble.FAR, found=str(atom.number))
    return atom


def _goals(condition: Condition, currency: str) -> list[Goal]:
    if isinstance(condition, Atom):
        return [_goal(condition, currency)]
    if isinstance(condition, Not):
        inside = next(iter(atoms_in(condition)))
        raise RuleFault(
            "a level is reached by what is there, never by what is not",
            trouble=Trouble.SHAPE,
            found="not",
            expected=(EXAMPLES[inside.fact],),
        )
    parts = [_goals(part, currency) for part in condition.parts]
    if isinstance(condition, Some):
        return _distinct(goal for part in parts for goal in part)
    assert isinstance(condition, All)
    together = _distinct(sum(each, Goal()) for each in product(*parts))
    if len(together) > LARGEST[ORDERS]:
        raise _many()
    return together


def _goal(atom: Atom, currency: str) -> Goal:
    if atom.fact == ORDERS:
        return Goal(orders=int(atom.number))
    minor: Decimal = atom.number.scaleb(minor_digits(currency))
    return Goal(paid=int(minor))


def _distinct(goals: Iterable[Goal]) -> list[Goal]:
    return list(dict.fromkeys(goals))


def _many() -> RuleFault:
    return RuleFault("the rule is too long", trouble=Trouble.MANY, found=str(MOST_GOALS))


def _fault(message: str, token: Token, trouble: Trouble, **more: object) -> RuleFault:
    return RuleFault(message, token.line or 1, token.column or 1, trouble=trouble, **more)  # type: ignore[arg-type]
