"""News items as the desk shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import abort
from flask_babel import lazy_gettext

from webapp import settings
from webapp.account.topic_titles import TopicTitles
from webapp.database import reading
from webapp.languages import LANGUAGES, language
from webapp.relations.news.news_item import NewsItem, State
from webapp.staff.news_form import KINDS, NEWS, tag_titles

STATES = {
    State.DRAFT.value: lazy_gettext("Draft"),
    State.WAITING.value: lazy_gettext("Waits for its time"),
    State.SENT.value: lazy_gettext("Sent"),
}


class ShownItem(NamedTuple):
    """An item as lists show it."""

    item: NewsItem
    state: State
    state_title: str
    kind: str
    tags: Sequence[str]

    @property
    def missing(self) -> list[str]:
        """Languages that it is not written in."""
        return [name for code, name in LANGUAGES.items() if code not in self.item.languages()]


def shown_item(item: NewsItem, titles: TopicTitles, at: datetime) -> ShownItem:
    state = item.state(at)
    kind = next(iter(item.topics), NEWS)
    return ShownItem(
        item, state, str(STATES[state.value]), str(KINDS[kind]), tag_titles(item, titles, language())
    )


def found_item(number: int) -> NewsItem:
    return reading().get(NewsItem, number) or abort(404)


def zone() -> str:
    """Where the workshop is."""
    return settings.current().time_zone
