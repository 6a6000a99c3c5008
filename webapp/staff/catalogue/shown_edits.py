"""Differences of two documents in the reader's words: "option Carbon fork: 320.00 → 290.00"."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from catalog.edits import Edit, EditKind, edits_between, moved_keys
from catalog.merging import Absent, Found
from catalog.model import LEAD_DAYS, Family
from catalog.outline import ORDER, Branch, Node, Place, at, outline
from webapp.formats import money
from webapp.languages import language
from webapp.staff.catalogue.words import FIELDS, THINGS, day_of

LONGEST = 160  # characters of one text; whoever wants it whole opens the place
MOST = 200  # differences that a page lists
AMOUNTS = {"price", "amount"}


@dataclass(frozen=True)
class ShownEdit:
    """One difference, put into words; `was` and `now` are empty where there is nothing."""

    kind: EditKind
    place: Place
    subject: str
    field: str
    was: str
    now: str

    def __html__(self) -> Markup:
        subject = Markup("<b>{}</b>").format(self.subject)
        where = Markup("{}, {}").format(subject, self.field) if self.field else subject
        if self.kind is EditKind.ADDED:
            return Markup("{}: {}").format(where, _("new"))
        if self.kind is EditKind.REMOVED:
            return Markup("{}: {}").format(where, _("taken away"))
        if self.kind is EditKind.MOVED:
            return Markup("{}: <ins>{}</ins>").format(where, self.now)
        values = Markup("<del>{}</del> → <ins>{}</ins>").format(self.was or "—", self.now or "—")
        return Markup("{}: {}").format(where, values)

    def __str__(self) -> str:
        return Markup(self.__html__()).striptags()


class ShownEdits:
    """Speaks of the places of two documents by the names of what stands there."""

    def __init__(self, was: Family, now: Family) -> None:
        self.was, self.now = was, now
        self.trees = (outline(now), outline(was))

    def all(self) -> list[ShownEdit]:
        now, was = self.trees
        return [self.edit(each) for each in edits_between(was, now)]

    def edit(self, edit: Edit) -> ShownEdit:
        if edit.kind is EditKind.MOVED:
            moves = self._moves(edit.place, edit.was, edit.now)
            return ShownEdit(edit.kind, edit.place, self.subject(edit.place), _("order"), "", moves)
        return ShownEdit(
            edit.kind,
            edit.place,
            self.subject(edit.place),
            self.field(edit.place),
            self.value(edit.place, edit.was),
            self.value(edit.place, edit.now),
        )

    def subject(self, place: Place) -> str:
        """The thing that a place belongs to, with its name."""
        return subject_words(place, self.title)

    def title(self, place: Place) -> str:
        """What stands at a place, by its title in the reader's language, else by its code."""
        for tree in self.trees:
            try:
                found = at(tree, place)
            except KeyError:
                continue
            if isinstance(found, dict) and isinstance(titles := found.get("title"), dict):
                words = titles.get(language()) or titles.get("en") or next(iter(titles.values()), "")
                if words:
                    return str(words)
        return place[-1]

    def field(self, place: Place) -> str:
        return field_words(place, self.attribute)

    def attribute(self, code: str) -> str:
        known = self.now.attributes.get(code) or self.was.attributes.get(code)
        if known:
            return known.title.in_(language())
        return _("days until ready") if code == LEAD_DAYS else code

    def value(self, place: Place, value: Found) -> str:
        """A value as a person reads it."""
        if isinstance(value, Absent) or value is None or value in ("", [], {}):
            return ""
        name = place[-1] if place else ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int):
            return (
                money(value, self.now.currency)
                if name in AMOUNTS
                else str(format_decimal(value, locale=get_locale()))
            )
        if isinstance(value, dict):
            return self.title(place)
        if isinstance(value, list):
            return self._list(place, value)
        return _cut(_text(place, str(value)))

    def _moves(self, place: Place, was: Found, now: Found) -> str:
        """What stands elsewhere, and behind what."""
        assert isinstance(was, list)
        assert isinstance(now, list)
        codes = [str(code) for code in now]
        words = []
        for code in moved_keys([str(each) for each in was], codes):
            name, at = self.title((*place, code)), codes.index(code)
            other = self.title((*place, codes[at - 1])) if at else ""
            words.append(
                _("%(name)s behind %(other)s", name=name, other=other)
                if at
                else _("%(name)s first", name=name)
            )
        return _cut("; ".join(words))

    def _list(self, place: Place, values: list[Node]) -> str:
        holder = place[:-1] if place and place[-1] == ORDER else place
        words: list[str] = []
        for each in values:
            if isinstance(each, str):
                words.append(self._named(holder, each))
            elif isinstance(each, dict):
                words.append(self._described(each))
            else:
                words.append(str(each))
        return _cut(", ".join(words))

    def _named(self, holder: Place, code: str) -> str:
        group, _dot, option = code.partition(".")
        if option and option not in ("*", "none") and group in self.now.group_by_code:
            return self.title(("groups", group, "options", option))
        return self.title((*holder, code)) if self._has((*holder, code)) else code

    def _described(self, each: Branch) -> str:
        return " ".join(
            money(value, self.now.currency)
            if key in AMOUNTS and isinstance(value, int)
            else _text((key,), str(value))
            for key, value in each.items()
            if value not in (None, "", 0) or key in AMOUNTS
        )

    def _has(self, place: Place) -> bool:
        for tree in self.trees:
            try:
                at(tree, place)
            except KeyError:
                continue
            return True
        return False


def shown(was: Family, now: Family) -> list[ShownEdit]:
    """All differences in words."""
    return ShownEdits(was, now).all()


def subject_words(place: Place, titled: Callable[[Place], str]) -> str:
    """The thing that a place belongs to, with its name."""
    thing = thing_of(place)
    if not thing:
        return _("the family")
    if len(thing) == 1:  # the list itself
        return str(THINGS[thing[0]].plural) if thing[0] in THINGS else thing[0]
    kind, named = THINGS.get(thing[-2]), titled(thing)
    if len(place) == len(thing) + 1 and place[-1] == "options":
        return _("options of the group %(name)s", name=named)
    return f"{kind.one} {named}" if kind else named


def field_words(place: Place, attribute: Callable[[str], str]) -> str:
    """What of the thing it is, empty for the thing itself and for its price."""
    rest = place[len(thing_of(place)) :]
    if not rest or rest[0] == "price" or rest == ("options",) or rest[0] == ORDER:
        return _("order") if rest and rest[-1] == ORDER else ""
    name = str(FIELDS.get(rest[0], rest[0].replace("_", " ")))
    if rest[0] == "attributes" and len(rest) > 1:
        return attribute(rest[1])
    if len(rest) > 1 and rest[-1] != ORDER:
        return f"{name} ({' · '.join(rest[1:])})"
    return name


def thing_of(place: Place) -> Place:
    """The part of a place that names the thing it belongs to."""
    if place[:1] == ("groups",):
        if len(place) >= 4 and place[2] == "options" and place[3] != ORDER:
            return place[:4]
        return place[:2] if len(place) > 1 and place[1] != ORDER else place[:1]
    if place[:2] == ("picture", "files"):
        return place[1:3] and place[:3]
    if place and place[0] in THINGS:
        return place[:2] if len(place) > 1 and place[1] != ORDER else place[:1]
    return ()


def _text(place: Place, text: str) -> str:
    if place and place[-1] in ("since", "until"):
        return day_of(text)
    if place and place[-1] in ("percent", "tax_percent"):
        return f"{format_decimal(Decimal(text), locale=get_locale())} %"
    return text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
