"""People who follow topics, news that are told, and letters that come of them."""

import re
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.webapp.shopping import database_of, hidden
from webapp import clock, settings
from webapp.account import digests
from webapp.customers import consent, customer
from webapp.customers.wording import Purpose
from webapp.outbox import OutboxLetter
from webapp.relations.news import news_item, subscriber, subscription
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.topic import Kind, Topic

FAMILY = Topic(Kind.FAMILY, "bike")
EVENTS = Topic(Kind.EVENTS)


def a_follower(
    app: Flask,
    *topics: Topic,
    email: str = "anna@example.com",
    frequency: Frequency = Frequency.AT_ONCE,
    language: str = "en",
    at: datetime | None = None,
    personalised: bool = False,
) -> int:
    """A customer who follows topics and allows letters about them; their number."""
    at = at or clock.now() - timedelta(days=60)
    with database_of(app).writing() as session:
        who = customer.proven(session, email, language=language, at=at)
        session.flush()
        number = who.id or 0
        mine = subscriber.for_customer(session, who, at=at)
        for topic in topics or (FAMILY,):
            consent.give(session, number, topic.purpose, language=language, at=at)
            subscription.keep(session, mine.id or 0, topic, frequency=frequency, language=language, at=at)
        if personalised:
            consent.give(session, number, Purpose.PERSONALISATION, language=language, at=at)
    return number


def a_news_item(
    app: Flask,
    title: str = "A new fork",
    *,
    sent_at: datetime | None = None,
    topics: tuple[str, ...] = (),
    families: tuple[str, ...] = ("bike",),
    options: tuple[str, ...] = (),
) -> int:
    """An item that is sent; its number."""
    at = sent_at or clock.now() - timedelta(minutes=5)
    with database_of(app).writing() as session:
        item = NewsItem(
            token=f"{title} {at.timestamp()}"[:64],
            title={"en": title, "ru": f"Новость: {title}"},
            text={"en": f"{title} is here.\nCome and see.", "ru": "Она уже здесь.\nПриходите."},
            topics=list(topics),
            families=list(families),
            options=list(options),
            written_at=at,
            send_at=at,
        )
        news_item.write(session, item)
        session.flush()
        return item.id or 0


def tell(app: Flask, at: datetime | None = None) -> None:
    """What the worker does for topics."""
    with app.app_context():
        digests.tell(settings.current(), database_of(app), at or clock.now())


def letters_to(app: Flask, email: str = "anna@example.com") -> list[OutboxLetter]:
    """What is in the outbox for somebody, the oldest first."""
    with database_of(app).reading() as session:
        theirs = select(OutboxLetter).where(OutboxLetter.recipient == email).order_by(col(OutboxLetter.id))
        found = list(session.exec(theirs))
        session.expunge_all()
        return found


def links(letter: OutboxLetter, place: str) -> list[str]:
    """The paths of links in a letter that lead to a place, in their order."""
    return re.findall(rf"https?://[^/\s]+(?:/made)?(/{place}/\S+)", letter.text)


def ask_for_topics(guest: FlaskClient, email: str, *topics: str, **entries: object) -> int:
    """A guest's form as its page was shown; the status of the answer."""
    form = hidden(guest.get("/account/topics")) | {
        "email": email,
        "frequency": "at-once",
        "letters": "en",
        "topics": list(topics or ("family:bike",)),
        "agree": ["news-letters", "event-letters"],
    }
    return guest.post("/account/topics/requests", data=form | entries).status_code
