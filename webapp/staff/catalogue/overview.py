"""The overview of a draft: what it is, what differs from what is on sale, its history, undo."""

from typing import NamedTuple

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.merging import merge
from catalog.model import Family
from webapp import clock
from webapp.catalogues import draft, draft_history, version
from webapp.catalogues.draft import Act, Moved
from webapp.catalogues.draft_history import Line
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.guards import LARGEST_NUMBER
from webapp.staff import bp
from webapp.staff.catalogue.opened import Opened, opened, room
from webapp.staff.catalogue.saving import record, sent_token
from webapp.staff.catalogue.shown_edits import MOST, ShownEdit, shown
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

TAB = "staff.catalogue_draft"
LATEST = 8  # revisions on the overview
PAGE = 20  # revisions of a page of history


class ShownRevision(NamedTuple):
    """A revision with what it changed."""

    line: Line
    edits: list[ShownEdit]


@bp.get("/catalogue/<code>")
@allowed(Role.EDITOR)
def catalogue_draft(code: str) -> str:
    page = opened(code)
    return room(
        "staff/catalogue/overview.html",
        page,
        TAB,
        news=shown(page.sold, page.family) if page.sold else None,
        MOST=MOST,
        history=_revisions(code, limit=LATEST),
    )


@bp.get("/catalogue/<code>/history")
@allowed(Role.EDITOR)
def draft_revisions(code: str) -> str:
    page = opened(code)
    before = request.args.get("before", type=int)
    found = _revisions(code, limit=PAGE, before=before if before and 0 < before <= LARGEST_NUMBER else None)
    older = found[-1].line.number if found and found[-1].line.number > 1 else None
    return room("staff/catalogue/history.html", page, TAB, history=found, older=older, MOST=MOST)


@bp.get("/catalogue/<code>/differences")
@allowed(Role.EDITOR)
def draft_differences(code: str) -> str:
    """Any two revisions compared; 0 is what is on sale."""
    page = opened(code)
    one = request.args.get("from", max(1, page.number - 1), type=int)
    other = request.args.get("to", page.number, type=int)
    was, now = _document(page, one), _document(page, other)
    return room(
        "staff/catalogue/differences.html",
        page,
        TAB,
        one=one,
        other=other,
        edits=shown(was, now),
        lines=draft_history.lines(reading(), code, limit=500),
    )


@bp.post("/catalogue/<code>/undo")
@allowed(Role.EDITOR)
def undo_draft(code: str) -> Response:
    return _step(code, Act.UNDONE)


@bp.post("/catalogue/<code>/redo")
@allowed(Role.EDITOR)
def redo_draft(code: str) -> Response:
    return _step(code, Act.REDONE)


@bp.post("/catalogue/<code>/revisions/<int:number>/return")
@allowed(Role.EDITOR)
def return_to_revision(code: str, number: int) -> Response:
    """Goes back to an older revision, or, with 0, to what is on sale; what was in between stays in the history."""
    page = opened(code)
    on = page.on_sale.number if number == 0 and page.on_sale else None
    return _put(page, _document(page, number), Act.RETURNED, number, on)


@bp.post("/catalogue/<code>/catching-up")
@allowed(Role.EDITOR)
def catch_up_draft(code: str) -> Response:
    """Brings what was published past this draft into it; where both changed a place, the draft's stays."""
    page = opened(code)
    base = version.find(reading(), code, page.revision.version) if page.revision.version else None
    if page.on_sale is None or base is None:
        abort(404)
    merged = merge(draft.planned(base), draft.planned(page.on_sale), page.family)
    if merged.overlaps:
        flash(_("Where both had changed the same, the draft's own version stays."), "note")
    return _put(page, merged.family, Act.CAUGHT_UP, page.on_sale.number, page.on_sale.number)


def _step(code: str, act: Act) -> Response:
    page = opened(code)
    steps = draft_history.steps(reading(), code)
    number = steps.undo if act is Act.UNDONE else steps.redo
    if number is None:
        flash(_("There is nothing to take back."), "note")
        return redirect(_back(code), 303)
    return _put(page, _document(page, number), act, number)


def _put(page: Opened, family: Family, act: Act, number: int, on: int | None = None) -> Response:
    """Puts a whole document in the draft's place; `number`: the revision or version that it is."""
    at = clock.now()
    try:
        with writing() as session:
            kept = draft.put(
                session,
                page.code,
                family,
                seen=request.form.get("base", 0, type=int),
                act=act,
                who=colleague().name,
                at=at,
                note=str(number),
                token=sent_token(),
                on=on,
            )
            if kept.at == at:
                record(session, kept)
    except Moved:
        flash(_("A colleague saved meanwhile. Look at what they did, then try again."), "warning")
        return redirect(_back(page.code), 303)
    flash(_("Done: the draft is as it was there. This too can be undone."), "done")
    return redirect(_back(page.code), 303)


def _back(code: str) -> str:
    return url_for("staff.catalogue_draft", code=code)


def _document(page: Opened, number: int) -> Family:
    """The document of a revision, or with 0 of what is on sale; 404 where there is none."""
    if number == page.number:
        return page.family
    if number == 0:
        return page.sold or abort(404)
    if not 0 < number <= LARGEST_NUMBER:
        abort(404)
    return draft.document(draft.revision(reading(), page.code, number) or abort(404))


def _revisions(code: str, *, limit: int, before: int | None = None) -> list[ShownRevision]:
    """The newest revisions, each with what it changed in the one before it."""
    found = []
    for line in draft_history.lines(reading(), code, before=before, limit=limit):
        was, now = (
            draft.revision(reading(), code, line.number - 1),
            draft.revision(reading(), code, line.number),
        )
        edits = shown(draft.document(was), draft.document(now)) if was and now else []
        found.append(ShownRevision(line, edits))
    return found
