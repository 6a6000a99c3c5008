"""Refusals counted: a period's clicks on what was out, in all, by option and by rule, from one reading of them."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, case, select
from sqlmodel import Session, col

from webapp.sales.demand.answer import Answer
from webapp.sales.demand.journey import Journey
from webapp.sales.demand.refusal import Outcome, RefusalRule
from webapp.sales.demand.refused import OPEN, TABLE, Refused, is_wish, most_wished_first
from webapp.sales.demand.scope import Scope

Numbers = NDArray[np.int64]
ENDED = {Outcome.REPAIR.value: 0, Outcome.BACK.value: 1, Outcome.KEPT_ON.value: 2}
STOPPED, OTHERWISE, CLICK = (
    3,
    4,
    5,
)  # nothing came after it; the same wish once more, later; no wish, but a click


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


class RefusalsCounted:
    """The refusals of a period as columns of numbers, which are counted far quicker than rows are grouped."""

    def __init__(self, session: Session, scope: Scope) -> None:
        # Past the session's own objects: there are a hundred thousand rows.
        self.scope, self.rows = scope, session.connection()
        columns = list(zip(*self.rows.execute(_flat(scope)).all(), strict=True)) or [()] * 6
        self.ids, self.journeys, self.totals, self.ended = (_numbers(column) for column in columns[:4])
        self.options, self.option = _coded(map(".".join, zip(columns[4], columns[5], strict=True)))
        ordered = _numbers([row[0] for row in self.rows.execute(_ordered(scope))])
        self.is_wish = self.ended != CLICK
        self.is_at_stake = self.is_wish & (self.ended != 0) & ~np.isin(self.journeys, ordered)

    @cached_property
    def in_all(self) -> Refused:
        """All of them; each journey's money once."""
        nothing = np.zeros(len(self.ids), dtype=np.int64)
        return (
            self._counted([""], nothing, slice(None))[0]
            if len(self.ids)
            else Refused("", 0, 0, 0, 0, 0, 0, 0)
        )

    @cached_property
    def by_option(self) -> list[Refused]:
        """Each option that was refused, the one most wished for first; named `group.option`."""
        return sorted(self._counted(self.options, self.option, slice(None)), key=most_wished_first)

    def by_rule(self, number: int, rule: str | None = None) -> list[RuleAgainst]:
        """Each rule that stood against anything, the one against most wishes first, or one rule alone.

        A wish that two rules stand against counts with each. `number`: the version on sale, whose answers count.
        """
        if not len(self.ids):
            return []
        rows = self.rows.execute(_rules(int(self.ids.min()), int(self.ids.max()), rule)).all()
        refusals = _numbers([row[0] for row in rows])
        rules, which = _coded(row[1] for row in rows)
        order = np.argsort(self.ids)
        place = np.minimum(np.searchsorted(self.ids, refusals, sorter=order), len(order) - 1)
        place = order[place]
        known = self.ids[place] == refusals  # others are of other families or days
        place, which = place[known], which[known]
        verdicts = self._verdicts(number, rules, which, place)
        counted = self._counted(rules, which, place)
        found = [RuleAgainst(each, WhatIf(**verdicts[each.name])) for each in counted if each.wishes]
        return sorted(found, key=lambda each: most_wished_first(each.refused))

    def _counted(self, names: Sequence[str], which: Numbers, place: Numbers | slice) -> list[Refused]:
        """What became of clicks, by name: `which` name each has, and at what place each stands."""
        ended, at_stake = self.ended[place], self.is_at_stake[place]
        table = np.bincount(which * (CLICK + 1) + ended, minlength=len(names) * (CLICK + 1))
        stakes = _dearest(
            which[at_stake], self.journeys[place][at_stake], self.totals[place][at_stake], len(names)
        )
        found = []
        for name, row, stake in zip(names, table.reshape(-1, CLICK + 1).tolist(), stakes, strict=True):
            repaired, back, kept_on, stopped, _otherwise, _click = row
            found.append(Refused(name, sum(row), sum(row[:CLICK]), repaired, back, kept_on, stopped, stake))
        return found

    def _verdicts(
        self, number: int, rules: Sequence[str], which: Numbers, place: Numbers
    ) -> dict[str, dict[str, int]]:
        """How many wishes against which a rule stood have which answer."""
        wished = self.is_wish[place]
        which, place = which[wished], place[wished]
        answered = select(col(Answer.rule), col(Answer.question), col(Answer.verdict))
        rows = self.rows.execute(answered.where(col(Answer.version) == number)).all()
        known = {(rule, question): verdict for rule, question, verdict in rows}
        if not known:
            counts = np.bincount(which, minlength=len(rules)).tolist()
            return {rule: {OPEN: count} for rule, count in zip(rules, counts, strict=True)}
        questions = {row.id: row.question for row in self.rows.execute(_questions(self.scope))}
        asked = zip(which.tolist(), self.ids[place].tolist(), strict=True)
        found: dict[str, dict[str, int]] = {rule: {} for rule in rules}
        for code, refusal in asked:
            counts_of = found[rules[code]]
            verdict = known.get((rules[code], questions[refusal]), OPEN)
            counts_of[verdict] = counts_of.get(verdict, 0) + 1
        return found


def _flat(scope: Scope) -> Select:
    outcome = TABLE.c.outcome
    ended = case(
        (~is_wish(scope), CLICK),
        *((outcome == name, code) for name, code in ENDED.items()),
        (outcome.is_(None), STOPPED),
        else_=OTHERWISE,
    )
    columns = (TABLE.c.id, TABLE.c.journey_id, TABLE.c.total, ended, TABLE.c.option_group, TABLE.c.option)
    return select(*columns).where(*scope.of_refusals())


def _questions(scope: Scope) -> Select:
    return select(TABLE.c.id, TABLE.c.question).where(*scope.of_refusals())


def _ordered(scope: Scope) -> Select:
    """Journeys that ended with an order, which are few."""
    return select(col(Journey.id)).where(
        col(Journey.family) == scope.family, col(Journey.ordered_at).is_not(None)
    )


def _rules(first: int, last: int, rule: str | None) -> Select:
    rows = select(col(RefusalRule.refusal_id), col(RefusalRule.rule)).where(
        col(RefusalRule.refusal_id).between(first, last)
    )
    return rows if rule is None else rows.where(col(RefusalRule.rule) == rule)


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype=np.int64)


def _coded(names: Iterable[str]) -> tuple[list[str], Numbers]:
    """The names that there are, and of each thing the place of its own among them."""
    known: dict[str, int] = {}
    codes = [known.setdefault(name, len(known)) for name in names]
    return list(known), _numbers(codes)


def _dearest(which: Numbers, journeys: Numbers, totals: Numbers, width: int) -> list[int]:
    """Sums of money by name, of each journey its dearest build."""
    order = np.lexsort((totals, journeys, which))
    which, journeys, totals = which[order], journeys[order], totals[order]
    is_last = np.ones(len(which), dtype=bool)
    is_last[:-1] = (which[1:] != which[:-1]) | (journeys[1:] != journeys[:-1])
    sums = np.zeros(width, dtype=np.int64)
    np.add.at(sums, which[is_last], totals[is_last])
    return sums.tolist()
