"""Answering: the worker asks the engine of each refused question what would be if one of its rules went."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import func, select
from sqlmodel import Session, col

from catalog.choices import read
from catalog.expression import OptionKey
from catalog.lifting import Lifting
from webapp.catalogues.published import Published
from webapp.locks import alone
from webapp.sales.demand.answer import Answer, Verdict
from webapp.sales.demand.refusal import LIMIT, Refusal, RefusalRule

BATCH = 300  # questions of one transaction


class Question(NamedTuple):
    """What was asked, and which rule is to be thought away."""

    rule: str
    question: str
    choices: str
    pick: OptionKey


class Answering:
    """Keeps a solver for each family, made anew when another version is on sale."""

    def __init__(self) -> None:
        self.solvers: dict[str, tuple[int, Lifting]] = {}

    def answers(self, sold: Published, asked: Sequence[Question]) -> list[Answer]:
        solver = self._solver(sold)
        return [
            Answer(rule=each.rule, question=each.question, version=sold.number, verdict=verdict(solver, each))
            for each in asked
        ]

    def _solver(self, sold: Published) -> Lifting:
        number, found = self.solvers.get(sold.family.code, (0, None))
        if found is None or number != sold.number:
            found = Lifting(sold.family)
            self.solvers[sold.family.code] = sold.number, found
        return found


def keep(session: Session, answers: Sequence[Answer]) -> None:
    """Keeps answers in place of older ones."""
    alone(session, "demand answers")
    for answer in answers:
        session.merge(answer)


def verdict(solver: Lifting, asked: Question) -> str:
    """What the family of a solver says of a question."""
    family = solver.formula.family
    reading = read(family, parse_qsl(asked.choices))
    group = family.group_by_code.get(asked.pick.group)
    if reading.unknown or group is None or asked.pick not in group.cards:
        return Verdict.GONE
    wanted = reading.choices.with_pick(group, asked.pick)
    if solver.fits(wanted):
        return Verdict.ALREADY
    return Verdict.WITHOUT if solver.fits(wanted, without=asked.rule) else Verdict.STILL


def open_questions(session: Session, family: str, number: int, limit: int = BATCH) -> list[Question]:
    """Questions about rules that today's version has not answered, each once."""
    first = (
        select(col(RefusalRule.rule), col(Refusal.question), func.max(Refusal.id).label("latest"))
        .join(Refusal, col(Refusal.id) == RefusalRule.refusal_id)
        .outerjoin(
            Answer, (col(Answer.rule) == RefusalRule.rule) & (col(Answer.question) == Refusal.question)
        )
        .where(
            col(Refusal.family) == family,
            col(RefusalRule.rule).not_like(f"{LIMIT}%"),
            col(Answer.version).is_(None) | (col(Answer.version) != number),
        )
        .group_by(col(RefusalRule.rule), col(Refusal.question))
        .limit(limit)
        .subquery()
    )
    rows = select(
        first.c.rule,
        first.c.question,
        col(Refusal.choices),
        col(Refusal.option_group),
        col(Refusal.option),
    ).join(Refusal, col(Refusal.id) == first.c.latest)
    return [
        Question(rule, question, choices, OptionKey(group, option))
        for rule, question, choices, group, option in session.execute(rows)
    ]
