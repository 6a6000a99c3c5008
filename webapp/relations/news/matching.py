"""Which items are for whom, and why: pure thought over subscriptions, tags and what somebody owns."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import NamedTuple

from webapp.relations.news.frequency import MORNING, told_until
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind


class Owned(NamedTuple):
    """What somebody owns: families, and options as in "bicycle:frame.carbon"."""

    families: Collection[str] = ()
    options: Collection[str] = ()


NOTHING = Owned()


def is_about(item: NewsItem, one: Subscription, owned: Owned = NOTHING) -> bool:
    """Whether an item is what a subscription is for. Care is for whoever owns what the item is about."""
    about = one.about
    match about.kind:
        case Kind.EVENTS:
            return item.is_event
        case Kind.CARE:
            return item.is_care and _is_owned(item, owned)
        case Kind.FAMILY:
            return _is_news(item) and about.family in families_of(item)
        case Kind.OPTION:
            return _is_news(item) and f"{about.family}:{about.option}" in item.options
    return False


def is_due(
    item: NewsItem, one: Subscription, at: datetime, today: date, zone: str, leaves: time = MORNING
) -> bool:
    """Whether an item may be told by a subscription now; what was sent before it began is not."""
    if item.send_at is None or item.send_at < one.since or one.is_paused(today):
        return False
    if item.last_day is not None and item.last_day < today:
        return False
    return item.send_at <= told_until(one.how_often, at, zone, leaves)


def families_of(item: NewsItem) -> set[str]:
    """Those that an item is about, by itself or by an option: who follows a family hears of its options."""
    return {*item.families, *(option.partition(":")[0] for option in item.options)}


def first_match(item: NewsItem, those: Iterable[Subscription], owned: Owned) -> Subscription | None:
    """By which subscription an item is told: the narrowest, since that says best why."""
    matching = [one for one in those if is_about(item, one, owned)]
    return min(matching, key=lambda one: _WIDTH[one.about.kind], default=None)


_WIDTH = {kind: place for place, kind in enumerate((Kind.OPTION, Kind.CARE, Kind.EVENTS, Kind.FAMILY))}


def _is_news(item: NewsItem) -> bool:
    """Invitations and advice have topics of their own, and consents of their own."""
    return not item.is_event and not item.is_care


def _is_owned(item: NewsItem, owned: Owned) -> bool:
    if not item.families and not item.options:
        return bool(owned.families)
    return bool(set(item.families) & set(owned.families) or set(item.options) & set(owned.options))
