"""How much an editor may publish alone: beyond these limits, which owners set, it takes an owner."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel


class PublishingLimit(SQLModel, table=True):
    """The limits of one family; None where there is none of a kind."""

    __tablename__ = "publishing_limits"

    family_code: str = Field(primary_key=True, max_length=64)
    most_builds: int | None = Field(
        default=None, description="kept builds that can no longer be had as they are"
    )
    most_percent: int | None = Field(
        default=None, description="of all kept builds, that can no longer be had"
    )
    most_money: int | None = Field(default=None, description="minor units of the family's currency, at stake")
    set_by: str = Field(max_length=100)
    set_at: datetime


def of(session: Session, code: str) -> PublishingLimit | None:
    return session.get(PublishingLimit, code)


def put(
    session: Session,
    code: str,
    *,
    most_builds: int | None,
    most_percent: int | None,
    most_money: int | None,
    who: str,
    at: datetime,
) -> PublishingLimit:
    """Sets the limits of a family."""
    limit = session.get(PublishingLimit, code)
    if limit is None:
        limit = PublishingLimit(family_code=code, set_by=who, set_at=at)
        session.add(limit)
    limit.most_builds, limit.most_percent, limit.most_money = most_builds, most_percent, most_money
    limit.set_by, limit.set_at = who, at
    return limit


def passed(limit: PublishingLimit | None, *, broken: int, builds: int, money: int) -> list[str]:
    """Which limits are passed, by their names: `broken` of `builds` can no longer be had, `money` is at stake."""
    if limit is None:
        return []
    found = []
    if limit.most_builds is not None and broken > limit.most_builds:
        found.append("most_builds")
    if limit.most_percent is not None and broken * 100 > limit.most_percent * builds:
        found.append("most_percent")
    if limit.most_money is not None and money > limit.most_money:
        found.append("most_money")
    return found
