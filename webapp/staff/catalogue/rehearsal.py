"""The rehearsal of a draft: what it would do to everybody's builds, promises and open orders, down to each of them."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug import Response

from catalog.changes import Change
from catalog.engine import Engine
from catalog.reopen import Reopening, Standing, reopen
from catalog.schedule import in_force
from webapp import clock, settings
from webapp.catalogues import task
from webapp.catalogues.task import Kind
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.fragments import swapping
from webapp.guards import LARGEST_NUMBER
from webapp.sales import build, order, order_revision, quote, rehearsed
from webapp.sales.rehearsed import Rehearsed, Thing
from webapp.sales.reopening import as_kept
from webapp.sales.specification import Specification
from webapp.staff import bp
from webapp.staff.catalogue.opened import room
from webapp.staff.catalogue.shown_rehearsal import (
    STANDINGS,
    THINGS,
    ShownRehearsal,
    masked,
    with_people,
)
from webapp.staff.catalogue.subject import Subject, subject
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

TAB = "staff.draft_rehearsal"
PAGE = 50


@bp.get("/catalogue/<code>/rehearsal")
@allowed(Role.EDITOR)
def draft_rehearsal(code: str) -> str:
    about = subject(code)
    context = _context(about)
    if swapping():
        return render_template("staff/catalogue/_rehearsal.html", **context)
    return room("staff/catalogue/rehearsal.html", about.page, TAB, **context)


@bp.post("/catalogue/<code>/rehearsal")
@allowed(Role.EDITOR)
def begin_rehearsal(code: str) -> Response:
    """Has the worker hold the document to everything that is kept."""
    about = subject(code)
    with writing() as session:
        task.ask(
            session,
            Kind.REHEARSAL,
            code,
            about.sha256,
            who=colleague().name,
            at=clock.now(),
            beside=about.beside,
            anew=True,
        )
    return redirect(url_for(TAB, code=code, **about.named), 303)


@bp.get("/catalogue/<code>/rehearsal/<int:number>/<thing>")
@allowed(Role.EDITOR)
def rehearsed_things(code: str, number: int, thing: str) -> str:
    """What was found of the things of one kind, a page of them; which ones stands in the address."""
    about = subject(code)
    done = task.find(reading(), code, number)
    if done is None or done.kind != Kind.REHEARSAL or thing not in set(Thing):
        abort(404)
    after = request.args.get("after", "")
    after = after if after in set(Standing) else ""
    moved = request.args.get("moved") == "1"
    beyond = request.args.get("beyond", 0, type=int)
    found = rehearsed.rows(
        reading(),
        number,
        Thing(thing),
        after=after or None,
        moved=moved,
        beyond=max(0, min(beyond, LARGEST_NUMBER)),
        limit=PAGE + 1,
    )
    return room(
        "staff/catalogue/rehearsed.html",
        about.page,
        TAB,
        **_context(about),
        done=done,
        thing=Thing(thing),
        rows=with_people(found[:PAGE]),
        after=after,
        moved=moved,
        beyond=beyond,
        next=found[PAGE - 1].id if len(found) > PAGE else None,
    )


@bp.get("/catalogue/<code>/rehearsed/<int:number>")
@allowed(Role.EDITOR)
def rehearsed_thing(code: str, number: int) -> str:
    """One thing before and after: everything that would be different, and the repairs that would be offered."""
    about = subject(code)
    found = rehearsed.find(reading(), number) or abort(404)
    done = task.find(reading(), code, found.task_id) or abort(404)
    kept = _kept(found)
    opened = _opened(about, kept) if kept is not None and done.sha256 == about.sha256 else None
    return room(
        "staff/catalogue/rehearsed_thing.html",
        about.page,
        TAB,
        **_context(about),
        done=done,
        thing=Thing(found.thing),
        shown=with_people([found])[0],
        kept=kept,
        opened_then=opened,
    )


def _context(about: Subject) -> dict[str, Any]:
    shown = ShownRehearsal(about, about.rehearsal)
    return {
        "about": about,
        "rehearsal": shown,
        "standings": STANDINGS,
        "things": THINGS,
        "currency": about.family.currency,
    }


def _kept(found: Rehearsed) -> Specification | None:
    """What is kept of a thing, where it is still there."""
    session = reading()
    if found.thing == Thing.BUILD:
        kept = build.by_code(session, found.ref)
        return kept.latest if kept else None
    if found.thing == Thing.QUOTE:
        return quote.by_code(session, found.ref)
    if found.thing == Thing.ORDER:
        placed = order.by_number(session, found.ref)
        lines = order_revision.lines(session, placed.id or 0) if placed else []
        return next((line for line in lines if line.position == found.position), None)
    return None


def _opened(about: Subject, kept: Specification) -> Reopening:
    today = clock.day_of(clock.now(), settings.current().time_zone)
    return reopen(as_kept(kept), Engine(in_force(about.family, today)))


def reasons(changes: tuple[Change, ...], language: str) -> list[str]:
    """The sentences of the rules that stand against a build."""
    return [reason.in_(language) for change in changes for reason in change.reasons]


bp.add_app_template_global(reasons, "reasons_of")
bp.add_app_template_filter(masked)
