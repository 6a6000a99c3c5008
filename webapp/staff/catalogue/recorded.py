"""What the record keeps of a draft's edits, by place and with names in every language, and how it is read."""

from collections.abc import Sequence

from flask_babel import gettext as _
from pydantic import JsonValue

from catalog.edits import Edit, EditKind, edits_between, moved_keys
from catalog.merging import Absent, Found
from catalog.model import LEAD_DAYS, Family
from catalog.outline import ORDER, Branch, Node, Place, at, outline
from webapp.customers.staff_act import StaffAct
from webapp.languages import language
from webapp.staff.catalogue.shown_edits import field_words, subject_words, thing_of
from webapp.staff.catalogue.words import FIELDS

MOST = 60  # facts of one act; the revisions hold all
LONGEST = 200  # signs of one
NAMES = "names"  # the fact that says what is called how, by the place of the thing

Facts = dict[str, JsonValue]


def facts(was: Family, now: Family) -> tuple[Facts, Facts]:
    """What differs, as it was and as it is."""
    trees = outline(was), outline(now)
    found = edits_between(*trees)
    before: Facts = {}
    after: Facts = {}
    names: Facts = {}
    for edit in found[:MOST]:
        name = "/".join(edit.place)
        if edit.kind is EditKind.MOVED:
            assert isinstance(edit.was, list)
            assert isinstance(edit.now, list)
            after[f"{name}/{ORDER}"] = _listed(
                moved_keys([str(each) for each in edit.was], [str(each) for each in edit.now])
            )
        else:
            before |= {} if edit.kind is EditKind.ADDED else {name: _fact(edit.was)}
            after |= {} if edit.kind is EditKind.REMOVED else {name: _fact(edit.now)}
        for place in _named(edit):
            if titles := _titles(trees, place):
                names["/".join(place)] = titles
    if len(found) > MOST:
        after["…"] = len(found) - MOST
    return before, after | ({NAMES: names} if names else {})


def place_words(act: StaffAct, name: str) -> str:
    """A place that an act speaks of, in the reader's words; empty where it is none."""
    place = tuple(name.split("/"))
    if len(place) < 2 and name not in FIELDS:
        return ""
    names = act.after.get(NAMES)

    def titled(of: Place) -> str:
        titles = names.get("/".join(of)) if isinstance(names, dict) else None
        if isinstance(titles, dict) and titles:
            return str(titles.get(language()) or next(iter(titles.values())))
        return _("days until ready") if of == ("attributes", LEAD_DAYS) else of[-1]

    if place[-1] == ORDER:
        return f"{subject_words(place[:-1], titled)}, {_('order')}"
    words = field_words(place, lambda code: titled(("attributes", code)))
    subject = subject_words(place, titled)
    return f"{subject}, {words}" if words else subject


def _named(edit: Edit) -> list[Place]:
    """The things whose names it takes to speak of an edit."""
    thing = thing_of(edit.place)
    rest = edit.place[len(thing) :]
    attribute = [("attributes", rest[1])] if rest[:1] == ("attributes",) and len(rest) > 1 else []
    return [*([thing] if len(thing) > 1 else []), *attribute]


def _titles(trees: tuple[Branch, Branch], place: Place) -> Facts:
    for tree in reversed(trees):
        try:
            found = at(tree, place)
        except KeyError:
            continue
        if isinstance(found, dict) and isinstance(titles := found.get("title"), dict):
            return {code: text for code, text in titles.items() if isinstance(text, str)}
    return {}


def _fact(value: Found) -> JsonValue:
    if isinstance(value, Absent):
        return None
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, list):
        return _listed(value)
    if isinstance(value, dict):  # a thing of its own: by its name, or else by what it says
        titles = value.get("title")
        return (
            dict(titles)
            if isinstance(titles, dict)
            else _cut(str(value.get("rule") or value.get("code") or ""))
        )
    return _cut(str(value))


def _listed(values: Sequence[Node]) -> list[JsonValue]:
    """As many of them as there is room for."""
    found: list[JsonValue] = []
    for each in values:
        text = " ".join(str(one) for one in each.values() if one) if isinstance(each, dict) else str(each)
        if sum(len(str(one)) for one in found) + len(text) > LONGEST:
            return [*found, "…"]
        found.append(text)
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
