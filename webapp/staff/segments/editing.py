"""Writing, changing and removing segments; while a rule is typed, who it finds stands beside it."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug import Response

from webapp import clock, settings
from webapp.account.build_form import TOKEN
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.fragments import swapping
from webapp.relations.segments import segment, segment_rule, segment_size
from webapp.relations.segments.segment import LONGEST_TITLE, MOST, Changed, Segment, TooMany
from webapp.staff import bp, shown_act
from webapp.staff.catalogue.entries import Entries
from webapp.staff.roles import allowed
from webapp.staff.segments.segment_words import explained
from webapp.staff.segments.shown_segment import ShownRule, Speech, speech
from webapp.staff.sign_in import colleague

THING = "segment"
shown_act.TITLES[THING] = {
    "made": lazy_gettext("Segment made"),
    "changed": lazy_gettext("Segment changed"),
    "removed": lazy_gettext("Segment removed"),
}
shown_act.THINGS[THING] = lazy_gettext("Segment")
shown_act.PLACES[THING] = ("staff.segment_file", "code")
shown_act.FIELDS["title"] = lazy_gettext("Name")
shown_act.FIELDS["rule"] = lazy_gettext("Rule")


@bp.get("/segments/new")
@allowed(Role.RELATIONSHIP)
def new_segment() -> Response:
    """The rule may stand in the address, as in a link from an overlap."""
    said = Entries({"rule": request.args.get("rule", "")[: segment_rule.LONGEST]})
    return _form(speech(), said, None, look=bool(said["rule"]))


@bp.post("/segments/new")
@allowed(Role.RELATIONSHIP)
def make_segment() -> Response:
    return _sent(None)


@bp.get("/segments/<code>/rule")
@allowed(Role.RELATIONSHIP)
def edit_segment(code: str) -> Response:
    kept = found(code)
    said = Entries({"title": kept.title, "rule": kept.rule, "seen": str(kept.edition)})
    return _form(speech(), said, kept, look=True)


@bp.post("/segments/<code>/rule")
@allowed(Role.RELATIONSHIP)
def change_segment(code: str) -> Response:
    return _sent(found(code))


@bp.post("/segments/<code>/removal")
@allowed(Role.RELATIONSHIP)
def remove_segment(code: str) -> Response:
    """The rule and its history go; nobody who was in it is touched."""
    with writing() as session:
        kept = segment.by_code(session, code, for_update=True) or abort(404)
        before = {"title": kept.title, "rule": kept.rule}
        staff_act.record(
            session, colleague(), "removed", (THING, code), before=before, after={}, at=clock.now()
        )
        segment.remove(session, kept)
    flash(_("Removed: %(title)s. Its rule stays in the record.", title=before["title"]), "done")
    return redirect(url_for("staff.segments"), 303)


def found(code: str) -> Segment:
    return segment.by_code(reading(), code) or abort(404)


def _sent(kept: Segment | None) -> Response:
    """A look at what the rule finds, or the rule to be kept."""
    said, words = Entries(request.form), speech()
    shown = words.of(said["rule"].strip())
    if swapping():
        answer = make_response(render_template("staff/segments/_segment_check.html", shown=shown))
        answer.vary.update(["HX-Request", "HX-Request-Type"])
        return answer
    if shown.fault:
        said.wrong("rule", shown.fault)
    if said["act"] == "look":
        return _form(words, said, kept, 422 if said.is_wrong else 200, look=not said.is_wrong)
    title = said.line("title", needed=True, longest=LONGEST_TITLE)
    if not TOKEN.regex.fullmatch(said.token):
        said.wrong("title", _("This page has grown old. Reload it and try again."))
    if said.is_wrong:
        return _form(words, said, kept, 422)
    return _kept(words, shown, said, kept, title)


def _kept(words: Speech, shown: ShownRule, said: Entries, kept: Segment | None, title: str) -> Response:
    size = shown.membership.count  # counted before anything is written
    stop_reading()
    try:
        code = _written(shown, said, kept, title, size)
    except TooMany:
        said.wrong(
            "title",
            _("There are %(number)d segments, which is as many as there may be. Remove one.", number=MOST),
        )
        return _form(words, said, kept, 422)
    except Changed:
        said.wrong(
            "rule",
            _(
                "A colleague has changed this rule meanwhile. Look at theirs, then save yours over it if it is right."
            ),
        )
        stop_reading()
        now = found(kept.code if kept else "")
        said.said["seen"] = str(now.edition)
        return _form(words, said, now, 409, theirs=now.rule)
    return redirect(url_for("staff.segment_file", code=code), 303)


def _written(shown: ShownRule, said: Entries, kept: Segment | None, title: str, size: int) -> str:
    """Keeps the rule with its size of today and the act; answers with its code."""
    at, who = clock.now(), colleague()
    day = clock.day_of(at, settings.current().time_zone)
    with writing() as session:
        if kept is None:
            here = segment.make(session, title, shown.text, token=said.token, who=who, at=at)
            act, before, is_news = "made", {}, here.made_at == at
        else:
            here = segment.by_code(session, kept.code, for_update=True) or abort(404)
            act, before = "changed", {"title": here.title, "rule": here.rule}
            seen = int(said["seen"]) if said["seen"].isdecimal() and len(said["seen"]) < 9 else 0
            is_news = segment.change(here, title, shown.text, seen=seen, who=who, at=at)
        if is_news:
            after = {"title": here.title, "rule": here.rule}
            staff_act.record(session, who, act, (THING, here.code), before=before, after=after, at=at)
            segment_size.note(session, here, size, day=day, at=at)
        return here.code


def _form(
    words: Speech,
    said: Entries,
    kept: Segment | None,
    status: int = 200,
    *,
    look: bool = False,
    theirs: str = "",
) -> Response:
    page = render_template(
        "staff/segments/rule.html",
        kept=kept,
        entries=said,
        facts=[(fact, explained(fact.code)) for fact in segment_rule.FACTS],
        families=list(words.families.values()),
        traits=words.lexicon.traits,
        shown=words.of(said["rule"].strip()) if look else None,
        theirs=theirs,
        longest_title=LONGEST_TITLE,
        longest_rule=segment_rule.LONGEST,
    )
    return make_response(page, status)
