"""Answers many questions about the best configuration at once: branch and bound, level by level over the bucket tree.

Rows are partial assignments of any question, and a step settles the next variable of all rows together. A row is
followed while its least cost undercuts its question's best and its least loads keep every limit. First a few rows
a question (a beam; B. T. Lowerre 1976), for a good configuration of each; then all that could still be better.
"""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from catalog.section import Level, Section

BEAM = 8


@dataclass(frozen=True, slots=True)
class Found:
    """Per question the least cost found (or the bar, where nothing lies below), and whether it is proven the least."""

    costs: np.ndarray
    proven: np.ndarray


def best(section: Section, at_most: int, width: int) -> Found:
    """The least cost, at most `at_most`, of each question; `at_most + 1` where there is none.

    Unproven where more than `width` rows a question would have to be followed.
    """
    bars = np.full(section.count, at_most + 1)
    if section.empty:
        return Found(bars, np.ones(section.count, bool))
    levels = section.levels()
    first = _sweep(section, levels, bars, BEAM)
    if first.proven.all():
        return first
    left = np.where(first.proven, np.iinfo(np.int64).min, first.costs)
    second = _sweep(section, levels, left, width)
    return Found(np.where(first.proven, first.costs, second.costs), first.proven | second.proven)


def _sweep(section: Section, levels: list[Level], bars: np.ndarray, width: int) -> Found:
    """The best below each question's bar, from the `width` most promising rows at each level."""
    count, limits = section.count, section.limits
    proven = np.ones(count, bool)
    start = section.least
    passing = start[0] < bars
    if any(taken > count.limit for taken, count in zip(section.counted(), section.counts, strict=True)):
        passing &= False
    for least, limit in zip(start[1:], limits, strict=True):
        passing &= least <= limit
    question = np.flatnonzero(passing)
    sums = [least[question] for least in start]
    states = np.zeros((len(section.sizes), len(question)), np.intp)
    counts = np.repeat(section.counted()[:, None], len(question), axis=1)
    for level in levels:
        if not len(question):
            break
        settled = states[level.separator]
        cells = (level.steps @ settled + level.rows[0] * question)[:, None]
        cells = cells + level.offsets
        message_cells = level.message_steps @ settled + level.rows[1] * question
        after = [
            table.take(cells) + (total - message.take(message_cells))[:, None]
            for table, message, total in zip(level.tables, level.messages, sums, strict=True)
        ]
        passing = after[0] < bars[question][:, None]
        for load, limit in zip(after[1:], limits, strict=True):
            passing &= load <= limit
        for place, adds in level.counts:
            passing &= counts[place][:, None] + adds <= section.counts[place].limit
        rows, taken = np.nonzero(passing)
        question = question[rows]
        kept = _most_promising(question, after[0][rows, taken], count, width, proven)
        if kept is not None:
            rows, taken, question = rows[kept], taken[kept], question[kept]
        sums = [total[rows, taken] for total in after]
        states, counts = states[:, rows], counts[:, rows]
        for place, adds in level.counts:
            counts[place] += adds[taken]
        states[level.variable] = taken
    costs = bars.copy()
    np.minimum.at(costs, question, sums[0])
    return Found(costs, proven)


def _most_promising(
    question: np.ndarray, costs: np.ndarray, count: int, width: int, proven: np.ndarray
) -> np.ndarray | None:
    """Which rows to follow where a question has more than `width`, which then is no longer proven; None: all."""
    if len(question) <= width:
        return None
    each = np.bincount(question, minlength=count)
    if each.max() <= width:
        return None
    proven &= each <= width
    order = np.lexsort((costs, question))
    starts = np.array([0, *accumulate(each.tolist())])
    rank = np.arange(len(order)) - starts[question[order]]
    return order[rank < width]
