"""News at the desk: written once in each language, previewed, sent now or at a time, and what they came to."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account.topic_titles import TopicTitles
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.languages import language
from webapp.relations.news import news_item, reach, results
from webapp.relations.news.news_item import NewsItem, NotNow, State
from webapp.staff import bp, shown_act
from webapp.staff.news_form import NewsForm, SendingForm, form_of
from webapp.staff.news_rows import RESULTS, WHICH
from webapp.staff.roles import allowed
from webapp.staff.shown_news import STATES, found_item, shown_item, zone
from webapp.staff.sign_in import colleague

THING = "news"
shown_act.TITLES[THING] = {
    "written": lazy_gettext("Written"),
    "changed": lazy_gettext("Changed"),
    "sent": lazy_gettext("Sent"),
    "taken-back": lazy_gettext("Taken back"),
}
shown_act.THINGS[THING] = lazy_gettext("News")
shown_act.PLACES[THING] = ("staff.news_file", "number")
shown_act.FIELDS["send_at"] = lazy_gettext("Sent from")
shown_act.FIELDS["reaches"] = lazy_gettext("Reaches")
shown_act.FIELDS["title"] = lazy_gettext("Title")


class Count(NamedTuple):
    """A number that opens its rows."""

    which: str
    words: str
    number: int


@bp.get("/news")
@allowed(Role.RELATIONSHIP)
def news() -> str:
    """The newest first; filters stand in the address."""
    name, at = request.args.get("state", ""), clock.now()
    state = State(name) if name in set(State) else None
    skip = max(0, min(request.args.get("from", 0, type=int), 10**6))
    found = news_item.listed(reading(), state, at=at, skip=skip, limit=news_item.PAGE + 1)
    titles = TopicTitles(reading().connection())
    return render_template(
        "staff/news.html",
        items=[shown_item(each, titles, at) for each in found[: news_item.PAGE]],
        chosen=name if state else "",
        states=list(STATES.items()),
        first=skip,
        later=skip + news_item.PAGE if len(found) > news_item.PAGE else None,
    )


@bp.get("/news/new")
@allowed(Role.RELATIONSHIP)
def new_news() -> Response:
    return _form_page(NewsForm(formdata=None))


@bp.post("/news/new")
@allowed(Role.RELATIONSHIP)
def write_news() -> Response:
    form, at = NewsForm(), clock.now()
    if not form.check(TopicTitles(reading().connection())):
        return _form_page(form, 422)
    fresh = NewsItem(token=form.token.data or "", written_at=at, **form.words)
    with writing() as session:
        kept = news_item.write(session, fresh)
        session.flush()
        if kept is fresh:
            after = {"title": kept.titles.in_(language())}
            _record(session, "written", kept, {}, after, at)
        number = kept.id
    return redirect(url_for("staff.news_file", number=number), 303)


@bp.get("/news/<int:number>")
@allowed(Role.RELATIONSHIP)
def news_file(number: int) -> Response:
    return _page(found_item(number))


@bp.get("/news/<int:number>/edit")
@allowed(Role.RELATIONSHIP)
def edit_news(number: int) -> Response:
    item = found_item(number)
    if item.state(clock.now()) is State.SENT:
        return redirect(url_for("staff.news_file", number=number), 303)
    return _form_page(form_of(item), item=item)


@bp.post("/news/<int:number>/changes")
@allowed(Role.RELATIONSHIP)
def change_news(number: int) -> Response:
    item, form, at = found_item(number), NewsForm(), clock.now()
    if not form.check(TopicTitles(reading().connection())):
        return _form_page(form, 422, item=item)
    before = {"title": item.titles.in_(language())}
    try:
        with writing() as session:
            kept = news_item.change(session, number, form.seen.data or 0, form.words, at=at)
            _record(session, "changed", kept, before, {"title": kept.titles.in_(language())}, at)
    except NotNow:
        flash(
            _("Nothing was kept: somebody has changed or sent it meanwhile. Yours stands in the fields."),
            "warning",
        )
        return _form_page(form, 409, item=item)
    flash(_("Saved."), "done")
    return redirect(url_for("staff.news_file", number=number), 303)


@bp.post("/news/<int:number>/sending")
@allowed(Role.RELATIONSHIP)
def send_news(number: int) -> Response:
    """Sends an item as it was seen, now or at a time; pressed twice it is sent once."""
    item, form, at = found_item(number), SendingForm(), clock.now()
    if not form.validate_on_submit() or (send_at := form.send_at(at, zone())) is None:
        return _page(item, 422, form)
    reached = sum(one.is_allowed for one in reach.reach(reading(), item, at=at, zone=zone()))
    try:
        with writing() as session:
            kept = news_item.send(session, number, form.seen.data or 0, send_at=send_at, at=at)
            after: dict[str, JsonValue] = {"send_at": send_at.isoformat(), "reaches": reached}
            _record(session, "sent", kept, {}, after, at)
    except NotNow:
        return _not_now(number)
    flash(
        _("On its way.") if send_at <= at else _("It waits for its time. Until then it can be taken back."),
        "done",
    )
    return redirect(url_for("staff.news_file", number=number), 303)


@bp.post("/news/<int:number>/withdrawal")
@allowed(Role.RELATIONSHIP)
def take_news_back(number: int) -> Response:
    item, at = found_item(number), clock.now()
    before = {"send_at": item.send_at.isoformat()} if item.send_at else {}
    try:
        with writing() as session:
            kept = news_item.take_back(session, number, at=at)
            _record(session, "taken-back", kept, before, {"send_at": None}, at)
    except NotNow:
        return _not_now(number)
    flash(_("Taken back; it is a draft again."), "done")
    return redirect(url_for("staff.news_file", number=number), 303)


def _page(item: NewsItem, status: int = 200, sending: SendingForm | None = None) -> Response:
    at = clock.now()
    titles = TopicTitles(reading().connection())
    shown = shown_item(item, titles, at)
    reached = reach.reach(reading(), item, at=at, zone=zone()) if shown.state is not State.SENT else []
    found = results.of(reading(), item) if shown.state is State.SENT else None
    page = render_template(
        "staff/news_file.html",
        shown=shown,
        sending=sending or SendingForm(formdata=None, seen=item.revision),
        reach=[
            Count(name, str(words), sum(map(belongs, reached))) for name, (words, belongs) in WHICH.items()
        ],
        results=[Count(name, str(words), len(getattr(found, name))) for name, words in RESULTS.items()]
        if found
        else [],
        known=len(found.known) if found else 0,
        acts=staff_act.on(reading(), (THING, str(item.id))),
        zone=zone(),
    )
    return make_response(page, status)


def _form_page(form: NewsForm, status: int = 200, *, item: NewsItem | None = None) -> Response:
    titles = TopicTitles(reading().connection())
    page = render_template(
        "staff/news_form.html",
        form=form,
        item=item,
        families=[(code, family.title.in_(language())) for code, family in titles.families.items()],
        options=titles.options(language()),
    )
    return make_response(page, status)


def _not_now(number: int) -> Response:
    flash(_("Nothing was done: somebody has changed or sent it meanwhile."), "warning")
    stop_reading()
    return _page(found_item(number), 409)


def _record(
    session: Session,
    act: str,
    item: NewsItem,
    before: Mapping[str, JsonValue],
    after: Mapping[str, JsonValue],
    at: datetime,
) -> None:
    staff_act.record(session, colleague(), act, (THING, str(item.id)), before=before, after=after, at=at)
