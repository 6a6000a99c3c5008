"""Office hours: on which days of the week messages are answered, from when to when; the owner says so at the desk."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.relations.talk.working_hours import PLAIN_WEEK, Span, WorkingHours
from webapp.sales import calendar


class OfficeDay(SQLModel, table=True):
    """One day of the week, in minutes after midnight. A day that is closed opens and closes at 0."""

    __tablename__ = "office_days"

    weekday: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    opens: int
    closes: int


def week(session: Session) -> Mapping[int, Span]:
    """The days on which somebody answers; without a word from the owner Monday to Friday, nine to six."""
    rows = session.exec(select(OfficeDay).order_by(col(OfficeDay.weekday))).all()
    if not rows:
        return PLAIN_WEEK
    return {row.weekday: Span(row.opens, row.closes) for row in rows if row.closes}


def hours(session: Session, zone: str) -> WorkingHours:
    """Office hours without the days on which the calendar is closed."""
    closed = session.exec(select(calendar.ClosedDay)).all()
    return WorkingHours(ZoneInfo(zone), week(session), frozenset(each.day for each in closed))


def set_week(session: Session, said: Mapping[int, Span]) -> bool:
    """Sets all seven days, those that are missing being closed; whether that is news."""
    assert said, "who never answers can promise nothing"
    if said == week(session):
        return False
    for weekday in range(7):
        span = said.get(weekday, Span(0, 0))
        session.merge(OfficeDay(weekday=weekday, opens=span.opens, closes=span.closes))
    session.flush()
    return True
