"""What a news item has come to: told, delivered, opened, built and ordered, each number with its rows.

Built and ordered are known of those alone who opened its link and allow us to learn from it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from webapp.customers.consent import Consent
from webapp.customers.customer import Customer
from webapp.customers.wording import Purpose
from webapp.relations.news import matching
from webapp.relations.news.digest import Digest, DigestEntry
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.opening import Opening
from webapp.relations.news.subscriber import Subscriber
from webapp.sales.build import Build
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine

AFTER = timedelta(days=30)  # what was built or ordered within so long after the link was opened


class Delivery(NamedTuple):
    """One letter that told an item. `email`: "" once it is no longer kept whose it was."""

    email: str
    topic: str
    language: str
    written_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None


class Opened(NamedTuple):
    """One press on its link, by whom only where that may be known."""

    at: datetime
    email: str


class Followed(NamedTuple):
    """A build or an order that came after the link was opened."""

    email: str
    opened_at: datetime
    at: datetime
    name: str  # of the build, or the number of the order


class Results(NamedTuple):
    """All of it."""

    told: Sequence[Delivery]
    opened: Sequence[Opened]
    built: Sequence[Followed]
    ordered: Sequence[Followed]

    @property
    def delivered(self) -> list[Delivery]:
        return [each for each in self.told if each.sent_at is not None]

    @property
    def known(self) -> list[Opened]:
        """Openings of which it may be known whose they were."""
        return [each for each in self.opened if each.email]


def of(session: Session, item: NewsItem) -> Results:
    return Results(
        _told(session, item), _opened(session, item), _built(session, item), _ordered(session, item)
    )


def _told(session: Session, item: NewsItem) -> list[Delivery]:
    rows = session.exec(
        select(DigestEntry, Digest, Subscriber.email, Customer.email)
        .join(Digest, col(Digest.id) == DigestEntry.digest_id)
        .outerjoin(Subscriber, col(Subscriber.id) == DigestEntry.subscriber_id)
        .outerjoin(Customer, col(Customer.id) == Subscriber.customer_id)
        .where(DigestEntry.item_id == item.id)
        .order_by(col(DigestEntry.id).desc())
    )
    return [
        Delivery(
            customer or guest or "",
            entry.topic,
            letter.language,
            letter.written_at,
            letter.sent_at,
            letter.given_up_at,
        )
        for entry, letter, guest, customer in rows
    ]


def _opened(session: Session, item: NewsItem) -> list[Opened]:
    rows = session.exec(
        select(Opening.at, Customer.email)
        .outerjoin(Consent, _allows())
        .outerjoin(Customer, col(Customer.id) == Consent.customer_id)
        .where(Opening.item_id == item.id)
        .order_by(col(Opening.id).desc())
    )
    return [Opened(at, email or "") for at, email in rows]


def _built(session: Session, item: NewsItem) -> list[Followed]:
    rows = session.exec(
        select(Customer.email, Opening.at, Build)
        .join(Consent, _allows())
        .join(Customer, col(Customer.id) == Opening.customer_id)
        .join(Build, col(Build.owner) == Customer.owner)
        .where(Opening.item_id == item.id, col(Build.saved_at) >= col(Opening.at))
        .order_by(col(Opening.id))
    )
    return _firsts(
        (
            Followed(email, opened_at, build.saved_at, build.name)
            for email, opened_at, build in rows
            if build.saved_at <= opened_at + AFTER and _is_of(item, build.latest.family)
        )
    )


def _ordered(session: Session, item: NewsItem) -> list[Followed]:
    rows = session.exec(
        select(Customer.email, Opening.at, Order, OrderLine.family)
        .join(Consent, _allows())
        .join(Customer, col(Customer.id) == Opening.customer_id)
        .join(Order, col(Order.owner) == Customer.owner)
        .join(OrderLine, (col(OrderLine.order_id) == Order.id) & (col(OrderLine.revision) == Order.revision))
        .where(Opening.item_id == item.id, col(Order.placed_at) >= col(Opening.at))
        .order_by(col(Opening.id))
    )
    return _firsts(
        (
            Followed(email, opened_at, order.placed_at, order.number)
            for email, opened_at, order, family in rows
            if order.placed_at <= opened_at + AFTER and _is_of(item, family)
        )
    )


def _allows() -> ColumnElement[bool]:
    """Whoever opened it allows us, at this moment, to learn from it."""
    return (
        (col(Consent.customer_id) == col(Opening.customer_id))
        & (col(Consent.purpose) == Purpose.PERSONALISATION.value)
        & col(Consent.withdrawn_at).is_(None)
    )


def _is_of(item: NewsItem, family: str) -> bool:
    about = matching.families_of(item)
    return not about or family in about


def _firsts(rows: Iterable[Followed]) -> list[Followed]:
    """Each build and order once, however often the link was opened before it."""
    found: dict[tuple[str, datetime, str], Followed] = {}
    for each in rows:
        found.setdefault((each.email, each.at, each.name), each)
    return list(found.values())
