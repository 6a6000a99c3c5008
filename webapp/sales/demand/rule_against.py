"""Rules against wishes: how often each stood in the way, what shoppers did then, and what would be if it went.

A wish that two rules stand against is counted with each of them.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.demand.answer import Answer
from webapp.sales.demand.refusal import Outcome, RefusalRule
from webapp.sales.demand.refused import OPEN, STOPPED, TABLE, Refused, is_at_stake, is_wish, most_wished_first
from webapp.sales.demand.scope import Scope

OUTCOMES = (Outcome.REPAIR.value, Outcome.BACK.value, Outcome.KEPT_ON.value, STOPPED)


CLICK, WISH, AT_STAKE = range(3)  # what a row stands for: a click alone, a wish too, money at stake besides


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


class RuleAgainst(NamedTuple):
    """One rule: what it refused, and what would be without it."""

    refused: Refused
    what_if: WhatIf


def rules_against(session: Session, scope: Scope, number: int, rule: str | None = None) -> list[RuleAgainst]:
    """Each rule that stood against anything, the one against most wishes first, or one rule alone.

    `number`: the version on sale, whose answers count.
    """
    # One pass over narrow rows, past the session's own objects: to sort them by rule and journey, or to make something
    # of each, would take far longer.
    rows = session.connection().execute(_narrow(scope, number, rule)).all()
    clicks = Counter(map(itemgetter(0), rows))
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for (code, outcome, standing, verdict), count in Counter(map(itemgetter(0, 3, 4, 5), rows)).items():
        if standing != CLICK:
            outcomes[code][outcome or STOPPED] += count
            verdicts[code][verdict or OPEN] += count
    stakes = _stakes(rows)
    found = []
    for code, ended in outcomes.items():
        repaired, back, kept_on, stopped = (ended[name] for name in OUTCOMES)
        refused = Refused(code, clicks[code], ended.total(), repaired, back, kept_on, stopped, stakes[code])
        found.append(RuleAgainst(refused, WhatIf(**verdicts[code])))
    return sorted(found, key=lambda each: most_wished_first(each.refused))


def _stakes(rows: Sequence[Any]) -> Counter[str]:
    """Money at stake by rule: of each journey its dearest build."""
    dearest: dict[tuple[str, int], int] = {}
    for code, journey, total, _outcome, standing, _verdict in rows:
        if standing == AT_STAKE:
            key = code, journey
            if dearest.setdefault(key, total) < total:
                dearest[key] = total
    stakes: Counter[str] = Counter()
    for (code, _journey), total in dearest.items():
        stakes[code] += total
    return stakes


def options_of(session: Session, scope: Scope, rule: str) -> list[tuple[OptionKey, int]]:
    """The options that a rule stood against, by wishes."""
    count = func.count()
    rows = (
        select(TABLE.c.option_group, TABLE.c.option, count)
        .join(RefusalRule, col(RefusalRule.refusal_id) == TABLE.c.id)
        .where(*scope.of_refusals(), is_wish(scope), col(RefusalRule.rule) == rule)
        .group_by(TABLE.c.option_group, TABLE.c.option)
        .order_by(count.desc(), TABLE.c.option_group, TABLE.c.option)
    )
    return [(OptionKey(group, option), number) for group, option, number in session.execute(rows)]


def _narrow(scope: Scope, number: int, rule: str | None) -> Select[Any]:
    answered = and_(
        col(Answer.rule) == col(RefusalRule.rule),
        col(Answer.question) == TABLE.c.question,
        col(Answer.version) == number,
    )
    rows = (
        select(
            col(RefusalRule.rule),
            TABLE.c.journey_id,
            TABLE.c.total,
            TABLE.c.outcome,
            case((is_at_stake(scope), AT_STAKE), (is_wish(scope), WISH), else_=CLICK),
            col(Answer.verdict),
        )
        .join(RefusalRule, col(RefusalRule.refusal_id) == TABLE.c.id)
        .outerjoin(Answer, answered)
        .where(*scope.of_refusals())
    )
    return rows if rule is None else rows.where(col(RefusalRule.rule) == rule)
