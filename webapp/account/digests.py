"""What the worker does for topics: it gathers what has come together, and writes to each who wants to hear of it."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from webapp import clock, outbox
from webapp.account import digest_letter
from webapp.account.topic_titles import TopicTitles
from webapp.customers import letter_cap
from webapp.customers.customer import Customer
from webapp.database import Database
from webapp.outbox import Letter
from webapp.relations.news import digest, gathering, price_fall, subscriber
from webapp.relations.news.gathering import Plan
from webapp.relations.news.subscriber import Subscriber
from webapp.sales.build import Build
from webapp.sales.held_letter import HeldLetter
from webapp.settings import Settings

log = logging.getLogger(__name__)

A_FEW = 200  # rows of one transaction
PATIENCE = 3.0  # seconds of one turn
REST = 9  # times as long as it took to look at all subscribers


class Digests:
    """One worker's share: some seconds of a turn, since other letters wait meanwhile; the next turn goes on there.

    After all subscribers it rests for a while, the longer the more there are, so that looking never fills its day.
    """

    def __init__(self, settings: Settings, *, seconds: float = PATIENCE) -> None:
        self.settings, self.seconds = settings, seconds
        self.after, self.took, self.rests_until = 0, 0.0, 0.0

    def __call__(self, database: Database, at: datetime) -> None:
        began = time.monotonic()
        if began < self.rests_until:
            return
        if not self.after:
            prepare(self.settings, database, at)
        self.after = _tell(self.settings, database, at, after=self.after, deadline=began + self.seconds)
        self.took += time.monotonic() - began
        if not self.after:
            self.rests_until, self.took = time.monotonic() + REST * self.took, 0.0


def tell(settings: Settings, database: Database, at: datetime) -> None:
    """Writes all the digests that are due. Letters need the application's context."""
    prepare(settings, database, at)
    _tell(settings, database, at)


def _tell(
    settings: Settings, database: Database, at: datetime, *, after: int = 0, deadline: float | None = None
) -> int:
    """Writes digests of subscribers from a number on; the number to go on from, 0 where all have been looked at.

    A letter is rendered before the transaction that keeps it and notes what it tells: who dies in between has sent
    nothing and noted nothing, and whoever is slower than another worker writes nothing.
    """
    while True:
        with database.reading() as session:
            batch = gathering.gather(session, at=at, zone=settings.time_zone, after=after)
            plans = _with_room(session, batch.plans, settings, at)
            titles = TopicTitles(session.connection()) if plans else None
        for place, plan in enumerate(plans):
            if place and deadline is not None and time.monotonic() > deadline:
                return (plan.subscriber.id or 0) - 1
            letter = _written(plan, titles) if titles else None
            if letter is None:
                continue
            with database.writing() as session:
                digest.write(
                    session,
                    plan.subscriber.id or 0,
                    plan.entries,
                    letter,
                    most=settings.letters_per_week,
                    at=at,
                )
        if batch.last is None:
            return 0
        after = batch.last
        if deadline is not None and time.monotonic() > deadline:
            return after


def prepare(settings: Settings, database: Database, at: datetime) -> None:
    """Notes what has left, lets guests who have an account now be customers, and watches what subscribers keep."""
    today = clock.day_of(at, settings.time_zone)
    with database.reading() as session:
        is_under_way = digest.has_to_settle(session)
        people = [*subscriber.with_accounts(session, limit=A_FEW), *_waiting(session)]
        builds = price_fall.unwatched(session, limit=A_FEW)
    if not (is_under_way or people or builds):
        return
    with database.writing() as session:
        digest.settle(session)
        for one in people:
            if (who := session.get(Customer, one.id)) is not None:
                subscriber.for_customer(session, who, at=at)
        for each in builds:
            price_fall.watch_over(session, each, today, at=at)


def _waiting(session: Session) -> list[Customer]:
    """Customers for whom a letter is held, and who subscribe to nothing yet."""
    query = (
        select(Customer)
        .join(Build, col(Build.owner) == Customer.owner)
        .join(HeldLetter, col(HeldLetter.build_id) == Build.id)
        .outerjoin(Subscriber, col(Subscriber.customer_id) == Customer.id)
        .where(col(Subscriber.id).is_(None))
        .limit(A_FEW)
    )
    return list(session.exec(query))


def _with_room(session: Session, plans: Sequence[Plan], settings: Settings, at: datetime) -> list[Plan]:
    """Those that are worth the rendering; what holds is asked again in the transaction."""
    had = outbox.optional_counts(session, {plan.email for plan in plans}, since=at - letter_cap.WEEK)
    return [plan for plan in plans if had.get(plan.email, 0) < settings.letters_per_week]


def _written(plan: Plan, titles: TopicTitles) -> Letter | None:
    try:
        return digest_letter.written(plan, titles)
    except Exception:  # the others are written to
        log.exception("no digest for subscriber %s", plan.subscriber.id)
        return None
