"""Conditions: what the rule of a segment says about a customer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from catalog.expression import Expression


class Shape(StrEnum):
    """How a fact is said in a rule."""

    COUNT = "count"  # orders >= 2
    AMOUNT = "amount"  # paid >= 1500: in major units of the shop's currency
    MOMENT = "moment"  # last_order > 180 days ago: longer ago than that
    FLAG = "flag"  # consent.email
    NAME = "name"  # language is ru
    WORDS = "words"  # prefers(use: commute)
    PARTS = "parts"  # build of bicycle with motor.*
    BARE = "bare"  # nothing but its name, which says too little


@dataclass(frozen=True, slots=True)
class Atom:
    """One fact and what is asked of it. Which of the fields count follows from the shape."""

    fact: str
    shape: Shape
    operator: str = ""
    number: Decimal = Decimal(0)
    unit: str = ""  # "day", "week", "month" or "year"
    subject: str = ""
    value: str = ""
    family: str = ""
    parts: Expression | None = None
    text: str = field(default="", compare=False)  # as it was written


@dataclass(frozen=True, slots=True)
class Not:
    """True of those of whom the inner condition is not."""

    inner: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """True of those of whom every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True of those of whom at least one part is."""

    parts: tuple["Condition", ...]


Condition = Atom | Not | All | Some


def atoms_in(condition: Condition) -> Iterator[Atom]:
    """Every atom of a condition in reading order, each once."""
    seen: set[Atom] = set()
    for atom in _every(condition):
        if atom not in seen:
            seen.add(atom)
            yield atom


def _every(condition: Condition) -> Iterator[Atom]:
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Not):
        yield from _every(condition.inner)
    else:
        for part in condition.parts:
            yield from _every(part)
