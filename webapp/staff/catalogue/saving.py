"""Keeping an edit: a revision and its record in one transaction, or both versions side by side."""

import re
from collections.abc import Mapping

from flask import flash, make_response, redirect, request
from flask_babel import gettext as _
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from catalog.merging import Side
from catalog.model import Family
from catalog.outline import Place
from webapp import clock
from webapp.catalogues import draft
from webapp.catalogues.draft import DraftRevision, Overlap
from webapp.catalogues.draft_history import lines
from webapp.customers import staff_act
from webapp.database import reading, writing
from webapp.staff.catalogue.opened import Opened, room
from webapp.staff.catalogue.recorded import facts
from webapp.staff.catalogue.shown_case import say_cases
from webapp.staff.catalogue.shown_edits import ShownEdits
from webapp.staff.catalogue.shown_overlap import place_in, shown_overlaps, written
from webapp.staff.sign_in import colleague

THING = "catalogue"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
TAKE = "take:"  # and a place: the field that says whose version of it is to stand


def save(page: Opened, family: Family, *, to: str, note: str = "", tab: str = "") -> Response:
    """Keeps what a form made of the revision it was filled in on, and goes on to `to`.

    What others saved meanwhile is merged. Where they changed the same places, the answer is a page with both versions
    of each, which sends the same form again with what was decided.
    """
    who, at = colleague(), clock.now()
    try:
        with writing() as session:
            kept = draft.save(
                session,
                page.code,
                family,
                base=page.number,
                who=who.name,
                at=at,
                note=note[:500],
                token=sent_token(),
                take=_decided(),
            )
            if kept.at == at:
                record(session, kept, note=note)
    except Overlap as overlap:
        return overlapping(overlap, tab)
    say_saved(kept, page)
    say_cases(kept)
    return redirect(to, 303)


def record(session: Session, kept: DraftRevision, *, note: str = "") -> None:
    """Records what a revision changed, in the transaction that keeps it."""
    before = draft.revision(session, kept.family_code, kept.number - 1)
    now = draft.document(kept)
    was, became = facts(draft.document(before), now) if before else ({}, {})
    currency: dict[str, JsonValue] = {"currency": now.currency}
    staff_act.record(
        session,
        colleague(),
        f"draft-{kept.act}",
        (THING, kept.family_code),
        before=({"revision": before.number} if before else {}) | was | currency,
        after={"revision": kept.number} | became | currency,
        at=kept.at,
        note=note[:500],
    )


def say_saved(kept: DraftRevision, page: Opened) -> None:
    """Tells what came of it, and what came from others meanwhile."""
    if kept.number == page.number:
        flash(_("Nothing was changed."), "note")
    elif kept.merged_from is not None:
        flash(_("Saved, together with what colleagues saved meanwhile."), "done")
    else:
        flash(_("Saved."), "done")


def overlapping(overlap: Overlap, tab: str = "") -> Response:
    """Both versions of each place, with the form that was sent carried along whole."""
    words = ShownEdits(overlap.mine, draft.document(overlap.latest))
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not name.startswith(TAKE)
    ]
    decided = {written(place): side.value for place, side in _decided().items()}
    page = room(
        "staff/catalogue/overlap.html",
        Opened(overlap.latest),
        tab,
        overlaps=shown_overlaps(overlap, words),
        meanwhile=lines(reading(), overlap.latest.family_code, after=overlap.base.number),
        carried=carried,
        decided=decided,
        TAKE=TAKE,
    )
    return make_response(page, 409)


def sent_token() -> str:
    """The mark of the form that was sent, empty of one that has none."""
    token = request.form.get("token", "")
    return token if TOKEN.fullmatch(token) else ""


def _decided() -> Mapping[Place, Side]:
    return {
        place: Side(value)
        for name, value in request.form.items()
        if name.startswith(TAKE) and value in set(Side) and (place := place_in(name.removeprefix(TAKE)))
    }
