"""Whom an item will reach, and when: the rows behind the numbers that staff see before they send it."""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from webapp import clock
from webapp.customers.customer import Customer
from webapp.relations.news import frequency, matching, permission, possession
from webapp.relations.news.matching import NOTHING, Owned
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription

BATCH = 500


class Reached(NamedTuple):
    """Somebody whom an item is for. `day`: of their next letter, None for at once; `misses`: their language's words."""

    email: str
    subscription: Subscription
    is_allowed: bool
    day: date | None
    misses: bool

    @property
    def is_paused(self) -> bool:
        return self.subscription.paused_until is not None and self.subscription.paused_until == self.day


def reach(session: Session, item: NewsItem, *, at: datetime, zone: str) -> list[Reached]:
    """Everybody who follows what an item is about, those included who do not allow letters any more."""
    found: list[Reached] = []
    after = 0
    while True:
        query = select(Subscriber).where(col(Subscriber.id) > after).order_by(col(Subscriber.id)).limit(BATCH)
        those = session.exec(query).all()
        found += _of(session, item, list(those), at, zone)
        if len(those) < BATCH:
            return found
        after = those[-1].id or 0


def why_not(session: Session, item: NewsItem, one: Subscriber, *, at: datetime, zone: str) -> Reached | None:
    """The same for one; None where nothing that they follow fits."""
    return next(iter(_of(session, item, [one], at, zone)), None)


def _of(session: Session, item: NewsItem, those: list[Subscriber], at: datetime, zone: str) -> list[Reached]:
    numbers = [one.id or 0 for one in those]
    mine: dict[int, list[Subscription]] = {}
    for each in session.exec(select(Subscription).where(col(Subscription.subscriber_id).in_(numbers))):
        mine.setdefault(each.subscriber_id, []).append(each)
    customers = {
        one.id: one
        for one in session.exec(
            select(Customer).where(col(Customer.id).in_([each.customer_id for each in those]))
        )
    }
    allowed = permission.of_many(session, those)
    things = possession.of(session, [one.owner for one in customers.values()]) if item.is_care else {}
    found = []
    for one in those:
        who = customers.get(one.customer_id) if one.customer_id else None
        owned: Owned = possession.owned(things.get(who.owner, [])) if who else NOTHING
        followed = mine.get(one.id or 0, [])
        by = matching.first_match(
            item, [each for each in followed if allowed[one.id or 0].allows(each.topic)], owned
        )
        is_allowed = by is not None
        by = by or matching.first_match(item, followed, owned)
        if by is not None:
            misses = by.language not in item.languages()
            email = who.email if who else one.email or ""
            found.append(Reached(email, by, is_allowed, _day(by, at, zone), misses))
    return found


def _day(one: Subscription, at: datetime, zone: str) -> date | None:
    today = clock.day_of(at, zone)
    if one.is_paused(today):
        return one.paused_until
    return frequency.next_day(one.how_often, at, zone)
