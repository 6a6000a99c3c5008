"""Subscriptions: which topics somebody wants to hear of, how often, in which language, and from when on again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.locks import alone
from webapp.relations.news import topic
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.topic import LONGEST, Topic

MOST = 60  # topics of one subscriber


class Subscription(SQLModel, table=True):
    """One topic of one subscriber."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("subscriber_id", "topic"),)

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscribers.id", ondelete="CASCADE")
    topic: str = Field(max_length=LONGEST, index=True)
    frequency: str = Field(max_length=10)
    language: str = Field(max_length=10)
    paused_until: date | None = Field(default=None, description="the first day on which letters come again")
    since: datetime

    @property
    def about(self) -> Topic:
        found = topic.read(self.topic)
        assert found is not None
        return found

    @property
    def how_often(self) -> Frequency:
        return Frequency(self.frequency)

    def is_paused(self, today: date) -> bool:
        return self.paused_until is not None and self.paused_until > today


def of(session: Session, subscriber_id: int) -> Sequence[Subscription]:
    """What somebody subscribes to, in the order in which they did."""
    mine = select(Subscription).where(Subscription.subscriber_id == subscriber_id)
    return session.exec(mine.order_by(col(Subscription.id))).all()


def keep(
    session: Session,
    subscriber_id: int,
    about: Topic,
    *,
    frequency: Frequency,
    language: str,
    paused_until: date | None = None,
    at: datetime,
) -> Subscription | None:
    """Subscribes to a topic, or changes how; None where somebody has as many topics as anybody may have."""
    alone(session, f"subscriptions {subscriber_id}")
    mine = of(session, subscriber_id)
    found = next((one for one in mine if one.topic == about.code), None)
    if found is None and len(mine) >= MOST:
        return None
    if found is None:
        found = Subscription(
            subscriber_id=subscriber_id, topic=about.code, frequency="", language="", since=at
        )
        session.add(found)
    found.frequency, found.language, found.paused_until = frequency.value, language, paused_until
    session.flush()
    return found


def end(session: Session, subscriber_id: int, topics: Sequence[str]) -> None:
    """Ends subscriptions; letters that wait and were about nothing else are called back by `digest.call_back`."""
    mine = col(Subscription.subscriber_id) == subscriber_id
    session.execute(delete(Subscription).where(mine, col(Subscription.topic).in_(topics)))
