"""What staff write about a news item: its words side by side, and what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from webapp.account.build_form import TokenForm
from webapp.account.entries import one_line, paragraph
from webapp.account.topic_titles import TopicTitles
from webapp.languages import LANGUAGES
from webapp.relations.news.news_item import LONGEST_TEXT, LONGEST_TITLE, NewsItem
from webapp.relations.news.topic import Kind

NEWS = "news"
KINDS = {
    NEWS: lazy_gettext("News of products"),
    Kind.EVENTS.value: lazy_gettext("Invitation"),
    Kind.CARE.value: lazy_gettext("Advice for owners"),
}
TOO_LONG = lazy_gettext("At most %(max)d characters.")


def _title(language: str) -> StringField:
    label = lazy_gettext("Title, %(language)s", language=LANGUAGES[language])
    return StringField(label, [Length(max=LONGEST_TITLE, message=TOO_LONG)], filters=[one_line])


def _text(language: str) -> TextAreaField:
    label = lazy_gettext("Text, %(language)s", language=LANGUAGES[language])
    return TextAreaField(label, [Length(max=LONGEST_TEXT, message=TOO_LONG)], filters=[paragraph])


class NewsForm(TokenForm):
    """One item. A language is written whole or not at all; what product news are about has to be said."""

    title_ru, text_ru = _title("ru"), _text("ru")
    title_en, text_en = _title("en"), _text("en")
    kind = RadioField(
        lazy_gettext("What it is"), choices=[SelectChoice(*each) for each in KINDS.items()], default=NEWS
    )
    families = SelectMultipleField(lazy_gettext("Families"), validate_choice=False)
    options = SelectMultipleField(lazy_gettext("Options"), validate_choice=False)
    last_day = DateField(lazy_gettext("Last day to tell it"), [Optional()])
    seen = IntegerField(widget=HiddenInput(), default=1, validators=[Optional()])

    def check(self, titles: TopicTitles) -> bool:
        """Whether it can be kept; what is wrong stands beside its field."""
        sound = self.validate_on_submit()
        written = 0
        for language in LANGUAGES:
            title, text = self[f"title_{language}"], self[f"text_{language}"]
            written += bool(title.data and text.data)
            for field, other in ((title, text), (text, title)):
                if other.data and not field.data:
                    field.errors = [*field.errors, _("Title and text belong together.")]
                    sound = False
        if not written and sound:
            self.title_ru.errors = [_("Write it in one language at least.")]
            sound = False
        known = {
            f"{each.topic.family}:{each.topic.option}"
            for group in titles.options("en")
            for each in group.choices
        }
        self.families.data = [each for each in self.families.data or [] if each in titles.families]
        self.options.data = [each for each in self.options.data or [] if each in known]
        if self.kind.data == NEWS and not self.families.data and not self.options.data:
            self.families.errors = [_("Choose a family or an option, or nobody will be told.")]
            sound = False
        return sound

    @property
    def words(self) -> Mapping[str, Any]:
        """The columns of an item."""
        return {
            "title": {code: self[f"title_{code}"].data for code in LANGUAGES if self[f"title_{code}"].data},
            "text": {code: self[f"text_{code}"].data for code in LANGUAGES if self[f"text_{code}"].data},
            "topics": [] if self.kind.data == NEWS else [self.kind.data],
            "families": list(self.families.data or []),
            "options": list(self.options.data or []),
            "last_day": self.last_day.data,
        }


def form_of(item: NewsItem) -> NewsForm:
    """The form with an item as it stands."""
    entries: dict[str, Any] = {
        f"{name}_{code}": getattr(item, name).get(code, "")
        for name in ("title", "text")
        for code in LANGUAGES
    }
    kind = next(iter(item.topics), NEWS)
    return NewsForm(
        formdata=None,
        **entries,
        kind=kind,
        families=item.families,
        options=item.options,
        last_day=item.last_day,
        seen=item.revision,
    )


class SendingForm(FlaskForm):
    """When an item is sent: now, or at a time where the workshop is."""

    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    when = RadioField(
        lazy_gettext("When"),
        choices=[SelectChoice("now", lazy_gettext("now")), SelectChoice("at", lazy_gettext("at a time"))],
        default="now",
    )
    time = DateTimeLocalField(lazy_gettext("Time"), [Optional()], format="%Y-%m-%dT%H:%M")

    def send_at(self, at: datetime, zone: str) -> datetime | None:
        """The moment, in UTC; None where the time that was chosen has passed or is missing."""
        if self.when.data == "now":
            return at
        if self.time.data is None:
            self.time.errors = [_("Please choose a time.")]
            return None
        chosen = self.time.data.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if chosen <= at:
            self.time.errors = [_("This time has passed.")]
            return None
        return chosen


def tag_titles(item: NewsItem, titles: TopicTitles, language: str) -> Sequence[str]:
    """What an item is about, in words."""
    options = [
        each.title
        for group in titles.options(language)
        for each in group.choices
        if f"{each.topic.family}:{each.topic.option}" in item.options
    ]
    return [*(titles.family(code, language) for code in item.families), *options]
