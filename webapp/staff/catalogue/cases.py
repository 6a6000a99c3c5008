"""Test cases: builds that must be possible, impossible or cost so much, run at each save."""

import re
from collections.abc import Sequence

from flask import abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.model import Case
from webapp.catalogues import tried_cases
from webapp.catalogues.tried_cases import Outcome, Untried
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue import saving
from webapp.staff.catalogue.case_form import case_in, free_code, named, typed
from webapp.staff.catalogue.days import today
from webapp.staff.catalogue.entries import Entries
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.shown_case import ShownCase
from webapp.staff.roles import allowed

TAB = "staff.draft_cases"
MOST_CASES = 1000


@bp.get("/catalogue/<code>/cases")
@allowed(Role.EDITOR)
def draft_cases(code: str) -> str:
    """All cases with what came of each."""
    page = opened(code)
    try:
        found = [
            ShownCase(page.family, each, page.code) for each in tried_cases.outcomes(page.revision, today())
        ]
        is_untried = False
    except Untried:
        found = [ShownCase(page.family, Outcome(case, None), page.code) for case in page.family.cases]
        is_untried = True
    failing = [] if is_untried else [each for each in found if not each.holds]
    return room("staff/catalogue/cases.html", page, TAB, found=found, failing=failing, is_untried=is_untried)


@bp.get("/catalogue/<code>/cases/new")
@allowed(Role.EDITOR)
def new_case(code: str) -> Response:
    return _form(opened(code), Entries({"expect": "possible"}), None)


@bp.post("/catalogue/<code>/cases")
@allowed(Role.EDITOR)
def make_case(code: str) -> Response:
    page, entries = begun_from(code), Entries(request.form)
    case = case_in(entries, page.family, None)
    if len(page.family.cases) >= MOST_CASES:
        entries.wrong("title", _("At most %(most)d test cases, please.", most=MOST_CASES))
    if entries.is_wrong:
        return _form(page, entries, None, 422)
    return _kept(page, (*page.family.cases, case))


@bp.post("/catalogue/<code>/cases/kept")
@allowed(Role.EDITOR)
def keep_case(code: str) -> Response:
    """A state of the preview becomes a case with one press; names and numbers come from the state itself."""
    page, entries = begun_from(code), Entries(request.form)
    said = entries["choices"].split()[:200]
    expect, total = entries["expect"], entries["total"]
    if expect not in ("possible", "impossible", "total") or (expect == "total" and not _is_whole(total)):
        abort(400)
    names = tuple(dict.fromkeys(said))
    if any(len(name) > 130 for name in names):
        abort(400)
    case = Case.model_validate(
        {
            "code": free_code(page.family, "case"),
            "title": {language(): named(page.family, names)},
            "choices": names,
            "expect": expect,
            "total": int(total) if expect == "total" else None,
        }
    )
    return _kept(page, (*page.family.cases, case))


@bp.get("/catalogue/<code>/cases/<case>")
@allowed(Role.EDITOR)
def draft_case(code: str, case: str) -> Response:
    page = opened(code)
    known = _found(page, case)
    return _form(page, Entries(typed(known, page.family)), known)


@bp.post("/catalogue/<code>/cases/<case>")
@allowed(Role.EDITOR)
def change_case(code: str, case: str) -> Response:
    page, entries = begun_from(code), Entries(request.form)
    known = _found(page, case)
    changed = case_in(entries, page.family, known)
    if entries.is_wrong:
        return _form(page, entries, known, 422)
    return _kept(page, tuple(changed if each is known else each for each in page.family.cases))


@bp.post("/catalogue/<code>/cases/<case>/removal")
@allowed(Role.EDITOR)
def remove_case(code: str, case: str) -> Response:
    page = begun_from(code)
    known = _found(page, case)
    return _kept(page, tuple(each for each in page.family.cases if each is not known))


def _kept(page: Opened, cases: Sequence[Case]) -> Response:
    family = page.family.revised(cases=tuple(cases))
    return saving.save(page, family, to=url_for(TAB, code=page.code), tab=TAB)


def _form(page: Opened, entries: Entries, known: Case | None, status: int = 200) -> Response:
    answer = room("staff/catalogue/case.html", page, TAB, entries=entries, known=known)
    return make_response(answer, status)


def _found(page: Opened, case: str) -> Case:
    return next((each for each in page.family.cases if each.code == case), None) or abort(404)


def _is_whole(text: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9]{1,12}", text))
