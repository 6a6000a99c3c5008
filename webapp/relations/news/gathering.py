"""What has come together for each subscriber: everything that is due, allowed, and was not told yet."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from webapp import clock
from webapp.customers.customer import Customer
from webapp.customers.wording import Purpose
from webapp.relations.news import (
    care,
    digest,
    matching,
    news_item,
    permission,
    possession,
    price_fall,
    wanted_hour,
)
from webapp.relations.news.care import Reminder
from webapp.relations.news.digest import Entry
from webapp.relations.news.frequency import MORNING, told_until
from webapp.relations.news.matching import NOTHING
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.permission import Permission
from webapp.relations.news.possession import Possession
from webapp.relations.news.price_fall import Fall
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind
from webapp.sales import held_letter
from webapp.sales.held_letter import Held

BATCH = 200  # subscribers that are looked at together
KEPT = timedelta(days=92)  # what could not be told for so long, since somebody paused, is not told any more
MOST = 20  # things in one letter; the others come with the next

Thing = NewsItem | Fall | Reminder | Held


class Told(NamedTuple):
    """One thing that a digest tells, and by which topic."""

    entry: Entry
    thing: Thing
    by: Subscription | None


class Plan(NamedTuple):
    """A digest to be written: to whom, in which language, with what."""

    subscriber: Subscriber
    email: str
    language: str
    told: Sequence[Told]
    is_known: bool  # whether it may be known which links they open

    @property
    def entries(self) -> list[Entry]:
        return [each.entry for each in self.told]

    @property
    def subscriptions(self) -> list[Subscription]:
        """Those that the letter is written by, each once."""
        return list({each.by.id: each.by for each in self.told if each.by is not None}.values())

    @property
    def concerns_builds(self) -> bool:
        """Whether it tells something that no subscription asked for, but a consent allows."""
        return any(each.by is None for each in self.told)


class Known(NamedTuple):
    """What was read about a batch of subscribers at once."""

    customers: dict[int, Customer]
    subscriptions: dict[int, list[Subscription]]
    permissions: dict[int, Permission]
    told: set[tuple[int, str]]
    things: dict[str, list[Possession]]
    falls: dict[str, list[Fall]]
    held: dict[str, list[Held]]
    hours: dict[int, time]

    def leaves(self, who: Customer | None) -> time:
        """At which time of the day somebody's weekly and monthly letters leave."""
        return self.hours.get(who.id or 0, MORNING) if who else MORNING


class Batch(NamedTuple):
    """Plans of some subscribers, and the number to go on from; None at the end."""

    plans: list[Plan]
    last: int | None


def gather(session: Session, *, at: datetime, zone: str, after: int = 0) -> Batch:
    """The digests that are due now, of the next subscribers."""
    query = select(Subscriber).where(col(Subscriber.id) > after).order_by(col(Subscriber.id)).limit(BATCH)
    those = session.exec(query).all()
    items = news_item.told(session, since=at - KEPT, until=at)
    known = _known(session, those, at)
    plans = [plan for one in those for plan in _plans(one, known, items, at, zone)]
    return Batch(plans, those[-1].id if len(those) == BATCH else None)


def _known(session: Session, those: Sequence[Subscriber], at: datetime) -> Known:
    numbers = [one.id or 0 for one in those]
    customers = {
        one.id or 0: one
        for one in session.exec(
            select(Customer).where(col(Customer.id).in_([each.customer_id for each in those]))
        )
    }
    mine: dict[int, list[Subscription]] = {}
    every = select(Subscription).where(col(Subscription.subscriber_id).in_(numbers))
    for one in session.exec(every.order_by(col(Subscription.id))):
        mine.setdefault(one.subscriber_id, []).append(one)
    by_kind = _owners_by_kind(those, customers, mine)
    held: dict[str, list[Held]] = {}
    for each in held_letter.of_owners(session, [one.owner for one in customers.values()]):
        held.setdefault(each.build.owner, []).append(each)
    return Known(
        customers,
        mine,
        permission.of_many(session, those),
        digest.told_to(session, numbers),
        possession.of(session, by_kind[Kind.CARE]),
        price_fall.falls(session, by_kind[Kind.PRICES], since=at - KEPT, until=at),
        held,
        wanted_hour.of_many(session, list(customers)),
    )


