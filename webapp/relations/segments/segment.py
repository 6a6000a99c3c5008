"""Segments: rules about customers that are kept under a name. Who is in one is asked anew each time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.colleague import Colleague
from webapp.sales.key import new_code

LONGEST_TITLE = 80
MOST = 200  # of a shop; each is counted every day


class TooMany(Exception):
    """There are as many segments as there may be."""


class Changed(Exception):
    """Somebody else has changed the segment since it was looked at."""


class Segment(SQLModel, table=True):
    """A rule about customers, with its name. `edition` counts how often the rule was changed."""

    __tablename__ = "segments"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(default_factory=new_code, unique=True, max_length=16)
    token: str = Field(
        unique=True, max_length=64, description="of the form that made it: sent twice, made once"
    )
    title: str = Field(max_length=LONGEST_TITLE)
    rule: str = Field(max_length=2000)
    edition: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    made_at: datetime
    changed_at: datetime
    changed_by: str = Field(max_length=100, description="the colleague, as they were called then")


def make(session: Session, title: str, rule: str, *, token: str, who: Colleague, at: datetime) -> Segment:
    """Keeps a rule that was read before; the same form sent again answers with what it made. Raises TooMany."""
    kept = session.exec(select(Segment).where(Segment.token == token)).first()
    if kept is not None:
        return kept
    if len(listed(session)) >= MOST:
        raise TooMany
    fresh = Segment(token=token, title=title, rule=rule, made_at=at, changed_at=at, changed_by=who.name)
    session.add(fresh)
    session.flush()
    return fresh


def change(kept: Segment, title: str, rule: str, *, seen: int, who: Colleague, at: datetime) -> bool:
    """Gives a segment another name or rule; whether that changed anything. It was read for update.

    Raises Changed where its rule is not the one that was seen any more.
    """
    if (kept.title, kept.rule) == (title, rule):
        return False
    if kept.edition != seen:
        raise Changed
    kept.edition += kept.rule != rule
    kept.title, kept.rule, kept.changed_at, kept.changed_by = title, rule, at, who.name
    return True


def remove(session: Session, kept: Segment) -> None:
    """Its sizes go with it."""
    session.delete(kept)


def listed(session: Session) -> Sequence[Segment]:
    """All of them by name."""
    return session.exec(select(Segment).order_by(col(Segment.title), col(Segment.id))).all()


def by_code(session: Session, code: str, *, for_update: bool = False) -> Segment | None:
    query = select(Segment).where(Segment.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()
