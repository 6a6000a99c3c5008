"""The rows behind the numbers of a news item: whom it reaches, and what it came to."""

from collections.abc import Callable

from flask import abort, render_template, request
from flask_babel import lazy_gettext

from webapp import clock
from webapp.account.topic_rows import FREQUENCIES
from webapp.account.topic_titles import TopicTitles
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.languages import language
from webapp.relations.news import reach, results, topic
from webapp.relations.news.reach import Reached
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.shown_news import found_item, shown_item, zone

# Who is meant by each number about the reach of an item.
WHICH: dict[str, tuple[object, Callable[[Reached], bool]]] = {
    "all": (lazy_gettext("will get it"), lambda one: one.is_allowed),
    "at-once": (lazy_gettext("of them at once"), lambda one: one.is_allowed and one.day is None),
    "later": (
        lazy_gettext("of them with a later letter"),
        lambda one: one.is_allowed and one.day is not None,
    ),
    "misses": (
        lazy_gettext("of them in another language than they chose"),
        lambda one: one.is_allowed and one.misses,
    ),
    "forbidden": (
        lazy_gettext("follow it, but allow no such letters any more: they get nothing"),
        lambda one: not one.is_allowed,
    ),
}
RESULTS = {
    "told": lazy_gettext("letters written"),
    "delivered": lazy_gettext("delivered to the mail server"),
    "opened": lazy_gettext("times its link was opened"),
    "built": lazy_gettext("builds saved within 30 days after opening it"),
    "ordered": lazy_gettext("orders within 30 days after opening it"),
}


@bp.get("/news/<int:number>/reach")
@allowed(Role.RELATIONSHIP)
def news_reach(number: int) -> str:
    """The people behind a number about the reach of an item."""
    item, which = found_item(number), request.args.get("which", "all")
    words, belongs = WHICH.get(which) or abort(404)
    titles = TopicTitles(reading().connection())
    those = [one for one in reach.reach(reading(), item, at=clock.now(), zone=zone()) if belongs(one)]
    return render_template(
        "staff/news_reach.html",
        shown=shown_item(item, titles, clock.now()),
        words=words,
        rows=[(one, titles.title(one.subscription.about, language())) for one in those],
        frequencies=FREQUENCIES,
    )


@bp.get("/news/<int:number>/results/<what>")
@allowed(Role.RELATIONSHIP)
def news_results(number: int, what: str) -> str:
    """The rows behind a result."""
    item = found_item(number)
    if what not in RESULTS:
        abort(404)
    titles = TopicTitles(reading().connection())
    found = results.of(reading(), item)
    return render_template(
        "staff/news_results.html",
        shown=shown_item(item, titles, clock.now()),
        what=what,
        words=RESULTS[what],
        rows=getattr(found, what),
        title_of=lambda code: titles.title(about, language()) if (about := topic.read(code)) else "",
    )
