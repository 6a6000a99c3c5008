"""Refused demand: what shoppers wanted and the rules ruled out, what they did next, and the money at stake.

A wish is one option in one journey: whoever clicks on it three times wants it once, and the last click tells how it
ended. A wish that two rules stand against is counted with each of them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, case, func, literal, select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.demand.answer import Answer
from webapp.sales.demand.journey import Journey
from webapp.sales.demand.refusal import Outcome, Refusal, RefusalRule
from webapp.sales.demand.scope import Scope

PAGE = 50
STOPPED = "stopped"  # nothing came after it, so far
TABLE = Refusal.__table__  # type: ignore[attr-defined]


class Refused(NamedTuple):
    """How often something was refused. Money in minor units, before terms.

    `stake`: the totals of the builds in which a wish ended without the option, of journeys that did not end with an
    order either; a journey once, with its dearest build.
    """

    name: str
    clicks: int
    wishes: int
    repaired: int
    back: int
    kept_on: int
    stopped: int
    stake: int

    @property
    def unmet(self) -> int:
        """Wishes that ended without the option."""
        return self.wishes - self.repaired


class WhatIf(NamedTuple):
    """Of the wishes that a rule stood against: what would be if it went, by today's catalogue."""

    without: int = 0
    still: int = 0
    already: int = 0
    gone: int = 0
    open: int = 0

    @property
    def answered(self) -> int:
        return self.without + self.still + self.already + self.gone


class Sought(NamedTuple):
    """Which refusals: of an option, against which a rule stood, that ended so; all clicks, or each wish once."""

    option: OptionKey | None = None
    rule: str | None = None
    outcome: str | None = None
    verdict: str | None = None
    band: int | None = None
    offered: bool = False
    wishes: bool = False
    unmet: bool = False
    at_stake: bool = False

    @property
    def each_once(self) -> bool:
        """Whether wishes are meant rather than clicks."""
        told = self.outcome or self.verdict or self.band is not None
        return bool(told or self.offered or self.wishes or self.unmet or self.at_stake)


def in_all(session: Session, scope: Scope) -> Refused:
    """All of a period, each journey's money once."""
    wishes = wishes_in(scope)
    clicks = session.execute(select(func.count(TABLE.c.id)).where(*scope.of_refusals())).scalar_one()
    counts = session.execute(select(*_outcomes(wishes))).one()
    return _refused("", clicks, counts, _stakes(session, wishes, None))


def by_option(session: Session, scope: Scope) -> list[Refused]:
    """Each option that was refused, the one most wished for first; named `group.option`."""
    wishes = wishes_in(scope)
    named = TABLE.c.option_group + "." + TABLE.c.option
    clicks = select(named, func.count(TABLE.c.id)).where(*scope.of_refusals()).group_by(named)
    return _table(session, wishes, wishes.c.option_group + "." + wishes.c.option, clicks)


def by_rule(session: Session, scope: Scope) -> list[Refused]:
    """Each rule that stood against anything, the one against most wishes first."""
    rule = col(RefusalRule.rule)
    wishes = wishes_in(scope)
    joined = select(*wishes.c, rule).join(RefusalRule, col(RefusalRule.refusal_id) == wishes.c.id).subquery()
    clicks = (
        select(rule, func.count(TABLE.c.id))
        .join(TABLE, TABLE.c.id == col(RefusalRule.refusal_id))
        .where(*scope.of_refusals())
        .group_by(rule)
    )
    return _table(session, joined, joined.c.rule, clicks)


def what_ifs(session: Session, scope: Scope, number: int) -> dict[str, WhatIf]:
    """Per rule, what would be if it went; `number`: the version on sale, whose answers count."""
    wishes, rule = wishes_in(scope), col(RefusalRule.rule)
    verdict = case((col(Answer.version) == number, col(Answer.verdict)), else_="open")
    rows = (
        select(rule, verdict, func.count())
        .join(wishes, wishes.c.id == col(RefusalRule.refusal_id))
        .outerjoin(Answer, (col(Answer.rule) == rule) & (col(Answer.question) == wishes.c.question))
        .group_by(rule, verdict)
    )
    found: dict[str, dict[str, int]] = {}
    for code, name, count in session.execute(rows):
        found.setdefault(code, {})[name] = count
    return {code: WhatIf(**counts) for code, counts in found.items()}


def options_of(session: Session, scope: Scope, rule: str) -> list[tuple[OptionKey, int]]:
    """The options that a rule stood against, by wishes."""
    wishes = wishes_in(scope)
    count = func.count()
    rows = (
        select(wishes.c.option_group, wishes.c.option, count)
        .join(RefusalRule, col(RefusalRule.refusal_id) == wishes.c.id)
        .where(col(RefusalRule.rule) == rule)
        .group_by(wishes.c.option_group, wishes.c.option)
        .order_by(count.desc(), wishes.c.option_group, wishes.c.option)
    )
    return [(OptionKey(group, option), number) for group, option, number in session.execute(rows)]


