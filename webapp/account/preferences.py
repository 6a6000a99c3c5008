"""The links of letters about topics: one shows and changes what somebody hears of, one leads to what is told.

None of them needs a sign-in, and none shows more than topics and a masked address: letters are passed on.
"""

from datetime import date

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, topic_rows
from webapp.account.topic_rows import Row
from webapp.account.topic_titles import TopicTitles
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.news import ending, letter_key, news_item, opening, subscriber, subscription
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription


@bp.get("/topics/<key>")
def preferences(key: str) -> Response:
    return _page(key, _found(reading(), key))


@bp.post("/topics/<key>")
def save_preferences(key: str) -> Response:
    """Changes or ends topics. None can be added here: that takes a consent, and a consent somebody who is known."""
    who, today, at = _found(reading(), key), _today(), clock.now()
    titles = TopicTitles(reading().connection())
    mine = subscription.of(reading(), who.id or 0)
    rows = topic_rows.sent([topic_rows.stored(one.about, titles, mine, today) for one in mine], today)
    if any(row.trouble for row in rows):
        return _page(key, who, 422, rows)
    with writing() as session:
        found = _found(session, key, for_update=True)
        there = {one.topic for one in subscription.of(session, found.id or 0)}
        ended = [row.code for row in rows if not row.is_on]
        for row in rows:
            if row.is_on and row.code in there:
                subscription.keep(
                    session,
                    found.id or 0,
                    row.topic,
                    frequency=topic_rows.Frequency(row.frequency),
                    language=row.language,
                    paused_until=row.paused_until,
                    at=at,
                )
        if ended:
            ending.end_topics(session, found, ended, at=at)
        is_over = found.customer_id is None and set(ended) >= there
    return _over() if is_over else _saved(key)


@bp.post("/topics/<key>/removal")
def end_all_topics(key: str) -> Response:
    with writing() as session:
        ending.end_all(session, _found(session, key, for_update=True), at=clock.now())
    return _over()


@bp.post("/topics/<key>/renewal")
def withdraw_preferences(key: str) -> Response:
    """Lets this link, and those of older letters, open nothing any more."""
    with writing() as session:
        _found(session, key, for_update=True).key_counter += 1
    body = render_template("account/topics_over.html", is_link_alone=True)
    return kept_private(make_response(body))


@bp.get("/letters/<key>")
def opened_item(key: str) -> Response:
    """Counts that a link was opened, and leads to our page about it. No picture in a letter tells us anything."""
    opened = letter_key.read_item(key, settings.current().secret_key) or abort(404)
    item = reading().get(NewsItem, opened.item_id) or abort(404)
    with writing() as session:
        opening.record(session, item.id or 0, opened.subscriber, at=clock.now())
    return kept_private(make_response(redirect(url_for("account.news_page", number=item.id), 303)))


@bp.get("/news/<int:number>")
def news_page(number: int) -> Response:
    """A news item for everybody, once it is sent."""
    item = reading().get(NewsItem, number)
    if item is None or item.state(clock.now()) is not news_item.State.SENT:
        abort(404)
    titles = TopicTitles(reading().connection())
    families = [code for code in item.families if code in titles.families]
    options = [
        (about, titles.title(about, language()))
        for code in item.options
        for about in topic_rows.chosen([f"option:{code}"], titles)
    ]
    body = render_template(
        "account/news_page.html",
        item=item,
        families=[(code, titles.family(code, language())) for code in families],
        options=options,
    )
    return make_response(body)


def _found(session: Session, key: str, *, for_update: bool = False) -> Subscriber:
    lock = letter_key.read_topics(key, settings.current().secret_key)
    return subscriber.by_lock(session, lock, for_update=for_update) or abort(404)


def _page(key: str, who: Subscriber, status: int = 200, rows: list[Row] | None = None) -> Response:
    titles, today = TopicTitles(reading().connection()), _today()
    mine: list[Subscription] = list(subscription.of(reading(), who.id or 0))
    body = render_template(
        "account/preferences.html",
        key=key,
        masked=masked(subscriber.address_of(reading(), who)),
        rows=rows or [topic_rows.stored(one.about, titles, mine, today) for one in mine],
        frequencies=topic_rows.FREQUENCIES,
        tomorrow=topic_rows.tomorrow(today),
        most=settings.current().letters_per_week,
        trouble=request.method == "POST",
    )
    return kept_private(make_response(body, status))


def masked(email: str) -> str:
    """Enough for its owner to know it, too little for anybody else: "a…@e….com"."""
    name, _at, host = email.partition("@")
    domain, _dot, ending_ = host.rpartition(".")
    return f"{name[:1]}…@{domain[:1]}….{ending_}"


def _saved(key: str) -> Response:
    flash(_("Saved."), "done")
    return kept_private(make_response(redirect(url_for("account.preferences", key=key), 303)))


def _over() -> Response:
    return kept_private(make_response(render_template("account/topics_over.html", is_link_alone=False)))


def _today() -> date:
    return clock.today(settings.current().time_zone)
