"""The preview: the real configurator on the draft. It records nothing, and nothing can be ordered or kept."""

from datetime import date

from flask import Response, abort, make_response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from catalog.choices import read
from catalog.engine import FIRST_ANSWER, WHATEVER_IT_TAKES, Effort, Impossible
from catalog.expression import OptionKey
from catalog.picture import card, compose, painted
from catalog.schedule import is_dated
from catalog.terms import NO_TERMS
from catalog.tree import TooWide
from webapp.catalogues import draft
from webapp.catalogues.previewed import Unsound, previewed
from webapp.customers.staff_role import Role
from webapp.database import reading, reading_rows
from webapp.fragments import page_or_fragment, swapping
from webapp.guards import LARGEST_NUMBER, from_our_own_page
from webapp.languages import language
from webapp.shop import addresses
from webapp.shop.configurator import SEAL, nothing
from webapp.shop.dates import ready_between
from webapp.shop.pictures import drawing
from webapp.shop.screen import Screen, screen
from webapp.shop.showcase import Where, showcase
from webapp.staff import bp
from webapp.staff.catalogue.days import today
from webapp.staff.catalogue.opened import Opened, opened, room
from webapp.staff.roles import allowed

TAB = "staff.draft_preview"


@bp.get("/catalogue/<code>/preview")
@allowed(Role.EDITOR)
def draft_preview(code: str) -> Response:
    """The configuration of an address, as it would be if the draft were on sale."""
    return _answer(opened(code), FIRST_ANSWER)


@bp.get("/catalogue/<code>/preview/differences")
@allowed(Role.EDITOR)
def draft_preview_differences(code: str) -> Response:
    """The same with every difference proven, however long that takes."""
    return _answer(opened(code), WHATEVER_IT_TAKES)


@bp.get("/catalogue/<code>/preview/day")
@allowed(Role.EDITOR)
def draft_preview_day(code: str) -> AnyResponse:
    """Leads to the preview as it would be on a day."""
    return redirect(url_for("staff.draft_preview_on", code=code, day=_day(request.args.get("day", ""))), 303)


@bp.get("/catalogue/<code>/preview/on/<day>")
@allowed(Role.EDITOR)
def draft_preview_on(code: str, day: str) -> Response:
    """The preview as it would be on a day: options and prices may have theirs."""
    return _answer(opened(code), FIRST_ANSWER, _day(day))


@bp.get("/catalogue/<code>/preview/on/<day>/differences")
@allowed(Role.EDITOR)
def draft_preview_on_differences(code: str, day: str) -> Response:
    return _answer(opened(code), WHATEVER_IT_TAKES, _day(day))


@bp.get("/catalogue/<code>/preview/pictures/<int:number>.svg")
@allowed(Role.EDITOR)
def draft_picture(code: str, number: int) -> Response:
    """What a revision draws of some options."""
    family = draft.document(_revision(code, number))
    picked = read(family, addresses.asked().parameters).choices
    return drawing(compose(family, picked))


@bp.get("/catalogue/<code>/preview/pictures/<int:number>/<option>.svg")
@allowed(Role.EDITOR)
def draft_option_picture(code: str, number: int, option: str) -> Response:
    """What a revision shows of one option on its card."""
    family = draft.document(_revision(code, number))
    key = OptionKey(*option.split(".", 1)) if "." in option else None
    if key is None or key not in family.option_by_key:
        abort(404)
    found = card(family, key)
    return drawing(found) if found else abort(404)


@bp.get("/catalogue/<code>/pictures/<int:number>/<path:name>")
@allowed(Role.EDITOR)
def draft_file(code: str, number: int, name: str) -> Response:
    """One picture of a revision by itself, its paints as they are until an option sets them."""
    family = draft.document(_revision(code, number))
    found = family.picture.files.get(name)
    return drawing(painted(family, found)) if found is not None else abort(404)


def drawings(page: Opened) -> str:
    """Where the pictures of a revision are."""
    return url_for("staff.draft_picture", code=page.code, number=page.number).removesuffix(".svg")


def _answer(page: Opened, effort: Effort, on: date | None = None) -> Response:
    try:
        view = _screen(page, effort, on)
    except Unsound as error:
        return make_response(room("staff/catalogue/unsound.html", page, TAB, faults=error.faults))
    except TooWide:
        return make_response(room("staff/catalogue/unsound.html", page, TAB, faults=[], is_too_wide=True))
    response = page_or_fragment(
        "staff/catalogue/preview.html",
        "shop/_configurator.html",
        screen=view,
        preview=page,
        on=on,
        today=today(),
        is_dated=is_dated(page.family),
    )
    response.vary.update(["Cookie", SEAL])
    return response


def _screen(page: Opened, effort: Effort, on: date | None) -> Screen:
    tried = previewed(page.revision, on or today())
    place = url_for("staff.draft_preview_on", code=page.code, day=on) if on else url_for(TAB, code=page.code)
    asked = addresses.asked()
    said = addresses.reading_of(tried.family, asked)
    try:
        configured = tried.engine.answer(said, effort)
    except Impossible:
        configured = nothing(tried.family)
    shown = showcase(tried, language(), Where(place, drawings(page)))
    ready = ready_between(reading_rows(), today(), configured.lead_days)
    faces = not (swapping() and request.headers.get(SEAL) == shown.seal)
    focus = said.pick if from_our_own_page() and not swapping() and asked.pick else None
    came_from = addresses.came_from(tried.family, place) if asked.pick not in (None, addresses.UNDO) else None
    trail = [came_from.choices] if came_from and from_our_own_page() else []
    return screen(shown, configured, said, {}, NO_TERMS, ready, trail, asked.pick, faces, focus)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if 2000 <= day.year <= 2200 else abort(404)


def _revision(code: str, number: int) -> draft.DraftRevision:
    found = draft.revision(reading(), code, number) if 0 < number <= LARGEST_NUMBER else None
    return found or abort(404)