def _owners_by_kind(
    those: Sequence[Subscriber], customers: dict[int, Customer], mine: dict[int, list[Subscription]]
) -> dict[Kind, list[str]]:
    """Of which customers what they keep or own has to be looked up at all."""
    found: dict[Kind, list[str]] = {Kind.CARE: [], Kind.PRICES: []}
    for one in those:
        if who := customers.get(one.customer_id or 0):
            kinds = {each.about.kind for each in mine.get(one.id or 0, ())}
            for kind, owners in found.items():
                if kind in kinds:
                    owners.append(who.owner)
    return found


def _plans(one: Subscriber, known: Known, items: Sequence[NewsItem], at: datetime, zone: str) -> list[Plan]:
    """One for each language in which somebody wants to hear of something."""
    number, who = one.id or 0, known.customers.get(one.customer_id or 0)
    allowed = known.permissions[number]
    today = clock.day_of(at, zone)
    mine = [
        each
        for each in known.subscriptions.get(number, ())
        if not each.is_paused(today) and allowed.allows(each.topic)
    ]
    found = _news(mine, known, who, items, at, zone)
    if who is not None:
        found += _of_builds(mine, known, who, at, zone)
        if allowed.allows(""):
            found += [
                Told(Entry(f"held:{each.letter.id}"), each, None) for each in known.held.get(who.owner, ())
            ]
    fresh = [each for each in found if (number, each.entry.source) not in known.told]
    by_language: dict[str, list[Told]] = {}
    for each in fresh:
        by_language.setdefault(_language(each), []).append(each)
    email = who.email if who else one.email or ""
    is_known = Purpose.PERSONALISATION in allowed.by
    return [
        Plan(one, email, language, some[:MOST], is_known) for language, some in by_language.items() if email
    ]


def _news(
    mine: Sequence[Subscription],
    known: Known,
    who: Customer | None,
    items: Sequence[NewsItem],
    at: datetime,
    zone: str,
) -> list[Told]:
    things = known.things.get(who.owner, []) if who else []
    owned = possession.owned(things) if things else NOTHING
    today = clock.day_of(at, zone)
    found = []
    number, leaves = mine[0].subscriber_id if mine else 0, known.leaves(who)
    for item in items:
        if (number, f"item:{item.id}") in known.told:
            continue
        due = [each for each in mine if matching.is_due(item, each, at, today, zone, leaves)]
        if (by := matching.first_match(item, due, owned)) is not None:
            found.append(Told(Entry(f"item:{item.id}", by.topic, item.id), item, by))
    return found


def _of_builds(
    mine: Collection[Subscription], known: Known, who: Customer, at: datetime, zone: str
) -> list[Told]:
    """Price falls of what they keep, and care of what they own."""
    found: list[Told] = []
    for one in mine:
        until = told_until(one.how_often, at, zone, known.leaves(who))
        if one.about.kind is Kind.PRICES:
            found += [
                Told(Entry(fall.source, one.topic), fall, one)
                for fall in known.falls.get(who.owner, ())
                if one.since <= fall.sighting.at <= until
            ]
        elif one.about.kind is Kind.CARE:
            since = max(one.since, at - care.LATE)
            due = care.reminders(known.things.get(who.owner, ()), since=since, until=until)
            found += [Told(Entry(each.source, one.topic), each, one) for each in due]
    return found


def _language(each: Told) -> str:
    if each.by is not None:
        return each.by.language
    return each.thing.letter.language if isinstance(each.thing, Held) else ""
