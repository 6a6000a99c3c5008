"""What members of staff did: who, when, what, before and after. Only ever added to."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.staff_member import StaffMember


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


def record(
    session: Session,
    who: StaffMember,
    act: str,
    thing: tuple[str, str],
    *,
    before: dict[str, JsonValue],
    after: dict[str, JsonValue],
    at: datetime,
    note: str = "",
) -> StaffAct:
    """Records an act, in the transaction of the act itself."""
    assert who.id is not None
    done = StaffAct(
        staff_member_id=who.id,
        staff_name=who.name,
        at=at,
        act=act,
        thing=thing[0],
        thing_id=thing[1],
        before=before,
        after=after,
        note=note,
    )
    session.add(done)
    return done


def on(session: Session, thing: tuple[str, str]) -> Sequence[StaffAct]:
    """What was done to a thing, the latest first."""
    return session.exec(
        select(StaffAct)
        .where(StaffAct.thing == thing[0], StaffAct.thing_id == thing[1])
        .order_by(col(StaffAct.id).desc())
    ).all()
