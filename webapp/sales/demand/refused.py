"""Refused demand: what shoppers wanted and the rules ruled out, what they did next, and the money at stake.

A wish is one option in one journey: whoever clicks on it three times wants it once, and the last click tells how it
ended.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.demand.answer import Answer
from webapp.sales.demand.journey import Journey
from webapp.sales.demand.refusal import Outcome, Refusal, RefusalRule
from webapp.sales.demand.scope import Scope

PAGE = 50
STOPPED = "stopped"  # nothing came after it, so far
OPEN = "open"  # not answered yet
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


def most_wished_first(each: Refused) -> tuple[int, int, str]:
    return -each.wishes, -each.clicks, each.name


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
    wanted = select(Refusal).where(*_sought(scope, sought, number))
    if before is not None:
        wanted = wanted.where(col(Refusal.id) < before)
    return session.execute(wanted.order_by(col(Refusal.id).desc()).limit(limit)).scalars().all()


def count(session: Session, scope: Scope, sought: Sought, *, number: int = 0) -> int:
    return session.execute(select(func.count(TABLE.c.id)).where(*_sought(scope, sought, number))).scalar_one()


def rules_of(session: Session, refusals: Sequence[Refusal]) -> dict[int, list[str]]:
    """The rules that stood against each of these."""
    wanted = select(col(RefusalRule.refusal_id), col(RefusalRule.rule)).where(
        col(RefusalRule.refusal_id).in_([each.id for each in refusals])
    )
    found: dict[int, list[str]] = {}
    for refusal, rule in session.execute(wanted.order_by(col(RefusalRule.rule))):
        found.setdefault(refusal, []).append(rule)
    return found


def is_wish(scope: Scope) -> ColumnElement[bool]:
    """Whether a click is the last one on its option in its journey that the period holds."""
    return TABLE.c.again_at.is_(None) | (TABLE.c.again_at >= scope.ends)


def is_unmet() -> ColumnElement[bool]:
    return func.coalesce(TABLE.c.outcome, "") != Outcome.REPAIR.value


def is_at_stake(scope: Scope) -> ColumnElement[bool]:
    """Whether a wish ended without the option, in a journey that did not end with an order."""
    # Few journeys end with an order: to know those is quicker than to look each journey up.
    ordered = select(col(Journey.id)).where(
        col(Journey.family) == scope.family, col(Journey.ordered_at).is_not(None)
    )
    return and_(is_wish(scope), is_unmet(), TABLE.c.journey_id.not_in(ordered))


def _sought(scope: Scope, sought: Sought, number: int) -> list[ColumnElement[bool]]:
    found = scope.of_refusals()
    if sought.each_once:
        found.append(is_wish(scope))
    if sought.option is not None:
        found += [TABLE.c.option_group == sought.option.group, TABLE.c.option == sought.option.option]
    if sought.outcome is not None:
        outcome = None if sought.outcome == STOPPED else sought.outcome
        found.append(TABLE.c.outcome == outcome if outcome else TABLE.c.outcome.is_(None))
    if sought.unmet:
        found.append(is_unmet())
    if sought.at_stake:
        found.append(is_at_stake(scope))
    if sought.offered:
        found.append(TABLE.c.extra.is_not(None))
    if sought.band is not None:
        found += [TABLE.c.extra.is_not(None), band_of() == sought.band]
    if sought.rule is not None:
        rule = col(RefusalRule.rule) == sought.rule
        found.append(TABLE.c.id.in_(select(col(RefusalRule.refusal_id)).where(rule)))
        if sought.verdict is not None:
            found.append(_has_verdict(sought.rule, sought.verdict, number))
    return found


def _has_verdict(rule: str, verdict: str, number: int) -> ColumnElement[bool]:
    answered = [col(Answer.rule) == rule, col(Answer.version) == number]
    if verdict == OPEN:
        return TABLE.c.question.not_in(select(col(Answer.question)).where(*answered))
    return TABLE.c.question.in_(select(col(Answer.question)).where(*answered, col(Answer.verdict) == verdict))


# What the best repair asked for on top, in hundredths of the build's total: up to nothing, 2, 5, 10, 20, and more.
BANDS = (0, 2, 5, 10, 20)


def band_of() -> ColumnElement[int]:
    """The place of a refusal's band in BANDS; one more for what lies above them all."""
    bounds = [(TABLE.c.extra * 100 <= TABLE.c.total * bound, place) for place, bound in enumerate(BANDS)]
    return case(*bounds, else_=len(BANDS))
