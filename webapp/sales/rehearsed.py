"""What a rehearsal found of each thing: a kept build, a promise, an open order, what somebody is making."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, case, func, insert
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.reopen import Standing

AS_IT_IS = (Standing.UNCHANGED.value, Standing.REPRICED.value)
OTHERWISE = (Standing.REPLACEABLE.value, Standing.IMPOSSIBLE.value)


class Thing(StrEnum):
    """What a document is rehearsed on, in this order."""

    BUILD = "build"
    QUOTE = "quote"
    ORDER = "order"
    CURRENT = "current"


class Rehearsed(SQLModel, table=True):
    """One thing before and after. Totals are in minor units of `currency`, of one piece.

    `before`, `after`: how it stands by what is on sale and by the document; `was`, `now`: what it costs as it is,
    None where it cannot be had so.
    """

    __tablename__ = "rehearsed"
    __table_args__ = (Index("ix_rehearsed_task_id_thing_after", "task_id", "thing", "after"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="tasks.id", ondelete="CASCADE")
    thing: str = Field(max_length=10)
    ref: str = Field(max_length=30, description="a code, a number, or an owner's random name")
    position: int = 0
    owner: str | None = Field(default=None, max_length=22)
    name: str = Field(default="", max_length=100)
    before: str = Field(max_length=16)
    after: str = Field(max_length=16)
    currency: str = Field(max_length=3)
    quantity: int = 1
    kept: int
    was: int | None = None
    now: int | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it can be had as it is today, and could not be any more."""
        return self.before in AS_IT_IS and self.after in OTHERWISE

    @property
    def step(self) -> int | None:
        """By how much its price changes; None where it cannot be had as it is before or after."""
        return None if self.was is None or self.now is None else self.now - self.was


@dataclass(slots=True)
class Tally:
    """Things of one kind: how many stand in which way, before and after."""

    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    at_stake: int = 0
    dearer: int = 0
    cheaper: int = 0
    rise: int = 0
    fall: int = 0

    @property
    def count(self) -> int:
        return sum(self.after.values())


def add(session: Session, task_id: int, found: Iterable[Mapping[str, Any]]) -> None:
    rows = [{"task_id": task_id, **each} for each in found]
    if rows:
        session.execute(insert(Rehearsed), rows)


def tallies(session: Session, task_id: int, currency: str) -> dict[Thing, Tally]:
    """What was found so far, by kind of thing; money only of those in a currency."""
    broken = col(Rehearsed.before).in_(AS_IT_IS) & col(Rehearsed.after).in_(OTHERWISE)
    ours = col(Rehearsed.currency) == currency
    step = (col(Rehearsed.now) - col(Rehearsed.was)) * col(Rehearsed.quantity)

    def sum_of(amount: Any, when: Any) -> Any:
        return func.coalesce(func.sum(case((when, amount), else_=0)), 0)

    rows = session.execute(
        select(  # type: ignore[call-overload]
            Rehearsed.thing,
            Rehearsed.before,
            Rehearsed.after,
            func.count(),
            sum_of(1, broken),
            sum_of(col(Rehearsed.kept) * col(Rehearsed.quantity), broken & ours),
            sum_of(1, step > 0),
            sum_of(1, step < 0),
            sum_of(step, (step > 0) & ours),
            sum_of(step, (step < 0) & ours),
        )
        .where(Rehearsed.task_id == task_id)
        .group_by(Rehearsed.thing, Rehearsed.before, Rehearsed.after)
    )
    found = {thing: Tally() for thing in Thing}
    for thing, before, after, count, lost, stake, dearer, cheaper, rise, fall in rows:
        tally = found[Thing(thing)]
        tally.before[before] = tally.before.get(before, 0) + count
        tally.after[after] = tally.after.get(after, 0) + count
        tally.broken += lost
        tally.at_stake += stake
        tally.dearer += dearer
        tally.cheaper += cheaper
        tally.rise += rise
        tally.fall += fall
    return found


def money_at_stake(found: Mapping[Thing, Tally]) -> int:
    """What kept builds and open orders come to that can no longer be had as they are.

    A promise is about a kept build, which counts already; what somebody is making is nothing yet.
    """
    return found[Thing.BUILD].at_stake + found[Thing.ORDER].at_stake


def rows(
    session: Session,
    task_id: int,
    thing: Thing,
    *,
    after: str | None = None,
    moved: bool = False,
    beyond: int = 0,
    limit: int | None,
) -> Sequence[Rehearsed]:
    """The things of a kind; `after`: that stand in this way then; `moved`: for which the document changes anything."""
    query = select(Rehearsed).where(
        Rehearsed.task_id == task_id, Rehearsed.thing == thing.value, col(Rehearsed.id) > beyond
    )
    if after is not None:
        query = query.where(Rehearsed.after == after)
    if moved:
        same = (col(Rehearsed.before) == col(Rehearsed.after)) & (
            func.coalesce(Rehearsed.was, -1) == func.coalesce(Rehearsed.now, -1)
        )
        query = query.where(~same)
    return session.exec(query.order_by(col(Rehearsed.id)).limit(limit)).all()


def find(session: Session, number: int) -> Rehearsed | None:
    return session.get(Rehearsed, number)
