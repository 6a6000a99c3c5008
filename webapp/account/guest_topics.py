"""Guests hear of topics after a double opt-in: a form, then a link in a letter that only they can have read.

The answer is the same whether an address is known here or not, and nobody is written to more often than the limits say.
"""

from datetime import timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, mail, outbox, settings
from webapp.account import bp, limits, topic_rows
from webapp.account.build_form import TokenForm
from webapp.account.limits import Limit, from_here
from webapp.account.topic_form import GuestTopicsForm
from webapp.account.topic_titles import TopicTitles
from webapp.customers import consent, customer
from webapp.customers.wording import Purpose
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.outbox import Letter
from webapp.relations.news import letter_key, opt_in, topic
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.opt_in import OptIn
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.topic import FOR_GUESTS, Kind, Topic

WITHIN = timedelta(minutes=5)
MOST = 10  # letters that one place may ask for
A_DAY = timedelta(days=1)
MOST_A_DAY = 5  # letters to one address
PURPOSES = (Purpose.NEWS_LETTERS, Purpose.EVENT_LETTERS)


def page(
    form: GuestTopicsForm | None = None,
    status: int = 200,
    *,
    trouble: str = "",
    unticked: frozenset[Purpose] = frozenset(),
    no_topic: str = "",
) -> Response:
    """The form, with what was typed."""
    titles = TopicTitles(reading().connection())
    offered = [*titles.followable(), Topic(Kind.EVENTS)]
    wanted = topic_rows.chosen(_wanted(), titles)
    rows = [
        (about, titles.title(about, language()), about in wanted)
        for about in dict.fromkeys([*offered, *(each for each in wanted if each.kind in FOR_GUESTS)])
    ]
    body = render_template(
        "account/guest_topics.html",
        form=form or GuestTopicsForm(formdata=None, letters=language()),
        rows=rows,
        wordings=[(purpose, consent.wording(purpose)) for purpose in PURPOSES],
        agreed=set(request.form.getlist("agree")),
        unticked=unticked,
        no_topic=no_topic,
        trouble=trouble,
        most=settings.current().letters_per_week,
    )
    return kept_private(make_response(body, status))


@bp.post("/account/topics/requests")
def ask_for_topics() -> Response:
    """Sends the letter that asks to confirm, to whomever: who reads what here is nobody else's business."""
    form, at = GuestTopicsForm(), clock.now()
    titles = TopicTitles(reading().connection())
    wanted = [about for about in topic_rows.chosen(_wanted(), titles) if about.kind in FOR_GUESTS]
    needed = {about.purpose for about in wanted}
    ticked = {purpose for purpose in PURPOSES if purpose.value in request.form.getlist("agree")}
    no_topic = "" if wanted else _("Choose at least one topic.")
    is_sound = form.validate_on_submit()
    if not is_sound or no_topic or needed - ticked:
        return page(form, 422, unticked=frozenset(needed - ticked), no_topic=no_topic)
    editions = {purpose: request.form.get(f"edition:{purpose.value}", "") for purpose in needed}
    if any(consent.wording(purpose).edition != edition for purpose, edition in editions.items()):
        return page(form, 422, trouble=_("The words have changed meanwhile. Please read them once more."))
    email, link = customer.normal(form.email.data or ""), opt_in.new_link()
    letter = _letter(email, link, wanted, titles, form.letters.data, form.frequency.data)
    with writing() as session:
        asked = _limits(email)
        wait = limits.pause(session, asked, at=at)
        if wait is None:
            fresh = opt_in.ask(
                session,
                email,
                link,
                token=form.token.data or "",
                topics=[about.code for about in wanted],
                editions=editions,
                frequency=Frequency(form.frequency.data),
                language=form.letters.data,
                at=at,
            )
            if fresh:
                outbox.put(session, letter, at=at)
            else:
                limits.take_back(session, asked)
    if wait is not None:
        trouble = f"{_('Too many letters were asked for.')} {limits.later(wait)}"
        response = page(form, 429, trouble=trouble)
        response.headers["Retry-After"] = limits.seconds(wait)
        return response
    return redirect(url_for("account.topics_asked"), 303)


@bp.get("/account/topics/asked")
def topics_asked() -> Response:
    return kept_private(make_response(render_template("account/topics_asked.html")))


@bp.get("/topics/confirmation/<link>")
def topic_confirmation(link: str) -> Response:
    """A button: what mail programs fetch on their own confirms nothing."""
    asked = opt_in.by_link(reading(), link)
    if asked is None or not asked.is_open(clock.now()):
        return _used_up()
    return _confirming(asked, link)


@bp.post("/topics/confirmation/<link>")
def confirm_topics(link: str) -> Response:
    form, at = TokenForm(), clock.now()
    if not form.validate_on_submit():
        return topic_confirmation(link)
    with writing() as session:
        who = opt_in.confirm(session, link, at=at)
    if who is None:
        return _used_up()
    flash(_("Confirmed. Letters come as you chose, and each of them has a way to end them."), "done")
    return kept_private(make_response(redirect(_own_page(who), 303)))


def _own_page(who: Subscriber) -> str:
    """Where they change what they have just confirmed."""
    key = letter_key.topics_key(who.lock, settings.current().secret_key)
    return url_for("account.preferences", key=key)


def _confirming(asked: OptIn, link: str) -> Response:
    titles = TopicTitles(reading().connection())
    wanted = [about for code in asked.topics if (about := topic.read(code)) is not None]
    body = render_template(
        "account/topic_confirmation.html",
        asked=asked,
        link_key=link,
        titles=[titles.title(about, language()) for about in wanted],
        wordings=[consent.wording(Purpose(name)) for name in asked.editions],
        how_often=topic_rows.FREQUENCIES[asked.frequency],
        form=TokenForm(formdata=None),
    )
    return kept_private(make_response(body))


def _letter(
    email: str, link: str, wanted: list[Topic], titles: TopicTitles, letters: str, frequency: str
) -> Letter:
    with force_locale(letters):
        how_often = _("How often: %(often)s.", often=topic_rows.FREQUENCIES[frequency])
        named = [titles.title(about, letters) for about in wanted]
    return mail.rendered(
        "topic_opt_in",
        email,
        letters,
        secret=True,
        topics=named,
        how_often=how_often,
        confirmation=mail.link("account.topic_confirmation", link=link),
    )


def _limits(email: str) -> list[Limit]:
    to = f"topic letter to {email}"
    return [from_here("topic letter", MOST, WITHIN), Limit(to, MOST_A_DAY, A_DAY)]


def _wanted() -> list[str]:
    """What the form says, or a link that leads to it."""
    return [*request.form.getlist("topics"), *request.args.getlist("topic")]


def _used_up() -> Response:
    return kept_private(make_response(render_template("account/topic_link_used.html"), 410))
