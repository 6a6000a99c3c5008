"""Families as files: out as ZIP, in as ZIP for a draft, in as ZIP or UVL for a new family."""

from typing import TYPE_CHECKING

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from catalog import price_list
from catalog.loader import Faults
from catalog.model import Family
from webapp import clock
from webapp.catalogues import draft, package, published, version
from webapp.catalogues.draft import Overlap
from webapp.catalogues.package import Refused, Why
from webapp.customers.staff_role import Role
from webapp.database import reading, reading_rows, writing
from webapp.guards import takes_up_to
from webapp.staff import bp
from webapp.staff.catalogue.entries import CODE, Entries
from webapp.staff.catalogue.families import RESERVED
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.saving import record, say_saved, sent_token
from webapp.staff.catalogue.shown_case import say_cases
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

if TYPE_CHECKING:
    from catalog.uvl_report import UvlReport

TAB = "staff.draft_files"
MOST_FAULTS = 40
LARGEST_UVL = 2 * 1024 * 1024
RESERVED.add("import")  # its page is where files come in


@bp.get("/catalogue/<code>/files")
@allowed(Role.EDITOR)
def draft_files(code: str) -> Response:
    return _page(opened(code), [])


@bp.get("/catalogue/<code>/files/draft.zip")
@allowed(Role.EDITOR)
def exported_draft(code: str) -> Response:
    page = opened(code)
    return _sent(page.family, f"{code}-draft-{page.number}.zip")


@bp.get("/catalogue/<code>/files/<int:number>.zip")
@allowed(Role.EDITOR)
def exported_version(code: str, number: int) -> Response:
    found = version.find(reading(), code, number) or abort(404)
    return _sent(draft.planned(found), f"{code}-{number}.zip")


@bp.post("/catalogue/<code>/files")
@allowed(Role.EDITOR)
@takes_up_to(package.LARGEST + 64 * 1024)
def import_into_draft(code: str) -> Response:
    """The document of a ZIP file as the draft's next revision; what colleagues saved meanwhile is merged."""
    page = begun_from(code)
    known = [page.family, *([page.sold] if page.sold else [])]
    try:
        family = package.unpacked(_bytes(request.files.get("file")), *known)
    except Refused as refused:
        return _page(page, [in_words(refused)], 422)
    except Faults as found:
        return _page(page, _lines(found), 422)
    if family.code != code:
        return _page(page, [_("This file holds the family “%(code)s”.", code=family.code)], 422)
    at = clock.now()
    try:
        with writing() as session:
            kept = draft.save(
                session,
                code,
                family,
                base=page.number,
                who=colleague().name,
                at=at,
                note=_("from a file"),
                token=sent_token(),
            )
            if kept.at == at:
                record(session, kept, note=_("from a file"))
    except Overlap:
        reading().rollback()
        words = _(
            "Colleagues changed the same places meanwhile. Look at what they did, then send the file again."
        )
        return _page(opened(code), [words], 409)
    say_saved(kept, page)
    say_cases(kept)
    return redirect(url_for("staff.catalogue_draft", code=code), 303)


@bp.get("/catalogue/import")
@allowed(Role.EDITOR)
def import_family() -> Response:
    return _import_page(Entries(), [])


@bp.post("/catalogue/import")
@allowed(Role.EDITOR)
@takes_up_to(package.LARGEST + 64 * 1024)
def take_family_in() -> Response:
    """A new family from a ZIP or UVL file, as a draft that nobody sees yet."""
    entries = Entries(request.form)
    sent = request.files.get("file")
    name = sent.filename or "" if sent else ""
    told: UvlReport | None = None
    try:
        raw = _bytes(sent)
        if name.lower().endswith(".uvl"):
            family, told = _of_uvl(raw, name)
        else:
            family = package.unpacked(raw)
    except Refused as refused:
        return _import_page(entries, [in_words(refused)], 422)
    except Faults as found:
        return _import_page(entries, _lines(found), 422)
    family = _with_code(family, entries)
    if entries.is_wrong:
        return _import_page(entries, [], 422)
    at = clock.now()
    with writing() as session:
        begun = draft.begin(
            session, family.code, who=colleague().name, at=at, family=family, token=sent_token()
        )
        if begun.at == at:
            record(session, begun)
    if told is not None:
        page = Opened(begun)
        return make_response(room("staff/catalogue/uvl_report.html", page, TAB, told=told, name=name))
    flash(_("The draft is begun. Nobody sees it until you publish it."), "done")
    say_cases(begun)
    return redirect(url_for("staff.catalogue_draft", code=family.code), 303)


