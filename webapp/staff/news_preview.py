"""The preview of a news item: the letter as a customer would get it, with keys that open nothing."""

from typing import NamedTuple

from flask import Response as FlaskResponse
from flask import abort, make_response, render_template, request
from werkzeug import Response

from webapp import clock, settings
from webapp.account import digest_letter
from webapp.account.topic_titles import TopicTitles
from webapp.customers import customer
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.languages import LANGUAGES, language
from webapp.outbox import Letter
from webapp.relations.news import reach, subscriber
from webapp.relations.news.digest import Entry
from webapp.relations.news.frequency import Frequency
from webapp.relations.news.gathering import Plan, Told
from webapp.relations.news.news_item import NewsItem
from webapp.relations.news.reach import Reached
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind, Topic
from webapp.staff import bp
from webapp.staff.letters import FRAMED
from webapp.staff.roles import allowed

NOBODY = "preview"  # whose keys stand in a preview: nobody's


class Sample(NamedTuple):
    """For whom the letter is shown. `reached`: None where nothing they follow fits, or it is nobody in particular."""

    email: str
    reached: Reached | None
    is_known: bool
    language: str


@bp.get("/news/<int:number>/preview")
@allowed(Role.RELATIONSHIP)
def news_preview(number: int) -> Response:
    item = _found(number)
    sample = _sample(item)
    page = render_template("staff/news_preview.html", item=item, sample=sample, letter=_written(item, sample))
    return make_response(page)


@bp.get("/news/<int:number>/preview/letter")
@allowed(Role.RELATIONSHIP)
def news_preview_letter(number: int) -> FlaskResponse:
    """The HTML form as a page of its own, for the frame of the preview."""
    item = _found(number)
    response = make_response(_written(item, _sample(item)).html)
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _sample(item: NewsItem) -> Sample:
    """Somebody by their address, or a typical subscriber in a language."""
    email = customer.normal(request.args.get("email", ""))[: customer.LONGEST_EMAIL]
    wanted = request.args.get("language", language())
    read_in = wanted if wanted in LANGUAGES else language()
    if not email:
        return Sample("", None, False, read_in)
    session = reading()
    known = customer.by_email(session, email)
    who = subscriber.of_customer(session, known.id or 0) if known else subscriber.of_guest(session, email)
    zone = settings.current().time_zone
    reached = reach.why_not(session, item, who, at=clock.now(), zone=zone) if who else None
    theirs = reached.subscription.language if reached else known.language if known else read_in
    return Sample(email, reached, who is not None or known is not None, theirs)


def _written(item: NewsItem, sample: Sample) -> Letter:
    by = sample.reached.subscription if sample.reached else _typical(item, sample.language)
    told = Told(Entry(f"item:{item.id}", by.topic, item.id), item, by)
    nobody = Subscriber(id=0, code=NOBODY, since=clock.now())
    plan = Plan(nobody, sample.email or "anna@example.com", sample.language, [told], is_known=False)
    return digest_letter.written(plan, TopicTitles(reading().connection()))


def _typical(item: NewsItem, read_in: str) -> Subscription:
    """By which somebody would most likely be told."""
    if item.is_event:
        about = Topic(Kind.EVENTS)
    elif item.is_care:
        about = Topic(Kind.CARE)
    elif item.families:
        about = Topic(Kind.FAMILY, item.families[0])
    else:
        about = Topic(Kind.OPTION, *(item.options or ["?:?.?"])[0].split(":", 1))
    return Subscription(
        id=0,
        subscriber_id=0,
        topic=about.code,
        frequency=Frequency.WEEKLY.value,
        language=read_in,
        since=clock.now(),
    )


def _found(number: int) -> NewsItem:
    return reading().get(NewsItem, number) or abort(404)
