"""What I want to hear of: topics of customers, each kind under its own consent; guests ask by e-mail."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, guest_topics, topic_rows
from webapp.account.topic_rows import Row
from webapp.account.topic_titles import TopicTitles
from webapp.customers import consent, processing
from webapp.customers.consent import Consent, Purpose, Wording
from webapp.customers.customer import Customer
from webapp.customers.customer_session import SignedIn
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.news import digest, price_fall, subscriber, subscription
from webapp.relations.news.subscription import MOST, Subscription
from webapp.relations.news.topic import Kind, Topic
from webapp.shop import visiting

SECTIONS = (Purpose.NEWS_LETTERS, Purpose.BUILD_LETTERS, Purpose.CARE_LETTERS, Purpose.EVENT_LETTERS)
OWN = {
    Purpose.BUILD_LETTERS: Topic(Kind.PRICES),
    Purpose.CARE_LETTERS: Topic(Kind.CARE),
    Purpose.EVENT_LETTERS: Topic(Kind.EVENTS),
}


class Section(NamedTuple):
    """The topics under one consent. `agree`: what is wrong with its box."""

    purpose: Purpose
    wording: Wording
    held: Consent | None
    rows: Sequence[Row]
    agree: str = ""
    is_sent: bool = False

    @property
    def is_sound(self) -> bool:
        return not self.agree and not any(row.trouble for row in self.rows)


@bp.get("/account/topics")
def topics() -> Response:
    who = visiting.customer()
    return _page(who) if who else guest_topics.page()


@bp.post("/account/topics/<purpose>")
def save_topics(purpose: str) -> Response:
    """Keeps the topics of one section. Its consent is given with them where it does not hold yet."""
    who = visiting.customer() or abort(401)
    wanted = next((one for one in SECTIONS if one.value == purpose), None) or abort(404)
    if wanted not in processing.ASKED:
        abort(404)
    section = _sent(wanted, who)
    if not section.is_sound:
        return _page(who, 422, section)
    edition = request.form.get("edition", "")
    if section.held is None and any(row.is_on for row in section.rows) and edition != section.wording.edition:
        flash(_("The words have changed meanwhile. Please read them once more."), "note")
        return _page(who, 422, section)
    is_full = _keep(who, section)
    if is_full:
        flash(ngettext("You can follow %(num)d topic.", "You can follow %(num)d topics.", MOST), "warning")
    else:
        flash(_("Saved."), "done")
    return redirect(url_for("account.topics", _anchor=wanted.value), 303)


@bp.post("/account/topics/links/renewal")
def withdraw_topic_links() -> Response:
    """Links of letters that were passed on open my topics no more."""
    who, at = visiting.customer() or abort(401), clock.now()
    with writing() as session:
        mine = subscriber.for_customer(session, session.get_one(Customer, who.customer_id), at=at)
        mine.key_counter += 1
    flash(
        _("The links in letters until now open your topics no more. The next letter brings a new one."),
        "done",
    )
    return redirect(url_for("account.topics"), 303)


def _keep(who: SignedIn, section: Section) -> bool:
    """Keeps what was sent; whether somebody has too many topics."""
    at, is_full = clock.now(), False
    with writing() as session:
        mine = subscriber.for_customer(session, session.get_one(Customer, who.customer_id), at=at)
        number = mine.id or 0
        on = [row for row in section.rows if row.is_on]
        if on:
            consent.give(
                session,
                who.customer_id,
                section.purpose,
                section.held.edition if section.held else section.wording.edition,
                language=section.held.language if section.held else _read_in(section.wording),
                at=at,
            )
        before = {one.topic for one in subscription.of(session, number)}
        ended = [row.code for row in section.rows if not row.is_on and row.code in before]
        subscription.end(session, number, ended)
        digest.call_back(session, number, ended, at=at)
        if Kind.PRICES.value in ended:
            price_fall.drop_watches(session, who.owner)
        for row in on:
            kept = subscription.keep(
                session,
                number,
                row.topic,
                frequency=topic_rows.Frequency(row.frequency),
                language=row.language,
                paused_until=row.paused_until,
                at=at,
            )
            is_full = is_full or kept is None
    return is_full


def _read_in(wording: Wording) -> str:
    """The language in which the words were read, as the form says."""
    said = request.form.get("language", language())
    return said if said in wording.words else language()


def _sent(purpose: Purpose, who: SignedIn) -> Section:
    titles, today = TopicTitles(reading().connection()), _today()
    mine = _mine(who)
    asked = topic_rows.chosen([*request.form.getlist("topics"), request.form.get("more", "")], titles)
    added = {about.code for about in asked if about.code == request.form.get("more")}
    followed = [about for about in asked if about.purpose is purpose]
    rows = topic_rows.sent(_rows(purpose, titles, mine, today, followed), today)
    rows = [row._replace(is_on=row.is_on or row.code in added) for row in rows]
    held = consent.held_by(reading(), who.customer_id, purpose)
    agree = ""
    if held is None and any(row.is_on for row in rows) and not request.form.get("agree"):
        agree = _("Tick the box if you want to allow this.")
    return Section(purpose, consent.wording(purpose), held, rows, agree, is_sent=True)


def _rows(
    purpose: Purpose,
    titles: TopicTitles,
    mine: Sequence[Subscription],
    today: date,
    more: Sequence[Topic] = (),
) -> list[Row]:
    """All families and whatever else is followed, or the one topic of the section."""
    if purpose in OWN:
        return [topic_rows.stored(OWN[purpose], titles, mine, today)]
    followed = [one.about for one in mine if one.about.purpose is purpose]
    every = dict.fromkeys([*titles.followable(), *followed, *more])
    return [topic_rows.stored(about, titles, mine, today) for about in every]


def _offered(
    purpose: Purpose,
    titles: TopicTitles,
    mine: Sequence[Subscription],
    today: date,
    asked: Sequence[Topic],
) -> list[Row]:
    """The rows of a section. What a link elsewhere asked for is ticked already; nothing is kept until it is sent."""
    wanted = [about for about in asked if about.purpose is purpose]
    rows = _rows(purpose, titles, mine, today, wanted)
    return [row._replace(is_on=row.is_on or row.topic in wanted) for row in rows]


def _mine(who: SignedIn) -> Sequence[Subscription]:
    """Of the customer, or of the guest that they were when they subscribed."""
    session = reading()
    known = subscriber.of_customer(session, who.customer_id) or subscriber.of_guest(session, who.email)
    return subscription.of(session, known.id or 0) if known else []


def _page(who: SignedIn, status: int = 200, sent: Section | None = None) -> Response:
    titles, today = TopicTitles(reading().connection()), _today()
    mine = _mine(who)
    asked = topic_rows.chosen(request.args.getlist("topic"), titles)
    held = {
        Purpose(one.purpose): one
        for one in consent.receipts(reading(), who.customer_id)
        if one.withdrawn_at is None
    }
    sections = [
        sent
        if sent is not None and sent.purpose is purpose
        else Section(
            purpose,
            consent.wording(purpose),
            held.get(purpose),
            _offered(purpose, titles, mine, today, asked),
        )
        for purpose in SECTIONS
        if purpose in processing.ASKED
    ]
    page = render_template(
        "account/topics.html",
        me=who,
        sections=sections,
        frequencies=topic_rows.FREQUENCIES,
        options=titles.options(language()),
        followed={one.topic for one in mine},
        most=settings.current().letters_per_week,
        tomorrow=topic_rows.tomorrow(today),
    )
    return kept_private(make_response(page, status))


def _today() -> date:
    return clock.today(settings.current().time_zone)
