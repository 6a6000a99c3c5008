"""One option of a draft: texts, price and days, attributes, traits; new ones and copies."""

from flask import abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.expression import OptionKey
from catalog.model import Option, OptionGroup
from catalog.parts import with_option
from catalog.references import of_option, without_option
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries, languages_of
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.option_form import DATED, attribute_fields, read_option, said_of, trait_fields
from webapp.staff.catalogue.options import TAB
from webapp.staff.catalogue.removing import removal_page, taken_away
from webapp.staff.catalogue.saving import save
from webapp.staff.roles import allowed


@bp.get("/catalogue/<code>/groups/<group>/options/new")
@allowed(Role.EDITOR)
def new_option(code: str, group: str) -> Response:
    """An empty form, or with `copy` one filled in like another option of the group."""
    page = opened(code)
    found = page.family.group_by_code.get(group) or abort(404)
    copied = request.args.get("copy", "")
    like = _option(found, copied) if copied else None
    said = said_of(like, page.family.currency) | {"copy": copied} if like else {}
    return _page(page, found, None, Entries(said))


@bp.post("/catalogue/<code>/groups/<group>/options/new")
@allowed(Role.EDITOR)
def make_option(code: str, group: str) -> Response:
    page = begun_from(code)
    return _kept(page, page.family.group_by_code.get(group) or abort(404), None)


@bp.get("/catalogue/<code>/groups/<group>/options/<option>")
@allowed(Role.EDITOR)
def edit_option(code: str, group: str, option: str) -> Response:
    page = opened(code)
    holder = page.family.group_by_code.get(group) or abort(404)
    found = _option(holder, option)
    return _page(page, holder, found, Entries(said_of(found, page.family.currency)))


@bp.post("/catalogue/<code>/groups/<group>/options/<option>")
@allowed(Role.EDITOR)
def save_option(code: str, group: str, option: str) -> Response:
    page = begun_from(code)
    holder = page.family.group_by_code.get(group) or abort(404)
    return _kept(page, holder, _option(holder, option))


@bp.get("/catalogue/<code>/groups/<group>/options/<option>/removal")
@allowed(Role.EDITOR)
def ask_to_remove_option(code: str, group: str, option: str) -> str:
    page = opened(code)
    found = _option(page.family.group_by_code.get(group) or abort(404), option)
    question = _("Take the option “%(name)s” away?", name=found.title.in_(language()))
    back = url_for("staff.edit_option", code=code, group=group, option=option)
    return removal_page(page, TAB, question, of_option(group, option), back)


@bp.post("/catalogue/<code>/groups/<group>/options/<option>/removal")
@allowed(Role.EDITOR)
def remove_option(code: str, group: str, option: str) -> Response:
    page = begun_from(code)
    _option(page.family.group_by_code.get(group) or abort(404), option)
    family = without_option(page.family, group, option, taken_away())
    return save(page, family, to=url_for("staff.draft_options", code=code, _anchor=group), tab=TAB)


def _option(group: OptionGroup, code: str) -> Option:
    return next((each for each in group.options if each.code == code), None) or abort(404)


def _kept(page: Opened, group: OptionGroup, was: Option | None) -> Response:
    entries = Entries(request.form)
    copied = entries["copy"] if not was else ""
    like = next((each for each in group.options if each.code == copied), None)
    fresh = read_option(entries, page.family, group, was, like)
    if fresh is None:
        return _page(page, group, was, entries, 422)
    family = with_option(page.family, OptionKey(group.code, fresh.code), fresh, after=copied)
    if "then_new" in request.form:
        to = url_for("staff.new_option", code=page.code, group=group.code)
    else:
        to = url_for("staff.draft_options", code=page.code, _anchor=f"{group.code}.{fresh.code}")
    return save(page, family, to=to, tab=TAB)


def _page(
    page: Opened, group: OptionGroup, option: Option | None, entries: Entries, status: int = 200
) -> Response:
    before, after = _neighbours(group, option)
    shown = room(
        "staff/catalogue/option.html",
        page,
        TAB,
        group=group,
        option=option,
        entries=entries,
        codes=languages_of(page.family.title),
        attributes=attribute_fields(page.family, entries),
        traits=trait_fields(page.family),
        dated=range(DATED),
        before=before,
        after=after,
    )
    return make_response(shown, status)


def _neighbours(group: OptionGroup, option: Option | None) -> tuple[Option | None, Option | None]:
    """The options before and behind this one, to go on to."""
    if option is None:
        return None, None
    codes = [each.code for each in group.options]
    at = codes.index(option.code)
    return (
        group.options[at - 1] if at else None,
        group.options[at + 1] if at + 1 < len(group.options) else None,
    )
