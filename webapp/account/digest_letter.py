"""Digests as their readers see them: each thing with why they get it, and the way to end it."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from webapp import mail, settings
from webapp.account.topic_titles import TopicTitles
from webapp.account.ways_out import list_unsubscribe, preferences_link, unsubscribe_link
from webapp.formats import day, money
from webapp.outbox import Letter
from webapp.relations.news import letter_key
from webapp.relations.news.care import Reminder
from webapp.relations.news.gathering import Plan, Told
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.price_fall import Fall
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind
from webapp.sales.build import Build
from webapp.sales.key import Purpose, key_for

LONGEST_SUBJECT = 70


class ShownThing(NamedTuple):
    """One thing in a letter. `end`: where one unsubscribes from what it was told by."""

    title: str
    paragraphs: Sequence[str]
    link: str
    button: str
    why: str
    end: str
    end_words: str


class ShownDigest(NamedTuple):
    """A letter with all that it tells. `ended`: what the button of a mail program ends, all of it together."""

    things: Sequence[ShownThing]
    preferences: str
    most: int
    ended: Sequence[str]

    @property
    def subject(self) -> str:
        first, more = self.things[0].title, len(self.things) - 1
        if len(first) > LONGEST_SUBJECT:
            first = first[: LONGEST_SUBJECT - 1].rstrip() + "…"
        if not more:
            return first
        return ngettext("%(title)s and %(num)d more", "%(title)s and %(num)d more", more, title=first)


def written(plan: Plan, titles: TopicTitles) -> Letter:
    """The letter of a plan in its reader's language; to be asked before the transaction that sends it."""
    numbers = [one.id or 0 for one in plan.subscriptions]
    with force_locale(plan.language):
        things = [_thing(plan, each, titles) for each in plan.told]
        ended = [titles.title(one.about, plan.language) for one in plan.subscriptions]
        if plan.concerns_builds:
            ended.append(_("letters about my builds"))
        most = settings.current().letters_per_week
        shown = ShownDigest(things, preferences_link(plan.subscriber), most, ended)
    # It holds the way to somebody's topics, and perhaps to a build: for its reader alone.
    letter = mail.rendered("digest", plan.email, plan.language, secret=True, shown=shown)
    link = unsubscribe_link(plan.subscriber, numbers, builds=plan.concerns_builds)
    return letter._replace(unsubscribe=list_unsubscribe(link))


def _thing(plan: Plan, each: Told, titles: TopicTitles) -> ShownThing:
    title, paragraphs, link, button = _told(plan, each)
    end, end_words = _end(plan, each.by, titles)
    return ShownThing(title, paragraphs, link, button, _why(each, titles, plan.language), end, end_words)


def _told(plan: Plan, each: Told) -> tuple[str, Sequence[str], str, str]:
    match each.thing:
        case NewsItem() as item:
            words = item.texts.in_(plan.language).split("\n")
            paragraphs = [line for line in words if line.strip()]
            if len(plan.told) > 1:
                paragraphs = paragraphs[:1]
            code = plan.subscriber.code if plan.is_known else ""
            key = letter_key.item_key(item.id or 0, code, settings.current().secret_key)
            link = mail.link("account.opened_item", key=key)
            return item.titles.in_(plan.language), paragraphs, link, _("Read on our site")
        case Fall() as fall:
            total, currency = fall.sighting.total or 0, fall.build.latest.currency
            title = _("“%(build)s” costs %(price)s now", build=fall.build.name, price=money(total, currency))
            words = _("That is less than it did before. The price can rise again; you can have it promised.")
            return title, [words], _of_build(fall.build), _("Open the build")
        case Reminder() as reminder:
            return *_care(reminder, plan.language), mail.link("account.my_orders"), _("To my orders")
        case held:
            return held.letter.subject, [], _of_build(held.build), _("Open the build")


def _care(reminder: Reminder, language: str) -> tuple[str, Sequence[str]]:
    thing = reminder.thing.line.label.in_(language)
    if not reminder.years:
        title = _("A month with “%(thing)s”: time for a first look", thing=thing)
        return title, [
            _(
                "What is new settles in the first weeks: screws, cables and joints work themselves in. Look it over, "
                "and if anything rubs, rattles or has come loose, answer this letter or come by: we put it right."
            )
        ]
    title = ngettext(
        "“%(thing)s” is %(num)d year with you: time for a service",
        "“%(thing)s” is %(num)d years with you: time for a service",
        reminder.years,
        thing=thing,
    )
    return title, [
        _(
            "Once a year the workshop looks over what it made: we clean and set it, and tell you what will wear out "
            "before it does. Answer this letter, and we find a day."
        )
    ]


def _why(each: Told, titles: TopicTitles, language: str) -> str:
    """Why somebody gets this, in one sentence."""
    if each.by is None:
        return _(
            "You allow letters about your builds; this one had to wait, so that you do not get too many."
        )
    about = each.by.about
    match about.kind:
        case Kind.FAMILY:
            return _("You follow “%(topic)s”.", topic=titles.family(about.family, language))
        case Kind.OPTION:
            return _("You follow the option “%(topic)s”.", topic=titles.option(about, language))
        case Kind.EVENTS:
            return _("You asked to be invited.")
        case Kind.PRICES:
            return _("You asked to hear when one of your builds becomes cheaper.")
    if isinstance(each.thing, Reminder):
        since = day(each.thing.thing.since)
        return _("You asked how to look after what you own; you have this since %(day)s.", day=since)
    return _("You asked how to look after what you own.")


def _end(plan: Plan, by: Subscription | None, titles: TopicTitles) -> tuple[str, str]:
    if by is None:
        return unsubscribe_link(plan.subscriber, [], builds=True), _("No letters about my builds any more")
    link = unsubscribe_link(plan.subscriber, [by.id or 0])
    return link, _("Unsubscribe from “%(topic)s”", topic=titles.title(by.about, plan.language))


def _of_build(build: Build) -> str:
    key = key_for(Purpose.EDIT, build.edit_lock, settings.current().secret_key)
    return mail.link("account.kept_build", key=key)
