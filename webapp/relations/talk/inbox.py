"""The inbox of the desk: who waits for an answer first, by when they were promised one, then by their level."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from webapp.customers.customer import Customer
from webapp.customers.staff_member import StaffMember
from webapp.relations.talk.message import Message
from webapp.relations.talk.thread import State, Thread

PAGE = 50


class Box(StrEnum):
    """What of it is looked at."""

    WAITING = "waiting"
    MINE = "mine"  # open, and given to me
    UNASSIGNED = "unassigned"  # open, and given to nobody
    ALL = "all"  # closed ones, too


class Entry(NamedTuple):
    """One thread with whom it is with, who is to answer, and what was said last."""

    thread: Thread
    name: str
    email: str
    assigned: str
    last: Message | None

    @property
    def who(self) -> str:
        return self.name or self.email


def of(
    session: Session, box: Box, *, staff_member_id: int, skip: int = 0, limit: int = PAGE
) -> Sequence[Entry]:
    """A part of it. Two statements."""
    return _entries(session, *_which(box, staff_member_id), skip=skip, limit=limit)


def with_person(session: Session, owner: str, *, limit: int) -> Sequence[Entry]:
    """The threads with one person, who waits before the others. Two statements."""
    return _entries(session, Thread.owner == owner, limit=limit)


def about_order(session: Session, order_id: int, *, limit: int) -> Sequence[Entry]:
    """The threads about an order."""
    return _entries(session, Thread.order_id == order_id, limit=limit)


def waiting(session: Session) -> int:
    """In how many threads somebody waits for an answer."""
    count = select(func.count()).select_from(Thread).where(col(Thread.awaiting_since).is_not(None))
    return session.exec(count).one()


def counts(session: Session, *, staff_member_id: int) -> dict[Box, int]:
    """How many threads are in each box but the last. One statement."""
    boxes = (Box.WAITING, Box.MINE, Box.UNASSIGNED)
    sums = [func.sum(case((_all(_which(box, staff_member_id)), 1), else_=0)) for box in boxes]
    found = session.execute(select(*sums).where(Thread.state == State.OPEN.value)).one()
    return {box: int(number or 0) for box, number in zip(boxes, found, strict=True)}


def _which(box: Box, staff_member_id: int) -> list[Any]:
    is_open = Thread.state == State.OPEN.value
    match box:
        case Box.WAITING:
            return [col(Thread.awaiting_since).is_not(None)]
        case Box.MINE:
            return [is_open, Thread.assigned_id == staff_member_id]
        case Box.UNASSIGNED:
            return [is_open, col(Thread.assigned_id).is_(None)]
        case _:
            return []


def _all(conditions: list[Any]) -> Any:
    found = conditions[0]
    for each in conditions[1:]:
        found = found & each
    return found


def _entries(session: Session, *which: Any, skip: int = 0, limit: int) -> Sequence[Entry]:
    query = (
        select(Thread, Customer.name, Customer.email, StaffMember.name)
        .outerjoin(Customer, col(Customer.id) == col(Thread.customer_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Thread.assigned_id))
        .where(*which)
        .order_by(
            col(Thread.awaiting_since).is_(None),
            col(Thread.promised_by).is_(None),
            col(Thread.promised_by),
            col(Thread.level_rank).desc(),
            col(Thread.awaiting_since),
            col(Thread.latest_at).desc(),
            col(Thread.id).desc(),
        )
        .offset(skip)
        .limit(limit)
    )
    rows = session.exec(query).all()
    last = _last(session, [one.id or 0 for one, *_ in rows])
    return [
        Entry(one, name or one.name, email or one.email, who or "", last.get(one.id or 0))
        for one, name, email, who in rows
    ]


def _last(session: Session, threads: Sequence[int]) -> dict[int, Message]:
    """What was said last in each."""
    latest = (
        select(func.max(Message.id))
        .where(col(Message.thread_id).in_(threads))
        .group_by(col(Message.thread_id))
    )
    found = session.exec(select(Message).where(col(Message.id).in_(latest))).all()
    return {each.thread_id: each for each in found}
