"""Families on sale, compiled once per process and kept in memory by version."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, bindparam
from sqlmodel import col, select

from catalog.engine import Engine
from catalog.model import Family
from webapp.catalogues.version import PublishedVersion, current_keys, read
from webapp.prepared import Prepared

LAST_NUMBER = 2**31 - 1  # that a version can have: an address may name any
KEPT = 16  # versions in memory; old ones are opened for builds made under them


@dataclass(frozen=True)
class Published:
    """One published version, ready to configure with."""

    family: Family
    number: int
    sha256: str
    published_at: datetime

    @cached_property
    def engine(self) -> Engine:
        """Compiled when somebody configures: the head of a page names families and asks nothing of them."""
        return Engine(self.family)


class Key(NamedTuple):
    """What a compiled version is found by: the hash makes it true for any database."""

    code: str
    number: int
    sha256: str


class Shelf:
    """The compiled versions of this process, the latest used last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[Key, Published] = OrderedDict()

    def get(self, key: Key) -> Published | None:
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
            return found

    def keep(self, key: Key, version: Published) -> Published:
        with self.lock:
            kept = self.kept.setdefault(key, version)
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
            return kept


_shelf = Shelf()

_KEYS = select(PublishedVersion.family_code, PublishedVersion.number, PublishedVersion.sha256).where(
    col(PublishedVersion.family_code) == bindparam("code")
)
_CURRENT = Prepared(_KEYS.order_by(col(PublishedVersion.number).desc()).limit(1))
_NUMBERED = Prepared(_KEYS.where(col(PublishedVersion.number) == bindparam("number")))


def current(rows: Connection, code: str) -> Published | None:
    """The family as it is sold now, or None; one small statement once it is in memory."""
    row = _CURRENT.first(rows, code=code)
    return None if row is None else _compiled(rows, Key(*row))


def version(rows: Connection, code: str, number: int) -> Published | None:
    """A family as it was published under that number, or None."""
    row = _NUMBERED.first(rows, code=code, number=number) if number <= LAST_NUMBER else None
    return None if row is None else _compiled(rows, Key(*row))


def families(rows: Connection) -> list[Published]:
    """All families on sale, in the order in which they first came."""
    return [_compiled(rows, Key(*row)) for row in current_keys(rows)]


def _compiled(rows: Connection, key: Key) -> Published:
    return _shelf.get(key) or _shelf.keep(key, _read(rows, key))


def _read(rows: Connection, key: Key) -> Published:
    document, published_at = rows.execute(
        select(PublishedVersion.document, PublishedVersion.published_at).where(
            col(PublishedVersion.family_code) == key.code, col(PublishedVersion.number) == key.number
        )
    ).one()
    return Published(read(document), key.number, key.sha256, published_at)
