"""Families on sale, compiled once per process and kept in memory by version."""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from catalog.engine import Engine
from catalog.model import Family
from webapp.catalogues.version import PublishedVersion, current_keys, read

KEPT = 16  # versions in memory; old ones are opened for builds made under them


class Published(NamedTuple):
    """One published version, ready to configure with."""

    family: Family
    engine: Engine
    number: int
    sha256: str
    published_at: datetime


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
_CURRENT = _KEYS.order_by(col(PublishedVersion.number).desc()).limit(1)
_NUMBERED = _KEYS.where(col(PublishedVersion.number) == bindparam("number"))


def current(session: Session, code: str) -> Published | None:
    """The family as it is sold now, or None; one small statement once it is in memory."""
    row = session.connection().execute(_CURRENT, {"code": code}).first()
    return None if row is None else _compiled(session, Key(*row))


def version(session: Session, code: str, number: int) -> Published | None:
    """A family as it was published under that number, or None."""
    row = session.connection().execute(_NUMBERED, {"code": code, "number": number}).first()
    return None if row is None else _compiled(session, Key(*row))


def families(session: Session) -> list[Published]:
    """All families on sale, in the order in which they first came."""
    return [_compiled(session, Key(*row)) for row in current_keys(session)]


def _compiled(session: Session, key: Key) -> Published:
    return _shelf.get(key) or _shelf.keep(key, _read(session, key))


def _read(session: Session, key: Key) -> Published:
    row = session.exec(
        select(PublishedVersion).where(
            PublishedVersion.family_code == key.code, PublishedVersion.number == key.number
        )
    ).one()
    family = read(row.document)
    return Published(family, Engine(family), row.number, row.sha256, row.published_at)
