"""Where members of staff are signed in: a row for each browser, asked at each request, so that each ends at once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.colleague import Colleague
from webapp.customers.staff_member import StaffMember

SHIFT = timedelta(hours=12)  # a cookie that was left behind or taken opens nothing the next day
NOTED_EVERY = timedelta(minutes=1)
LONGEST_DEVICE = 200


class StaffSession(SQLModel, table=True):
    """One browser of one member of staff. The browser keeps the token, we keep its hash."""

    __tablename__ = "staff_sessions"

    id: int | None = Field(default=None, primary_key=True)
    staff_member_id: int = Field(foreign_key="staff_members.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64, description="SHA-256")
    device: str = Field(default="", max_length=LONGEST_DEVICE, description="as the browser describes itself")
    address: str = Field(default="", max_length=60, description="where it was used last")
    started_at: datetime
    seen_at: datetime
    proven_at: datetime = Field(description="when a code was typed last")
    ended_at: datetime | None = None


def start(
    session: Session, member: StaffMember, token: str, *, device: str, address: str, at: datetime
) -> StaffSession:
    """Lets the holder of a token be this member of staff until the shift is over."""
    assert member.id is not None
    begun = StaffSession(
        staff_member_id=member.id,
        token_hash=_hash(token),
        device=device[:LONGEST_DEVICE],
        address=address[:60],
        started_at=at,
        seen_at=at,
        proven_at=at,
    )
    session.add(begun)
    session.flush()
    return begun


def signed_in(session: Session, token: str, *, at: datetime) -> tuple[StaffSession, StaffMember] | None:
    """Whose browser holds this token."""
    return session.exec(
        select(StaffSession, StaffMember)
        .join(StaffMember, col(StaffMember.id) == col(StaffSession.staff_member_id))
        .where(
            col(StaffSession.token_hash) == _hash(token),
            col(StaffSession.ended_at).is_(None),
            col(StaffSession.started_at) > at - SHIFT,
            col(StaffMember.left_at).is_(None),
        )
    ).first()


def touch(session: Session, who: Colleague, *, at: datetime) -> None:
    """Notes that a browser is in use, and from where."""
    own = col(StaffSession.id) == who.session_id
    session.execute(update(StaffSession).where(own).values(seen_at=at, address=who.address[:60]))


def prove(session: Session, who: Colleague, *, at: datetime) -> None:
    """Notes that a code was typed in this browser just now."""
    own = col(StaffSession.id) == who.session_id
    session.execute(update(StaffSession).where(own).values(proven_at=at))


def living(session: Session, member_id: int, *, at: datetime) -> Sequence[StaffSession]:
    """The browsers that are signed in, the latest used first."""
    theirs = select(StaffSession).where(*_living(member_id), col(StaffSession.started_at) > at - SHIFT)
    latest = (col(StaffSession.seen_at).desc(), col(StaffSession.id).desc())
    return session.exec(theirs.order_by(*latest)).all()


def end(session: Session, member_id: int, number: int, *, at: datetime) -> str | None:
    """Signs one browser of a member of staff out; what it was called, None where there was no such one."""
    one = (*_living(member_id), col(StaffSession.id) == number)
    ended = session.execute(
        update(StaffSession).where(*one).values(ended_at=at).returning(col(StaffSession.device))
    ).first()
    return None if ended is None else ended[0]


def end_all(session: Session, member_id: int, *, at: datetime, but: int | None = None) -> int:
    """Signs a member of staff out everywhere, except for one browser where one is named; how many those were."""
    which = [*_living(member_id)] + ([col(StaffSession.id) != but] if but is not None else [])
    ended = session.execute(
        update(StaffSession).where(*which).values(ended_at=at).returning(col(StaffSession.id))
    )
    return len(ended.all())


def sweep(session: Session, *, before: datetime) -> None:
    """Drops the browsers that were signed out, or whose shift was over, before that time."""
    over = col(StaffSession.started_at) < before - SHIFT
    session.execute(delete(StaffSession).where(or_(col(StaffSession.ended_at) < before, over)))


def _living(member_id: int) -> tuple:
    return (col(StaffSession.staff_member_id) == member_id, col(StaffSession.ended_at).is_(None))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
