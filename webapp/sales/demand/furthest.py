"""Where shoppers stop: how many came how far, and how long it took them to save."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from webapp.sales.demand.journey import MOMENTS, Journey, Stage
from webapp.sales.demand.scope import Scope

PAGE = 50


class Stop(NamedTuple):
    """One stage: how many journeys took it, and for how many it was the furthest."""

    stage: Stage
    reached: int
    ended: int


class ToSave(NamedTuple):
    """Until the first save, of those who saved: how many, and half of them took no more than this."""

    journeys: int
    clicks: float | None
    seconds: float | None


def stops(session: Session, scope: Scope) -> list[Stop]:
    """All stages in their order. A stage can be left out: one may order without saving."""
    counts = [func.count(col(Journey.id))]
    counts += [func.count(col(getattr(Journey, MOMENTS[stage]))) for stage in MOMENTS]
    reached = session.execute(select(*counts).where(*scope.of_journeys())).one()
    furthest = select(col(Journey.furthest), func.count(col(Journey.id))).where(*scope.of_journeys())
    ended = {row[0]: row[1] for row in session.execute(furthest.group_by(col(Journey.furthest)))}
    return [Stop(stage, reached[stage], ended.get(stage, 0)) for stage in Stage]


def to_save(session: Session, scope: Scope) -> ToSave:
    rows = session.execute(
        select(col(Journey.clicks_to_save), col(Journey.began_at), col(Journey.saved_at)).where(
            *scope.of_journeys(), col(Journey.saved_at).is_not(None)
        )
    ).all()
    if not rows:
        return ToSave(0, None, None)
    clicks = median(clicks or 0 for clicks, _, _ in rows)
    seconds = median((saved - began).total_seconds() for _, began, saved in rows if saved)
    return ToSave(len(rows), clicks, seconds)


def last_groups(session: Session, scope: Scope) -> Sequence[tuple[str, int]]:
    """The group that the last click was about, of journeys that never left the configurator; most first."""
    count = func.count(col(Journey.id))
    rows = (
        select(col(Journey.last_group), count)
        .where(
            *scope.of_journeys(),
            col(Journey.furthest) == Stage.CONFIGURE,
            col(Journey.last_group).is_not(None),
        )
        .group_by(col(Journey.last_group))
        .order_by(count.desc(), col(Journey.last_group))
    )
    return [(group or "", number) for group, number in session.execute(rows)]


class Wanted(NamedTuple):
    """Which journeys: those that took a stage, those that ended at one, those whose last click was about a group."""

    reached: Stage | None = None
    ended: Stage | None = None
    group: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.reached is not None and self.reached in MOMENTS:
            found.append(col(getattr(Journey, MOMENTS[self.reached])).is_not(None))
        if self.ended is not None:
            found.append(col(Journey.furthest) == self.ended)
        if self.group is not None:
            found += [col(Journey.furthest) == Stage.CONFIGURE, col(Journey.last_group) == self.group]
        return found


def journeys(
    session: Session, scope: Scope, wanted: Wanted, *, before: int | None = None, limit: int = PAGE
) -> Sequence[Journey]:
    """The journeys behind a figure, the newest first."""
    rows = select(Journey).where(*scope.of_journeys(), *wanted.conditions())
    if before is not None:
        rows = rows.where(col(Journey.id) < before)
    return session.execute(rows.order_by(col(Journey.id).desc()).limit(limit)).scalars().all()


def count(session: Session, scope: Scope, wanted: Wanted) -> int:
    rows = select(func.count(col(Journey.id))).where(*scope.of_journeys(), *wanted.conditions())
    return session.execute(rows).scalar_one()
