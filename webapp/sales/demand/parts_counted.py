"""Parts counted: what the builds saved and the things ordered in a period consist of, option by option."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, exists, select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.demand.packing import options
from webapp.sales.demand.part_set import PartSet
from webapp.sales.demand.scope import Scope
from webapp.sales.order_line import OrderLine
from webapp.sales.order_step import OrderStep, Step

TABLE = PartSet.__table__  # type: ignore[attr-defined]


class Source(StrEnum):
    """Whose parts are counted."""

    BUILDS = "builds"
    ORDERS = "orders"


class Together(NamedTuple):
    """Two options that shoppers chose together: how often, how often each, and the lift.

    The lift is how many times more often than if either did not care about the other.
    """

    one: OptionKey
    other: OptionKey
    both: int
    of_one: int
    of_other: int
    expected: float
    lift: float


class PartsCounted:
    """The packed rows of a period as a table of yes and no: a row a thing, a column an option."""

    def __init__(self, session: Session, scope: Scope, source: Source) -> None:
        self.scope, self.source = scope, source
        self.keys = [OptionKey(each.option_group, each.option) for each in options(session, scope.family)]
        self.place = {key: place for place, key in enumerate(self.keys)}
        rows = session.connection().execute(_rows(scope, source)).all()  # past the session's own objects
        self.ids = [row[0] for row in rows]
        self.days: list[date] = [row[1] for row in rows]
        self.pieces: NDArray[np.int64] = np.array([row[2] for row in rows], dtype=np.int64)
        self._picked = [row[3] for row in rows]
        self._said = [row[4] for row in rows]

    @cached_property
    def picked(self) -> NDArray[np.uint8]:
        return _table(self._picked, len(self.keys))

    @cached_property
    def said(self) -> NDArray[np.uint8]:
        return _table(self._said, len(self.keys))

    @property
    def count(self) -> int:
        """Builds, or pieces ordered."""
        return int(self.pieces.sum())

    @cached_property
    def having(self) -> dict[OptionKey, int]:
        """How many have each option."""
        return dict(zip(self.keys, _sums(self.pieces, self.picked), strict=True))

    @cached_property
    def choosing(self) -> dict[OptionKey, int]:
        """How many have each option because the shopper chose it."""
        return dict(zip(self.keys, _sums(self.pieces, self.said), strict=True))

    def over_time(self, keys: Sequence[OptionKey]) -> list[tuple[date, int, list[int]]]:
        """Per week or month: how many there are, and how many of them have each of the options."""
        buckets = self.scope.buckets
        number = {day: place for place, day in enumerate(buckets)}
        known = {day: number[self.scope.bucket(day)] for day in set(self.days)}
        where = np.array([known[day] for day in self.days], dtype=np.int64)
        width = len(buckets)
        all_ = np.bincount(where, self.pieces, width).astype(int)
        each = [
            np.bincount(where, self.pieces * self._column(key), width).astype(int)
            if key in self.place
            else np.zeros(width, dtype=int)
            for key in keys
        ]
        return [
            (day, int(all_[place]), [int(column[place]) for column in each])
            for place, day in enumerate(buckets)
        ]

    @cached_property
    def both(self) -> NDArray[np.int64]:
        """How many have both of two options because the shopper chose them, pair by pair."""
        width = len(self.keys)
        both = np.zeros((width, width), dtype=np.int64)
        for pieces in np.unique(self.pieces).tolist():
            # A bit a thing: sixty-four of them are compared at once.
            bits = _words(self.said[self.pieces == pieces])
            for one in range(width):
                counts = np.bitwise_count(bits[one:] & bits[one]).sum(axis=1, dtype=np.int64)
                both[one, one:] += pieces * counts
        return both

    def together(self, *, least: int) -> list[Together]:
        """Options that were chosen together at least so often, and oftener than by chance; the highest lift first."""
        total = self.count
        if not total or not self.keys:
            return []
        both = self.both
        alone = both.diagonal()
        expected = np.outer(alone, alone) / total
        ones, others = np.nonzero(np.triu((both >= least) & (both > expected), k=1))
        found = [
            Together(
                self.keys[one],
                self.keys[other],
                round(float(both[one, other])),
                round(float(alone[one])),
                round(float(alone[other])),
                float(expected[one, other]),
                float(both[one, other] / expected[one, other]),
            )
            for one, other in zip(ones.tolist(), others.tolist(), strict=True)
        ]
        return sorted(found, key=lambda pair: (-pair.lift, -pair.both, pair.one, pair.other))

    def ids_with(self, has: Iterable[OptionKey] = (), said: Iterable[OptionKey] = ()) -> list[int]:
        """The rows that have all of some options, and whose shopper chose all of others; the newest first."""
        kept = np.ones(len(self.ids), dtype=bool)
        for wanted, table in ((has, "picked"), (said, "said")):
            for key in wanted:
                if key not in self.place:
                    return []
                kept &= getattr(self, table)[:, self.place[key]].astype(bool)
        return [self.ids[place] for place in np.nonzero(kept)[0][::-1].tolist()]

    def _column(self, key: OptionKey) -> NDArray[np.uint8]:
        return self.picked[:, self.place[key]]


def _rows(scope: Scope, source: Source) -> Select:
    rows = select(TABLE.c.id, TABLE.c.day, TABLE.c.pieces, TABLE.c.picked, TABLE.c.said).where(
        col(PartSet.family) == scope.family, col(PartSet.day).between(scope.first, scope.last)
    )
    if source is Source.BUILDS:
        return rows.where(col(PartSet.build_id).is_not(None)).order_by(col(PartSet.day), col(PartSet.id))
    cancelled = exists().where(
        col(OrderStep.order_id) == OrderLine.order_id, col(OrderStep.step) == Step.CANCELLATION.value
    )
    rows = rows.join(OrderLine, col(OrderLine.id) == PartSet.order_line_id)
    return rows.where(~cancelled).order_by(col(PartSet.day), col(PartSet.id))


def _table(rows: Sequence[bytes], width: int) -> NDArray[np.uint8]:
    """Rows of bits, the older ones shorter, as one table."""
    size = (width + 7) // 8
    joined = b"".join([row.ljust(size, b"\0") for row in rows])
    bits = np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), size)
    return np.unpackbits(bits, axis=1, bitorder="little")[:, :width]


def _words(table: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The columns of a table as rows of bits, in words of sixty-four."""
    bits = np.packbits(table.T, axis=1)
    words = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), dtype=np.uint8)
    words[:, : bits.shape[1]] = bits
    return words.view(np.uint64)


def _sums(pieces: NDArray[np.int64], table: NDArray[np.uint8]) -> list[int]:
    return [round(count) for count in (pieces.astype(np.float64) @ table).tolist()]
