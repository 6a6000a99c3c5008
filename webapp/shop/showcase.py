"""What of a family looks the same in every configuration: titles, cards' faces, groups' heads.

Put together once for each version and language, so that a click renders only what it changes.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from flask_babel import force_locale, get_translations
from flask_babel import gettext as _
from markupsafe import Markup, escape

from catalog.configuration import Origin
from catalog.expression import OptionKey
from catalog.model import NONE, Family, OptionGroup
from catalog.picture import visible
from webapp.catalogues.published import Published
from webapp.shop import addresses
from webapp.shop.rendering import macro

CUT = "\N{INFORMATION SEPARATOR ONE}"
LONG = 9  # options from which on a group can be searched


class Picture(NamedTuple):
    """The small picture of a card: a drawing, a colour, the sign of going without, or none."""

    kind: str
    source: str = ""


class Pattern(NamedTuple):
    """A card cut open where a configuration shows: before its address, its condition and its foot, and the end.

    `bare`: the same without the face, for a page that holds it already.
    """

    whole: tuple[str, str, str, str]
    bare: tuple[str, str, str, str]
    step: str


class Frame(NamedTuple):
    """What stands around a group's cards, cut open where it says who settled the group, and at the cards."""

    whole: tuple[str, str, str]
    bare: tuple[str, str, str]
    reset: tuple[str, str]


class Shelf(NamedTuple):
    """One option group as it always looks. `patterns`: its cards in their order, "without" first."""

    group: OptionGroup
    title: str
    frame: Frame
    patterns: tuple[tuple[OptionKey, Pattern], ...]

    @property
    def keys(self) -> list[OptionKey]:
        return [key for key, _ in self.patterns]


class Where(NamedTuple):
    """Where a configurator stands, and where its pictures are."""

    place: str
    drawings: str


class Showcase(NamedTuple):
    """A version of a family in one language. `rows`: the price lines of its options, cut open at the amount."""

    where: Where
    family: Family
    version: int
    language: str
    seal: str
    titles: Mapping[OptionKey, str]
    rows: Mapping[str, tuple[str, str, str]]
    shelves: tuple[Shelf, ...]
    words: Mapping[Origin, str]
    drawn: frozenset[OptionKey]
    say: "Say"

    def name(self, key: OptionKey) -> str:
        """An option with its group, as in "Frame: steel"."""
        return f"{self.family.group_by_code[key.group].title.in_(self.language)}: {self.titles[key]}"


class Say:
    """The texts of a page in one language, each looked up once: a click needs dozens of them."""

    def __init__(self) -> None:
        self.known: dict[str, Markup] = {}
        self.counted: dict[tuple[str, int], Markup] = {}

    def __call__(self, text: str, **given: object) -> Markup:
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = Markup(get_translations().ugettext(text))
        return found % given if given else found

    def count(self, one: str, many: str, number: int) -> Markup:
        """The form of a text that goes with a number, which stands in it as `num`."""
        found = self.counted.get((one, number))
        if found is None:
            written = Markup(get_translations().ungettext(one, many, number))
            found = self.counted[one, number] = written % {"num": number}
        return found


def showcase(published: Published, language: str, where: Where | None = None) -> Showcase:
    """The showcase of a version; one that was put together before, where there is one.

    `where`: of a configurator that does not stand in the shop.
    """
    code = published.family.code
    if where is None:
        where = Where(addresses.place(code), addresses.drawings(code, published.number))
    return _showcase(_Version(published), language, where)


class _Version:
    """A published version as a key that is quick to compare."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self.name = (published.sha256, published.number)

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Version) and self.name == other.name


@lru_cache(maxsize=32)
def _showcase(version: _Version, language: str, where: Where) -> Showcase:
    with force_locale(language):
        return _put_together(version.published, language, where)


def _put_together(published: Published, language: str, where: Where) -> Showcase:
    family, number = published.family, published.number
    titles = {key: option.title.in_(language) for key, option in family.option_by_key.items()}
    titles |= {OptionKey(group.code, NONE): _("Without") for group in family.groups if group.is_optional}
    line, face = macro("components/waterfall.html", "line"), macro("components/option.html", "face")
    rows = {}
    for key in family.option_by_key:
        group_title = family.group_by_code[key.group].title.in_(language)
        before, between, after = _cut(line(key, CUT, CUT, titles[key], group_title))
        rows[str(key)] = before, between, after
    shelves = []
    for place, group in enumerate(family.groups, start=1):
        patterns = []
        for key in ((OptionKey(group.code, NONE),) if group.is_optional else ()) + group.keys:
            option = family.option_by_key.get(key)
            about = option.description.in_(language) if option else ""
            whole = face(titles[key], about, picture_of(family, where.drawings, key))
            patterns.append(
                (key, Pattern(_card(key, whole), _card(key, Markup("<span></span>")), _step(key)))
            )
        shelves.append(
            Shelf(
                group,
                group.title.in_(language),
                _frame(group, place, language, len(patterns) >= LONG),
                tuple(patterns),
            )
        )
    words = {origin: str(macro("components/group.html", origin.value)()) for origin in Origin}
    seal = f"{family.code}-{number}-{published.sha256[:8]}-{language}"
    return Showcase(
        where, family, number, language, seal, titles, rows, tuple(shelves), words, visible(family), Say()
    )


def _frame(group: OptionGroup, place: int, language: str, is_long: bool) -> Frame:
    frame, reset = macro("components/group.html", "frame"), macro("components/group.html", "reset")
    title, about = group.title.in_(language), group.description.in_(language)
    head = macro("components/group.html", "head")(group, place, title, about, is_long)
    whole, settled, end = _cut(frame(group.code, head, CUT, CUT))
    bare, _, _ = _cut(frame(group.code, Markup("<div></div>"), CUT, CUT))
    before, after = _cut(reset(group.code, CUT))
    return Frame((whole, settled, end), (bare, settled, end), (before, after))


def _card(key: OptionKey, face: str) -> tuple[str, str, str, str]:
    address, condition, foot, end = _cut(macro("components/option.html", "card")(key, CUT, CUT, face, CUT))
    return address, condition, foot, end


def _cut(written: str) -> list[str]:
    """What a template wrote, cut open at the places that change."""
    return str(written).split(CUT)


def _step(key: OptionKey) -> str:
    """What a click on a card adds to an address, ready to stand in HTML."""
    return str(escape(addresses.query([key], key)))


def picture_of(family: Family, drawings: str, key: OptionKey) -> Picture:
    """How an option is pictured on its card; `drawings`: where the pictures of its version are."""
    if key.option == NONE:
        return Picture("without")
    option = family.option_by_key[key]
    if option.swatch and not option.picture:
        return Picture("swatch", option.swatch)
    if option.picture or (option.layers and family.group_by_code[key.group].thumbnail):
        return Picture("drawing", f"{drawings}/{key}.svg")
    return Picture("plain")