def in_words(refused: Refused) -> str:
    """Why a file is not taken in, and what to do about it."""
    said = {
        Why.NO_ZIP: _("This is no ZIP file, or it is damaged."),
        Why.TOO_LARGE: _(
            "This is more than we take in: 8 MB packed, 2 MB for each file and 32 MB in all unpacked."
        ),
        Why.TOO_MANY: _("There are too many files in it."),
        Why.STRANGE_NAME: _(
            "It holds a file that belongs to no family. Export one to see what there may be."
        ),
        Why.LOCKED: _("It is locked with a password."),
        Why.PICTURE: _("A picture in it cannot be taken in."),
        Why.BROKEN: _("It holds numbers or nesting that nothing can read."),
    }
    return f"{said[refused.why]} {refused.detail}".strip()


def _bytes(sent: FileStorage | None) -> bytes:
    raw = sent.stream.read(package.LARGEST + 1) if sent and sent.filename else b""
    if not raw:
        raise Refused(Why.NO_ZIP, _("Please choose a file."))
    return raw


def _of_uvl(raw: bytes, name: str) -> "tuple[Family, UvlReport]":
    from catalog import (
        uvl,  # here, with its grammar: such files come seldom, and each start would wait for it
    )
    from catalog.uvl_report import report

    if len(raw) > LARGEST_UVL:
        raise Refused(Why.TOO_LARGE)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Why.BROKEN) from None
    prices = request.files.get("prices")
    listed = price_list.read(_bytes(prices), prices.filename or "") if prices and prices.filename else None
    try:
        family = uvl.read(text, name, listed)
    except RecursionError:
        raise Refused(Why.BROKEN) from None
    return family, report(text, name, family)


def _with_code(family: Family, entries: Entries) -> Family:
    """The family under the code that was typed, or its own, where nobody has it yet."""
    code = entries["code"].strip().lower() or family.code
    taken = {
        *RESERVED,
        *draft.codes(reading()),
        *(each.family.code for each in published.families(reading_rows())),
    }
    known = draft.latest(reading(), code)
    is_ours = known is not None and known.token is not None and known.token == sent_token()
    if not CODE.fullmatch(code):
        entries.wrong(
            "code", _("A code consists of small Latin letters, digits and hyphens, at most 60 of them.")
        )
    elif code in taken and not is_ours:
        entries.wrong(
            "code",
            _(
                "There is a family “%(code)s” already: take the file in on its page, or choose another code.",
                code=code,
            ),
        )
    return family if entries.is_wrong or code == family.code else family.revised(code=code)


def _lines(found: Faults) -> list[str]:
    lines = [str(fault) for fault in found.faults[:MOST_FAULTS]]
    more = len(found.faults) - len(lines)
    return [*lines, f"… +{more}"] if more > 0 else lines


def _sent(family: Family, name: str) -> Response:
    answer = make_response(package.packed(family))
    answer.content_type = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(page: Opened, faults: list[str], status: int = 200) -> Response:
    return make_response(
        room("staff/catalogue/files.html", page, TAB, faults=faults, entries=Entries()), status
    )


def _import_page(entries: Entries, faults: list[str], status: int = 200) -> Response:
    page = render_template("staff/catalogue/import.html", entries=entries, faults=faults)
    return make_response(page, status)
