"""Ending what somebody allowed or subscribed to, wherever they press it: letters that wait are called back at once."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from webapp.customers import consent, guest_consent
from webapp.customers.consent import Consent
from webapp.customers.wording import Purpose
from webapp.relations.news import digest, opening, price_fall, subscriber, subscription
from webapp.relations.news.letter_key import Ending
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind


def withdraw(session: Session, customer_id: int, purpose: Purpose, *, at: datetime) -> None:
    """Ends a consent, and in the same transaction all that it turned on."""
    consent.withdraw(session, customer_id, purpose, at=at)
    if purpose is Purpose.PERSONALISATION:
        opening.leave(session, customer_id)


def end_topics(session: Session, who: Subscriber, topics: Collection[str], *, at: datetime) -> None:
    """Ends topics. A guest's consent ends with its last topic, and their address goes with the last of all."""
    number = who.id or 0
    digest.call_back(session, number, topics, at=at)
    subscription.end(session, number, list(topics))
    owner = subscriber.customer_of(session, who)
    if owner is not None:
        if Kind.PRICES.value in topics:
            price_fall.drop_watches(session, owner.owner)
        return
    left = subscription.of(session, number)
    still = {one.about.purpose for one in left}
    for receipt in guest_consent.held(session, who.email or ""):
        if receipt.of_purpose not in still:
            guest_consent.withdraw(session, who.email or "", receipt.of_purpose, at=at)
    if not left:
        session.delete(who)
        session.flush()


def end_letters(session: Session, wanted: Ending, *, at: datetime) -> None:
    """Ends what a key in a letter ends; what is over already stays over."""
    if wanted.consent_id is not None:
        given = session.get(Consent, wanted.consent_id)
        if given is not None:
            withdraw(session, given.customer_id, Purpose.BUILD_LETTERS, at=at)
    elif (who := subscriber.by_code(session, wanted.subscriber)) is not None:
        _end_numbered(session, who, wanted.subscriptions, builds=wanted.builds, at=at)


def end_all(session: Session, who: Subscriber, *, at: datetime) -> None:
    """Ends everything that somebody subscribes to."""
    end_topics(session, who, [one.topic for one in subscription.of(session, who.id or 0)], at=at)


def _end_numbered(
    session: Session, who: Subscriber, numbers: Collection[int], *, builds: bool, at: datetime
) -> None:
    """Ends what one letter told of: its subscriptions, and letters about builds where it told of those."""
    mine = select(Subscription.topic).where(
        Subscription.subscriber_id == who.id, col(Subscription.id).in_(numbers)
    )
    customer_id = who.customer_id
    end_topics(session, who, list(session.exec(mine)), at=at)
    if builds and customer_id is not None:
        withdraw(session, customer_id, Purpose.BUILD_LETTERS, at=at)
