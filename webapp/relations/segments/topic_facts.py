"""What somebody subscribes to, as a fact; whether they may be written to, their consents say."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind, Topic
from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Lexicon, Reading, Situation, Source

ALONE = (Kind.PRICES, Kind.CARE, Kind.EVENTS)  # topics that are about no family


def topic_of(atom: Atom) -> Topic:
    """subscribed(events), subscribed(family: bicycle), subscribed(option: bicycle frame.carbon)."""
    if not atom.subject:
        return Topic(Kind(atom.value))
    return Topic(Kind(atom.subject), *atom.value.split(" "))


def _subscribed(situation: Situation, atom: Atom) -> Reading:
    customer, topic = col(Subscriber.customer_id), topic_of(atom).code
    rows: Select[*tuple[Any, ...]] = (
        select(customer.label("key"), func.min(Subscription.since).label("since"))
        .join(Subscription, col(Subscription.subscriber_id) == Subscriber.id)
        .where(customer.is_not(None), situation.numbered(customer), col(Subscription.topic) == topic)
        .group_by(customer)
    )
    return Reading("since", Source(f"subscribed {topic}", rows, by="id"))


def _subjects(_lexicon: Lexicon) -> tuple[str, ...]:
    return "", Kind.FAMILY.value, Kind.OPTION.value


def _values(lexicon: Lexicon, subject: str) -> tuple[str, ...]:
    if subject == Kind.FAMILY:
        return tuple(lexicon.families)
    if subject == Kind.OPTION:
        return tuple(
            f"{family} {group}.{option}"
            for family, words in lexicon.families.items()
            for group, options in words.options.items()
            for option in options
        )
    return tuple(kind.value for kind in ALONE)


SUBSCRIBED = Fact(
    "subscribed", Shape.WORDS, "subscribed(events)", _subscribed, subjects=_subjects, values=_values
)
