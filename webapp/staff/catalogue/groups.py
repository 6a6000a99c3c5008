"""One group of a draft: its texts, how many of its options are taken, and its end."""

from flask import abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.grammar import KEYWORDS
from catalog.model import RESERVED, Family, OptionGroup
from catalog.parts import with_group
from catalog.references import of_group, without_group
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries, languages_of, typed_texts
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.options import TAB
from webapp.staff.catalogue.removing import removal_page, taken_away
from webapp.staff.catalogue.saving import save
from webapp.staff.roles import allowed

MOST_PICKS = 1000


@bp.get("/catalogue/<code>/groups/new")
@allowed(Role.EDITOR)
def new_group(code: str) -> Response:
    page = opened(code)
    step = page.family.steps[-1].code if page.family.steps else ""
    return _page(page, None, Entries({"min": "1", "max": "1", "step": step}))


@bp.post("/catalogue/<code>/groups/new")
@allowed(Role.EDITOR)
def make_group(code: str) -> Response:
    return _kept(begun_from(code), None)


@bp.get("/catalogue/<code>/groups/<group>")
@allowed(Role.EDITOR)
def edit_group(code: str, group: str) -> Response:
    page = opened(code)
    found = page.family.group_by_code.get(group) or abort(404)
    return _page(page, found, Entries(_said(found)))


@bp.post("/catalogue/<code>/groups/<group>")
@allowed(Role.EDITOR)
def save_group(code: str, group: str) -> Response:
    page = begun_from(code)
    return _kept(page, page.family.group_by_code.get(group) or abort(404))


@bp.get("/catalogue/<code>/groups/<group>/removal")
@allowed(Role.EDITOR)
def ask_to_remove_group(code: str, group: str) -> str:
    page = opened(code)
    found = page.family.group_by_code.get(group) or abort(404)
    question = _("Take the group “%(name)s” and its options away?", name=found.title.in_(language()))
    back = url_for("staff.edit_group", code=code, group=group)
    return removal_page(page, TAB, question, of_group(group), back)


@bp.post("/catalogue/<code>/groups/<group>/removal")
@allowed(Role.EDITOR)
def remove_group(code: str, group: str) -> Response:
    page = begun_from(code)
    if group not in page.family.group_by_code:
        abort(404)
    family = without_group(page.family, group, taken_away())
    return save(page, family, to=url_for("staff.draft_options", code=code), tab=TAB)


def _kept(page: Opened, was: OptionGroup | None) -> Response:
    entries = Entries(request.form)
    fresh = _read(entries, page.family, was)
    if entries.is_wrong:
        return _page(page, was, entries, 422)
    after = request.form.get("after", "")
    to = url_for("staff.draft_options", code=page.code, _anchor=fresh.code)
    return save(page, with_group(page.family, fresh, after), to=to, tab=TAB)


def _read(entries: Entries, family: Family, was: OptionGroup | None) -> OptionGroup:
    """The group that the form describes; what is wrong is noted in the entries."""
    languages = languages_of(family.title)
    title = entries.texts("title", languages, needed=True)
    code = was.code if was else entries.code("code", family.group_by_code, title=title.in_("en"))
    if not was and code in RESERVED | KEYWORDS:
        entries.wrong("code", _("This is a word of the rule language; choose another code."))
    least, most = entries.whole("min", 0, MOST_PICKS), entries.whole("max", 1, MOST_PICKS)
    if least > most and not entries.is_wrong:
        entries.wrong("max", _("This is less than the least number."))
    step = entries["step"]
    if step not in {each.code for each in family.steps}:
        entries.wrong("step", _("Please choose a step."))
    parts = {
        "title": title,
        "description": entries.texts("description", languages),
        "reason": entries.texts("reason", languages),
        "step": step or "-",
        "min": least,
        "max": max(most, 1),
    }
    if entries.is_wrong:
        return was or OptionGroup(code="wrong", title=title, step="wrong", options=())
    return was.revised(**parts) if was else OptionGroup(code=code, options=(), **parts)


def _said(group: OptionGroup) -> dict[str, str]:
    return {
        **typed_texts("title", group.title),
        **typed_texts("description", group.description),
        **typed_texts("reason", group.reason),
        "min": str(group.min),
        "max": str(group.max),
        "step": group.step,
    }


def _page(page: Opened, group: OptionGroup | None, entries: Entries, status: int = 200) -> Response:
    shown = room(
        "staff/catalogue/group.html",
        page,
        TAB,
        group=group,
        entries=entries,
        codes=languages_of(page.family.title),
        step_choices=[(each.code, each.title.in_(language())) for each in page.family.steps],
    )
    return make_response(shown, status)
