"""Topics as rows of a form: whether, how often, in which language, and from when on again."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.account.topic_titles import TopicTitles
from webapp.languages import LANGUAGES, language
from webapp.relations.news import topic
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Topic

LONGEST_PAUSE = timedelta(days=366)
FREQUENCIES = {
    Frequency.AT_ONCE.value: lazy_gettext("at once"),
    Frequency.WEEKLY.value: lazy_gettext("weekly"),
    Frequency.MONTHLY.value: lazy_gettext("monthly"),
}


class Row(NamedTuple):
    """One topic as it stands in a form. `trouble`: what is wrong with its pause."""

    topic: Topic
    title: str
    is_on: bool
    frequency: str
    language: str
    pause: str
    trouble: str = ""

    @property
    def code(self) -> str:
        return self.topic.code

    @property
    def name(self) -> str:
        """For ids of its fields."""
        return self.code.replace(":", "-").replace(".", "-")

    @property
    def paused_until(self) -> date | None:
        return date.fromisoformat(self.pause) if self.pause else None


def stored(
    about: Topic, titles: TopicTitles, mine: Sequence[Subscription], today: date, *, default: str = ""
) -> Row:
    """A topic as it is subscribed to, or could be."""
    found = next((one for one in mine if one.topic == about.code), None)
    title = titles.title(about, language())
    if found is None:
        return Row(about, title, False, Frequency.WEEKLY.value, default or language(), "")
    pause = found.paused_until
    return Row(
        about,
        title,
        True,
        found.frequency,
        found.language,
        pause.isoformat() if pause and pause > today else "",
    )


def sent(rows: Iterable[Row], today: date) -> list[Row]:
    """The same rows as the form says them; what cannot be is told beside its field."""
    wanted = set(request.form.getlist("topics"))
    return [_sent(row, row.code in wanted, today) for row in rows]


def _sent(row: Row, is_on: bool, today: date) -> Row:
    frequency = request.form.get(f"frequency:{row.code}", row.frequency)
    read_in = request.form.get(f"language:{row.code}", row.language)
    pause = request.form.get(f"pause:{row.code}", "").strip()[:20]
    return row._replace(
        is_on=is_on,
        frequency=frequency if frequency in FREQUENCIES else row.frequency,
        language=read_in if read_in in LANGUAGES else row.language,
        pause=pause,
        trouble=_trouble(pause, today) if is_on else "",
    )


def _trouble(pause: str, today: date) -> str:
    if not pause:
        return ""
    try:
        day = date.fromisoformat(pause)
    except ValueError:
        return _("Please choose a day.")
    if not today < day <= today + LONGEST_PAUSE:
        return _("A pause ends between tomorrow and a year from now.")
    return ""


def chosen(codes: Iterable[str], titles: TopicTitles) -> list[Topic]:
    """The topics that codes of a form name; those that there are not are left out."""
    found = [about for code in codes if (about := topic.read(code)) is not None]
    return [about for about in dict.fromkeys(found) if titles.exists(about)]


def tomorrow(today: date) -> str:
    """The first day on which a pause may end."""
    return (today + timedelta(days=1)).isoformat()
