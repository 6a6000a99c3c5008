"""Whether each kind of topic is told to a customer at this moment: rows of the consent matrix."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.webapp.relations.following import a_news_item, letters_to, tell
from tests.webapp.shopping import a_placed_order, database_of
from webapp import clock
from webapp.customers.customer import Customer
from webapp.relations.news import price_fall, subscriber, subscription
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.topic import Kind, Topic
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.watch import Sighting, Watch

NUMBERS = count(1)


def news_of_a_family(app: Flask, _client: FlaskClient) -> bool:
    return _is_told(app, Topic(Kind.FAMILY, "bike"), lambda title: a_news_item(app, title))


def invitations(app: Flask, _client: FlaskClient) -> bool:
    return _is_told(app, Topic(Kind.EVENTS), lambda title: a_news_item(app, title, topics=("events",)))


def advice_for_owners(app: Flask, client: FlaskClient) -> bool:
    with database_of(app).reading() as session:
        owns = session.exec(select(OrderStep)).first() is not None
    if not owns:
        a_placed_order(client)
        with database_of(app).writing() as session:
            number = session.exec(select(Order.id)).one() or 0
            at = clock.now() - timedelta(days=3)
            session.add(OrderStep(order_id=number, step=Step.DELIVERY.value, at=at))
    return _is_told(app, Topic(Kind.CARE), lambda title: a_news_item(app, title, topics=("care",)))


def price_falls(app: Flask, _client: FlaskClient) -> bool:
    def falls(_title: str) -> None:
        tell(app)  # sets the watches
        with database_of(app).writing() as session:
            watches = session.exec(select(Watch).where(Watch.token == price_fall.TOKEN)).all()
            session.add(Sighting(watch_id=watches[0].id or 0, version=1, total=100, at=clock.now()))

    return _is_told(app, Topic(Kind.PRICES), falls)


def _is_told(app: Flask, topic: Topic, happens: Callable[[str], object]) -> bool:
    """Whether what happens now is told to the only customer, who subscribes to it."""
    at = clock.now() - timedelta(days=1)
    with database_of(app).writing() as session:
        who = session.exec(select(Customer)).one()
        email, mine = who.email, subscriber.for_customer(session, who, at=at)
        subscription.keep(session, mine.id or 0, topic, frequency=Frequency.AT_ONCE, language="en", at=at)
    before = len(letters_to(app, email))
    happens(f"News {next(NUMBERS)}")
    tell(app)
    return len(letters_to(app, email)) > before
