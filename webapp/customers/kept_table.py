"""How a table of the shop is spoken of: whose its rows are, and what an erasure does with them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from webapp.customers.data_kind import DataKind
from webapp.customers.retention import Words


class Of(NamedTuple):
    """A row is somebody's if its column holds a key of a row of theirs in another table; `key`: where none refers."""

    column: str
    table: str
    key: str = ""


class Named(NamedTuple):
    """A row is somebody's if its column holds one of their random names."""

    column: str


class Mailed(NamedTuple):
    """A row is somebody's if its column is their e-mail address, or, where `within`, contains it."""

    column: str
    within: bool = False


Link = Of | Named | Mailed


class Erased(StrEnum):
    """What an erasure does with a row."""

    DELETED = "deleted"
    WITH = "with"  # it goes with the row that it belongs to
    BLANKED = "blanked"  # it stays, without what says whose it is
    CLOSED = "closed"  # of an order: what the law does not ask for goes, once it is over
    KEPT = "kept"  # the law asks for it, or it says nothing of anybody by itself


class KeptTable(NamedTuple):
    """One table. `blank`: what its columns hold after an erasure; `hidden`: what nobody takes away, being a key.

    `withheld`: what colleagues wrote for each other; it is erased like the rest, but stands in no file to take away.
    """

    title: Words
    kind: DataKind | None
    links: tuple[Link, ...] = ()
    erased: Erased = Erased.KEPT
    blank: Mapping[str, Any] = {}
    hidden: tuple[str, ...] = ()
    withheld: bool = False
    why: str = ""  # of a table that is about no customer, or of rows that stay

    @property
    def is_personal(self) -> bool:
        return bool(self.links)
