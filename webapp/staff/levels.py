"""The ladder of service levels at the desk: its rules and what each gives, changed by owners alone."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import level_words
from webapp.account.build_form import TOKEN
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.languages import LANGUAGES, language
from webapp.relations.levels import level_census, levelling, service_level
from webapp.relations.levels.service_level import Changed, CodeTaken, ServiceLevel, TooMany
from webapp.sales.delivery import METHODS
from webapp.staff import bp, level_entries, shown_act
from webapp.staff.catalogue.entries import Entries
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

THING = "level"
shown_act.TITLES[THING] = {
    "made": lazy_gettext("Level made"),
    "changed": lazy_gettext("Level changed"),
}
shown_act.THINGS[THING] = lazy_gettext("Level")
shown_act.PLACES[THING] = ("staff.level_file", "code")
shown_act.FIELDS |= {
    "rank": lazy_gettext("Place on the ladder"),
    "months": lazy_gettext("Months that count"),
    "percent": lazy_gettext("Per cent off"),
    "free_methods": lazy_gettext("Free delivery"),
    "promise_days": lazy_gettext("Days of a promised price"),
    "comes_first": lazy_gettext("Places are kept"),
    "answer_hours": lazy_gettext("Hours to an answer"),
    "has_manager": lazy_gettext("A manager of their own"),
    "is_open": lazy_gettext("Can be reached"),
}


@bp.get("/levels")
@allowed(Role.RELATIONSHIP)
def levels() -> str:
    """The ladder with how many have each level."""
    session = reading()
    currency, usual = levelling.currency_of(session), settings.current().promise_days
    return render_template(
        "staff/levels/levels.html",
        ladder=[
            (each, level_words.ways(each, currency), level_words.gifts(each, usual))
            for each in service_level.ladder(session, with_closed=True)
        ],
        holders=level_census.holders(session),
        notice=levelling.NOTICE.days,
    )


@bp.get("/levels/new")
@allowed(Role.OWNER)
def new_level() -> Response:
    ladder = service_level.ladder(reading(), with_closed=True)
    said = {"rank": str(max((each.rank for each in ladder), default=0) + 1), "months": "24", "is_open": "y"}
    return _form(None, Entries(said))


@bp.post("/levels/new")
@allowed(Role.OWNER)
def make_level() -> Response:
    return _sent(None)


@bp.get("/levels/<code>")
@allowed(Role.OWNER)
def level_file(code: str) -> Response:
    kept = _found(code)
    return _form(kept, level_entries.entries_of(kept))


@bp.post("/levels/<code>")
@allowed(Role.OWNER)
def change_level(code: str) -> Response:
    return _sent(_found(code))


def _found(code: str) -> ServiceLevel:
    return service_level.by_code(reading(), code) or abort(404)


def _sent(kept: ServiceLevel | None) -> Response:
    """A look at who would have what, or the level to be kept."""
    session, entries = reading(), Entries(request.form)
    ladder = service_level.ladder(session, with_closed=True)
    others = [each for each in ladder if kept is None or each.id != kept.id]
    code = kept.code if kept else level_entries.read_code(entries, [each.code for each in others])
    said = level_entries.read(entries, levelling.currency_of(session), others)
    if not TOKEN.regex.fullmatch(entries.token):
        entries.wrong("title.en", _("This page has grown old. Reload it and try again."))
    if entries.is_wrong:
        return _form(kept, entries, 422)
    if entries["act"] == "look":
        return _form(kept, entries, census=_census(session, kept, said, others))
    stop_reading()
    return _kept(kept, code, said, entries)


def _kept(kept: ServiceLevel | None, code: str, said: dict[str, Any], entries: Entries) -> Response:
    seen = int(entries["seen"]) if entries["seen"].isdecimal() and len(entries["seen"]) < 9 else 0
    try:
        with writing() as session:
            _write(session, kept, code, said, seen)
    except CodeTaken:
        entries.wrong("code", _("This code is taken already."))
    except TooMany:
        entries.wrong("code", level_entries.too_many())
    except Changed:
        entries.wrong(
            "rule", _("A colleague has changed this level meanwhile. Reload the page to see theirs.")
        )
    if entries.is_wrong:
        stop_reading()
        return _form(kept, entries, 409)
    flash(_("Saved. Levels of customers follow within minutes; nobody loses one without notice."), "done")
    return redirect(url_for("staff.levels"), 303)


def _write(session: Session, kept: ServiceLevel | None, code: str, said: dict[str, Any], seen: int) -> None:
    """Keeps the level and the act, and lets the worker look at everybody."""
    at, who = clock.now(), colleague()
    if kept is None:
        service_level.make(session, code, said, by=who.name, at=at)
        act, before, after = "made", {}, _facts(said)
    else:
        here = service_level.by_code(session, code, for_update=True) or abort(404)
        news = service_level.change(session, here, said, seen=seen, by=who.name, at=at)
        if not news:
            return
        act = "changed"
        before = _facts({name: was for name, (was, _becomes) in news.items()})
        after = _facts({name: becomes for name, (_was, becomes) in news.items()})
    staff_act.record(session, who, act, (THING, code), before=before, after=after, at=at)
    levelling.note_everybody(session)


def _facts(said: dict[str, Any]) -> dict[str, JsonValue]:
    """The columns as the record keeps them."""
    found: dict[str, JsonValue] = dict(said)
    if "title" in found:
        found["title"] = " / ".join(said["title"].values())
    if "free_methods" in found:
        found["free_methods"] = ", ".join(said["free_methods"])
    return found


def _census(
    session: Session, kept: ServiceLevel | None, said: dict[str, Any], others: list[ServiceLevel]
) -> list[tuple[str, int, int]]:
    """Each level by name, how many have it now, and how many would have earned it today by what was typed."""
    draft = ServiceLevel(id=kept.id if kept else 0, code="", changed_at=clock.now(), changed_by="", **said)
    ladder = sorted([*others, draft], key=lambda each: each.rank)
    currency, zone = levelling.currency_of(session), settings.current().time_zone
    rungs = levelling.rungs([each for each in ladder if each.is_open], currency)
    counts = level_census.earned(
        session,
        rungs,
        currency,
        today=clock.today(zone),
        day_of=lambda moment: clock.day_of(moment, zone),
    )
    now = level_census.holders(session)
    codes = {draft.id: kept.code if kept else ""}
    return [
        (each.texts.in_(language()), now.get(codes.get(each.id, each.code), 0), counts.get(each.id or 0, 0))
        for each in ladder
    ]


def _form(
    kept: ServiceLevel | None,
    entries: Entries,
    status: int = 200,
    *,
    census: list[tuple[str, int, int]] | None = None,
) -> Response:
    page = render_template(
        "staff/levels/level.html",
        kept=kept,
        entries=entries,
        codes=list(LANGUAGES),
        methods=METHODS,
        census=census,
        usual_days=settings.current().promise_days,
        notice=levelling.NOTICE.days,
        acts=staff_act.on(reading(), (THING, kept.code), limit=20) if kept else (),
    )
    return make_response(page, status)
