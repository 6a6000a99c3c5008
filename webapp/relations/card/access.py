"""Who has looked at whose card: once for each colleague and day, so that it can be said who saw what."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from webapp.customers.staff_act import StaffAct

OPENED = "opened-card"


def is_noted(session: Session, staff_member_id: int, thing: tuple[str, str], *, since: datetime) -> bool:
    """Whether a colleague has opened somebody's card since a moment."""
    opened = select(StaffAct.id).where(
        StaffAct.thing == thing[0],
        StaffAct.thing_id == thing[1],
        StaffAct.act == OPENED,
        StaffAct.staff_member_id == staff_member_id,
        col(StaffAct.at) >= since,
    )
    return session.exec(opened.limit(1)).first() is not None


def start_of_day(at: datetime, zone: str) -> datetime:
    """When the day of a moment began where the shop is."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
