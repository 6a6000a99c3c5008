"""All texts of a draft, side by side in their languages; those that are missing come first."""

from dataclasses import dataclass

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.model import Family
from catalog.outline import Place
from catalog.wording import Wording, with_wordings, wordings
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries, languages_of
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.saving import save
from webapp.staff.catalogue.shown_edits import ShownEdits
from webapp.staff.catalogue.shown_overlap import place_in, written
from webapp.staff.roles import allowed

TAB = "staff.draft_texts"
FIELD = "text:"
MISSING, FAMILY, RULES = "missing", "family", "rules"
AT_ONCE = 60  # texts on one page of those that are missing
OF_RULES = frozenset({"rules", "resources", "price_rules", "bundles"})


@dataclass(frozen=True)
class ShownWording:
    """A text with what it belongs to; `fields`: the names of its fields by language."""

    subject: str
    field: str
    wording: Wording
    fields: dict[str, str]
    missing: list[str]

    @property
    def is_long(self) -> bool:
        return self.wording.place[-1] != "title"


@bp.get("/catalogue/<code>/texts")
@allowed(Role.EDITOR)
def draft_texts(code: str) -> Response:
    return _page(opened(code), Entries())


@bp.post("/catalogue/<code>/texts")
@allowed(Role.EDITOR)
def save_texts(code: str) -> Response:
    page, entries = begun_from(code), Entries(request.form)
    said: dict[Place, dict[str, str]] = {}
    for name in entries.said:
        place = place_in(name.removeprefix(FIELD)) if name.startswith(FIELD) else None
        if place and len(place) > 1:
            said.setdefault(place[:-1], {})[place[-1]] = entries.paragraph(name)
    known = {each.place: each for each in wordings(page.family)}
    languages = set(languages_of(page.family.title))
    told = {
        place: {each: text for each, text in texts.items() if each in languages}
        for place, texts in said.items()
        if place in known
    }
    if entries.is_wrong:
        return _page(page, entries, 422)
    part = request.form.get("part", MISSING)
    to = url_for("staff.draft_texts", code=code, part=part)
    return save(page, with_wordings(page.family, told), to=to, tab=TAB)


def _page(page: Opened, entries: Entries, status: int = 200) -> Response:
    family, languages = page.family, languages_of(page.family.title)
    found = wordings(family)
    lacking = [each for each in found if each.missing(languages)]
    asked = request.values.get("part", MISSING)
    parts = _parts(family)
    part = asked if asked in parts else MISSING
    shown = lacking[:AT_ONCE] if part == MISSING else [each for each in found if _part_of(each.place) == part]
    if status != 200:  # what was typed stays, also where the page would show other texts by now
        typed = {name for name in entries.said if name.startswith(FIELD)}
        shown = [each for each in found if _fields(each, languages)[languages[0]] in typed]
    words = ShownEdits(family, family)
    rows = [
        ShownWording(
            words.subject(each.place),
            words.field(each.place),
            each,
            _fields(each, languages),
            each.missing(languages),
        )
        for each in shown
    ]
    for row in rows:
        for code, name in row.fields.items():
            entries.said.setdefault(name, row.wording.texts.root.get(code, ""))
    template = room(
        "staff/catalogue/texts.html",
        page,
        TAB,
        entries=entries,
        rows=rows,
        part=part,
        parts=parts,
        codes=languages,
        lacking={name: _lacking(lacking, name) for name in parts},
        more=len(lacking) - AT_ONCE if part == MISSING else 0,
    )
    return make_response(template, status)


def _parts(family: Family) -> dict[str, str]:
    """The pages of texts with their names."""
    groups = {group.code: group.title.in_(language()) for group in family.groups}
    return {
        MISSING: _("Missing"),
        FAMILY: _("Family"),
        **{f"groups/{code}": title for code, title in groups.items()},
        RULES: _("Rules and prices"),
    }


def _part_of(place: Place) -> str:
    if place[0] == "groups":
        return "/".join(place[:2])
    return RULES if place[0] in OF_RULES else FAMILY


def _lacking(lacking: list[Wording], part: str) -> int:
    if part == MISSING:
        return len(lacking)
    return sum(1 for each in lacking if _part_of(each.place) == part)


def _fields(each: Wording, languages: list[str]) -> dict[str, str]:
    return {code: f"{FIELD}{written((*each.place, code))}" for code in languages}
