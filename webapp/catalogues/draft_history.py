"""The history of a draft: its revisions without their documents, and what undo and redo lead to."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from webapp.catalogues.draft import Act, DraftRevision


class Line(NamedTuple):
    """A revision, without its document."""

    number: int
    version: int | None
    act: str
    author: str
    at: datetime
    note: str
    merged_from: int | None


class Steps(NamedTuple):
    """The revisions whose documents undo and redo bring back; None where there is nothing to."""

    undo: int | None
    redo: int | None


_LINES = select(
    DraftRevision.number,
    DraftRevision.version,
    DraftRevision.act,
    DraftRevision.author,
    DraftRevision.at,
    DraftRevision.note,
    DraftRevision.merged_from,
)  # type: ignore[call-overload]


def lines(
    session: Session, code: str, *, before: int | None = None, after: int = 0, limit: int | None = None
) -> Sequence[Line]:
    """The revisions of a draft, the newest first; `before`, `after`: only those between the two numbers."""
    found = _LINES.where(DraftRevision.family_code == code, col(DraftRevision.number) > after)
    if before is not None:
        found = found.where(col(DraftRevision.number) < before)
    rows = session.execute(found.order_by(col(DraftRevision.number).desc()).limit(limit))
    return [Line(*row) for row in rows]


def steps(session: Session, code: str) -> Steps:
    """Where undo and redo lead, replayed from how each revision came about: no revision is ever taken away."""
    rows = session.execute(
        select(DraftRevision.number, DraftRevision.act)
        .where(DraftRevision.family_code == code)
        .order_by(col(DraftRevision.number))
    )
    past: list[int] = []
    future: list[int] = []
    current = 0
    for number, act in rows:
        if act == Act.UNDONE and past:
            future.append(current)
            current = past.pop()
        elif act == Act.REDONE and future:
            past.append(current)
            current = future.pop()
        else:
            if current:
                past.append(current)
            current, future = number, []
    return Steps(past[-1] if past else None, future[-1] if future else None)