def rows(
    session: Session,
    scope: Scope,
    sought: Sought,
    *,
    number: int = 0,
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[Refusal]:
    """The refusals behind a figure, the newest first; `number`: the version whose verdicts count."""
    found = _sought(scope, sought, number)
    wanted = select(Refusal).join(found, found.c.id == col(Refusal.id))
    if before is not None:
        wanted = wanted.where(col(Refusal.id) < before)
    return session.execute(wanted.order_by(col(Refusal.id).desc()).limit(limit)).scalars().all()


def count(session: Session, scope: Scope, sought: Sought, *, number: int = 0) -> int:
    return session.execute(select(func.count()).select_from(_sought(scope, sought, number))).scalar_one()


def rules_of(session: Session, refusals: Sequence[Refusal]) -> dict[int, list[str]]:
    """The rules that stood against each of these."""
    wanted = select(col(RefusalRule.refusal_id), col(RefusalRule.rule)).where(
        col(RefusalRule.refusal_id).in_([each.id for each in refusals])
    )
    found: dict[int, list[str]] = {}
    for refusal, rule in session.execute(wanted.order_by(col(RefusalRule.rule))):
        found.setdefault(refusal, []).append(rule)
    return found


def is_unmet(table: Subquery) -> ColumnElement[bool]:
    return func.coalesce(table.c.outcome, "") != Outcome.REPAIR.value


def is_at_stake(table: Subquery) -> ColumnElement[bool]:
    return is_unmet(table) & table.c.ordered_at.is_(None)


def wishes_in(scope: Scope) -> Subquery:
    """Each option of each journey once: its last click in the period, with when the journey ended with an order."""
    alike = (TABLE.c.journey_id, TABLE.c.option_group, TABLE.c.option)
    last = func.row_number().over(partition_by=alike, order_by=TABLE.c.id.desc()).label("last")
    each = select(*TABLE.c, last).where(*scope.of_refusals()).subquery()
    kept = [column for column in each.c if column.name != "last"]
    return (
        select(*kept, col(Journey.ordered_at))
        .join(Journey, col(Journey.id) == each.c.journey_id)
        .where(each.c.last == 1)
        .subquery()
    )


def _clicks(scope: Scope) -> Subquery:
    return (
        select(*TABLE.c, col(Journey.ordered_at))
        .join(Journey, col(Journey.id) == TABLE.c.journey_id)
        .where(*scope.of_refusals())
        .subquery()
    )


def _sought(scope: Scope, sought: Sought, number: int) -> Subquery:
    table = wishes_in(scope) if sought.each_once else _clicks(scope)
    found = select(table.c.id)
    if sought.option is not None:
        found = found.where(
            table.c.option_group == sought.option.group, table.c.option == sought.option.option
        )
    if sought.outcome is not None:
        outcome = None if sought.outcome == STOPPED else sought.outcome
        found = found.where(table.c.outcome == outcome if outcome else table.c.outcome.is_(None))
    if sought.unmet:
        found = found.where(is_unmet(table))
    if sought.at_stake:
        found = found.where(is_at_stake(table))
    if sought.offered:
        found = found.where(table.c.extra.is_not(None))
    if sought.band is not None:
        found = found.where(table.c.extra.is_not(None), band_of(table) == sought.band)
    if sought.rule is not None:
        found = found.join(
            RefusalRule,
            (col(RefusalRule.refusal_id) == table.c.id) & (col(RefusalRule.rule) == sought.rule),
        )
        if sought.verdict is not None:
            answered = (
                (col(Answer.rule) == sought.rule)
                & (col(Answer.question) == table.c.question)
                & (col(Answer.version) == number)
            )
            found = found.outerjoin(Answer, answered).where(
                func.coalesce(col(Answer.verdict), "open") == sought.verdict
            )
    return found.subquery()


# What the best repair asked for on top, in hundredths of the build's total: up to nothing, 2, 5, 10, 20, and more.
BANDS = (0, 2, 5, 10, 20)


def band_of(table: Subquery) -> ColumnElement[int]:
    """The place of a refusal's band in BANDS; one more for what lies above them all."""
    bounds = [(table.c.extra * 100 <= table.c.total * bound, place) for place, bound in enumerate(BANDS)]
    return case(*bounds, else_=len(BANDS))


def _outcomes(table: Subquery) -> list[ColumnElement[Any]]:
    outcome = func.coalesce(table.c.outcome, STOPPED)
    names = (Outcome.REPAIR.value, Outcome.BACK.value, Outcome.KEPT_ON.value, STOPPED)
    return [func.count(), *(func.sum(case((outcome == name, 1), else_=0)) for name in names)]


def _refused(name: str, clicks: int, counts: Sequence[Any], stakes: dict[str, int]) -> Refused:
    wishes, repaired, back, kept_on, stopped = (int(count or 0) for count in counts)
    return Refused(name, clicks, wishes, repaired, back, kept_on, stopped, stakes.get(name, 0))


def _table(session: Session, wishes: Subquery, name: ColumnElement[Any], clicks: Any) -> list[Refused]:
    clicked = {row[0]: row[1] for row in session.execute(clicks)}
    stakes = _stakes(session, wishes, name)
    rows = session.execute(select(name, *_outcomes(wishes)).group_by(name)).all()
    found = [_refused(named, clicked.get(named, 0), counts, stakes) for named, *counts in rows]
    return sorted(found, key=lambda each: (-each.wishes, -each.clicks, each.name))


def _stakes(session: Session, wishes: Subquery, name: ColumnElement[Any] | None) -> dict[str, int]:
    """Money at stake by name, or in all under the empty one."""
    key = name if name is not None else literal("")
    named = key.label("name")
    dearest = (
        select(named, func.max(wishes.c.total).label("total"))
        .where(is_at_stake(wishes))
        .group_by(wishes.c.journey_id, *([name] if name is not None else []))
        .subquery()
    )
    summed = select(dearest.c.name, func.sum(dearest.c.total)).group_by(dearest.c.name)
    return {found: int(total or 0) for found, total in session.execute(summed)}
