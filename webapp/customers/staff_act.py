"""What members of staff did: who, when, from where, what, before and after. Only ever added to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import JSON, Index, Text, cast, func, or_, text
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.colleague import Colleague

PAGE = 50
LONGEST_WORDS = 100


class StaffAct(SQLModel, table=True):
    """One act of one member of staff on one thing, such as an order."""

    __tablename__ = "staff_acts"
    __table_args__ = (Index("ix_staff_acts_thing", "thing", "thing_id"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_member_id: int = Field(foreign_key="staff_members.id", ondelete="RESTRICT")
    staff_name: str = Field(max_length=100, description="as it was then")
    at: datetime
    act: str = Field(max_length=40)
    thing: str = Field(max_length=40)
    thing_id: str = Field(max_length=60)
    before: dict[str, JsonValue] = Field(sa_type=JSON)
    after: dict[str, JsonValue] = Field(sa_type=JSON)
    note: str = Field(default="", max_length=500)
    address: str = Field(
        default="",
        max_length=60,
        sa_column_kwargs={"server_default": text("''")},
        description="where it was asked from",
    )
    session_id: int | None = Field(
        default=None, description="the sign-in it was done under; may be gone since"
    )


@dataclass(frozen=True)
class Search:
    """What to look for in the record; whatever is left out is of any kind. `until` is the first moment too late."""

    who: int | None = None
    act: str = ""
    thing: str = ""
    thing_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


def record(
    session: Session,
    who: Colleague,
    act: str,
    thing: tuple[str, str],
    *,
    before: Mapping[str, JsonValue],
    after: Mapping[str, JsonValue],
    at: datetime,
    note: str = "",
) -> StaffAct:
    """Records an act, in the transaction of the act itself."""
    done = StaffAct(
        staff_member_id=who.id,
        staff_name=who.name,
        at=at,
        act=act,
        thing=thing[0],
        thing_id=thing[1],
        before=dict(before),
        after=dict(after),
        note=note,
        address=who.address[:60],
        session_id=who.session_id,
    )
    session.add(done)
    return done


def on(session: Session, thing: tuple[str, str], *, limit: int | None = None) -> Sequence[StaffAct]:
    """What was done to a thing, the latest first."""
    return session.exec(
        select(StaffAct)
        .where(StaffAct.thing == thing[0], StaffAct.thing_id == thing[1])
        .order_by(col(StaffAct.id).desc())
        .limit(limit)
    ).all()


def latest(session: Session, search: Search, *, before: int, limit: int) -> Sequence[StaffAct]:
    """What was done, the latest first, from a row on."""
    found = select(StaffAct).where(StaffAct.id < before, *_conditions(search))  # type: ignore[operator]
    return session.exec(found.order_by(col(StaffAct.id).desc()).limit(limit)).all()


def kinds(session: Session) -> Sequence[tuple[str, str]]:
    """Each act that was ever done, with the kind of thing it was done to."""
    return session.exec(select(StaffAct.thing, StaffAct.act).distinct().order_by("thing", "act")).all()


def _conditions(search: Search) -> list[Any]:
    exact = {
        "staff_member_id": search.who,
        "act": search.act,
        "thing": search.thing,
        "thing_id": search.thing_id,
    }
    conditions: list[Any] = [getattr(StaffAct, name) == value for name, value in exact.items() if value]
    if search.since:
        conditions.append(col(StaffAct.at) >= search.since)
    if search.until:
        conditions.append(col(StaffAct.at) < search.until)
    texts = (StaffAct.note, StaffAct.thing_id, StaffAct.staff_name, StaffAct.address)
    for word in search.words.split():
        said = [func.lower(col(place)).contains(word.lower(), autoescape=True) for place in texts]
        # JSON keeps what is not English as numbers of signs, which know no capitals: so each way to write the word.
        for spelling in {word, word.lower(), word.capitalize(), word.upper()}:
            kept = json.dumps(spelling)[1:-1].lower()
            said += [
                func.lower(cast(col(place), Text)).contains(kept, autoescape=True)
                for place in (StaffAct.before, StaffAct.after)
            ]
        conditions.append(or_(*said))
    return conditions
