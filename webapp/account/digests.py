"""What the worker does for topics: it gathers what has come together, and writes to each who wants to hear of it."""

import logging
from datetime import datetime

from sqlmodel import Session, col, select

from webapp import clock, outbox
from webapp.account import digest_letter
from webapp.account.topic_titles import TopicTitles
from webapp.customers import letter_cap
from webapp.customers.customer import Customer
from webapp.database import Database
from webapp.outbox import Letter
from webapp.relations import digest, gathering, price_fall, subscriber
from webapp.relations.gathering import Plan
from webapp.relations.subscriber import Subscriber
from webapp.sales.build import Build
from webapp.sales.held_letter import HeldLetter
from webapp.settings import Settings

log = logging.getLogger(__name__)

A_FEW = 200  # rows of one transaction


def tell(settings: Settings, database: Database, at: datetime) -> None:
    """Writes the digests that are due. Letters need the application's context.

    A letter is rendered before the transaction that keeps it and notes what it tells: who dies in between has sent
    nothing and noted nothing, and whoever is slower than another worker writes nothing.
    """
    prepare(settings, database, at)
    after: int | None = 0
    while after is not None:
        with database.reading() as session:
            batch = gathering.gather(session, at=at, zone=settings.time_zone, after=after)
            titles = TopicTitles(session.connection()) if batch.plans else None
            letters = [
                (plan, letter)
                for plan in batch.plans
                if titles and _has_room(session, plan, settings, at) and (letter := _written(plan, titles))
            ]
        for plan, letter in letters:
            with database.writing() as session:
                digest.write(
                    session,
                    plan.subscriber.id or 0,
                    plan.entries,
                    letter,
                    most=settings.letters_per_week,
                    at=at,
                )
        after = batch.last


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


def _has_room(session: Session, plan: Plan, settings: Settings, at: datetime) -> bool:
    """Whether it is worth the rendering; what holds is asked again in the transaction."""
    since = at - letter_cap.WEEK
    return outbox.count_optional(session, plan.email, since=since) < settings.letters_per_week


def _written(plan: Plan, titles: TopicTitles) -> Letter | None:
    try:
        return digest_letter.written(plan, titles)
    except Exception:  # the others are written to
        log.exception("no digest for subscriber %s", plan.subscriber.id)
        return None
