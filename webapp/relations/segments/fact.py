"""Facts about customers that rules of segments may ask for: what they are called, and where they are read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, true
from sqlmodel import Session

from catalog.expression import OptionKey
from catalog.grammar import Vocabulary
from webapp.relations.segments.condition import Atom, Shape
from webapp.sales.demand import packing


@dataclass(frozen=True)
class Lexicon:
    """The words that rules may use today, and the currency of amounts. `traits`: the values of each trait.

    `sold`: what is on sale, as reckonings of preferences name it.
    """

    families: Mapping[str, Vocabulary]
    currency: str
    languages: tuple[str, ...]
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sold: str = ""
    levels: tuple[str, ...] = ()


class Person(NamedTuple):
    """One customer, by both names under which things are kept."""

    id: int
    owner: str


@dataclass(frozen=True)
class Situation:
    """When facts are read, and of whom: of everybody, or of one person alone."""

    session: Session
    lexicon: Lexicon
    at: datetime
    only: Person | None = None

    def owned(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """Rows of the customers concerned, by the name under which they are kept."""
        return column.is_not(None) if self.only is None else column == self.only.owner

    def numbered(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """The same for rows that have the number of the customer."""
        return true() if self.only is None else column == self.only.id

    @cached_property
    def places(self) -> "Places":
        return Places(self.session)


class Places:
    """Where the options of each family stand in the rows of what things consist of."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[str, dict[OptionKey, int]] = {}

    def of(self, family: str) -> Mapping[OptionKey, int]:
        if family not in self.known:
            self.known[family] = {
                OptionKey(each.option_group, each.option): each.place
                for each in packing.options(self.session, family)
            }
        return self.known[family]


@dataclass(frozen=True, eq=False)
class Source:
    """Rows to be joined to customers: at most one of each, under `key`. `by`: the column of customers that it is."""

    name: str
    rows: Select[*tuple[Any, ...]]
    by: str = "owner"


class Reading(NamedTuple):
    """Where an atom's value stands: in a column of a source, or of the customer's own row."""

    column: str
    source: Source | None = None


NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One fact. `example`: how it is said; `subjects`, `values`: the words that it takes, where they are limited.

    `needs`: the consent without which the fact is nobody's, by its code; "" where it needs none. `behind`: of one
    person, what the value was counted from, the newest first: "order" with its number, or "build" with its name.
    """

    code: str
    shape: Shape
    example: str
    read: Callable[[Situation, Atom], Reading]
    subjects: Callable[[Lexicon], Iterable[str]] = lambda _lexicon: NOTHING
    values: Callable[[Lexicon, str], Iterable[str]] = lambda _lexicon, _subject: NOTHING
    needs: str = ""
    behind: Callable[[Situation, Atom], Select[*tuple[Any, ...]]] | None = None
