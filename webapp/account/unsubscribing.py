"""Ending what a letter tells of: by a press in a mail program, or on a page that offers each thing alone.

Neither needs a sign-in. The page shows topics and nothing else: letters are passed on.
"""

from typing import NamedTuple

from flask import abort, make_response, render_template
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp
from webapp.account.topic_titles import TopicTitles
from webapp.customers import consent
from webapp.customers.consent import Consent
from webapp.customers.wording import Purpose
from webapp.database import reading, stop_reading, writing
from webapp.guards import csrf, kept_private
from webapp.languages import language
from webapp.relations.news import ending, letter_key, subscriber, subscription
from webapp.relations.news.letter_key import Ending


class Ended(NamedTuple):
    """One thing that a letter tells of and that still comes. `key`: ends it alone."""

    title: str
    key: str


@bp.get("/unsubscribe/<key>")
def unsubscribe(key: str) -> Response:
    """Buttons: what mail programs fetch on their own ends nothing."""
    there = _there(reading(), key, _ending(key))
    if not there:
        return _unsubscribed([])
    body = render_template("account/unsubscribe.html", key=key, there=there)
    return kept_private(make_response(body))


@bp.post("/unsubscribe/<key>")
@csrf.exempt
def unsubscribe_at_once(key: str) -> Response:
    """Called by mail programs too, which know nothing of forms of ours (RFC 8058): the signed key is enough."""
    wanted = _ending(key)
    there = _there(reading(), key, wanted)
    stop_reading()
    with writing() as session:
        ending.end_letters(session, wanted, at=clock.now())
    return _unsubscribed([each.title for each in there])


def _ending(key: str) -> Ending:
    return letter_key.read_unsubscribe(key, settings.current().secret_key) or abort(404)


def _there(session: Session, key: str, wanted: Ending) -> list[Ended]:
    """What a key would end now; nothing of it where it has ended before."""
    about_builds = _("My builds: watches, answers, promised prices")
    if wanted.consent_id is not None:
        given = session.get(Consent, wanted.consent_id)
        held = given is not None and consent.holds(session, given.customer_id, Purpose.BUILD_LETTERS)
        return [Ended(about_builds, key)] if held else []
    who = subscriber.by_code(session, wanted.subscriber)
    if who is None:
        return []
    titles, secret = TopicTitles(session.connection()), settings.current().secret_key
    found = [
        Ended(
            titles.title(one.about, language()),
            letter_key.unsubscribe_key(who.code, [one.id or 0], builds=False, secret=secret),
        )
        for one in subscription.of(session, who.id or 0)
        if one.id in wanted.subscriptions
    ]
    customer_id = who.customer_id
    if wanted.builds and customer_id and consent.holds(session, customer_id, Purpose.BUILD_LETTERS):
        alone = letter_key.unsubscribe_key(who.code, [], builds=True, secret=secret)
        found.append(Ended(about_builds, alone))
    return found


def _unsubscribed(titles: list[str]) -> Response:
    return kept_private(make_response(render_template("account/unsubscribed.html", titles=titles)))
