"""All groups and options of a draft: found by their words, put in order by dragging or by buttons."""

from dataclasses import dataclass

from flask import abort, request, url_for
from werkzeug import Response

from catalog.expression import OptionKey
from catalog.model import Family, Option, OptionGroup
from catalog.parts import moved, ordered, with_options
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue.entries import languages_of
from webapp.staff.catalogue.opened import begun_from, opened, room
from webapp.staff.catalogue.saving import save
from webapp.staff.roles import allowed

TAB = "staff.draft_options"
LONGEST_ORDER = 20_000  # characters


@dataclass(frozen=True)
class ListedOption:
    """An option as the list shows it."""

    key: OptionKey
    option: Option
    languages: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.option.title.in_(language())

    @property
    def missing(self) -> list[str]:
        """The languages in which something of it is not said that is said in another one."""
        texts = [self.option.title] + ([self.option.description] if self.option.description.root else [])
        return [code for code in self.languages if any(code not in each.root for each in texts)]


@dataclass(frozen=True)
class ListedGroup:
    """A group with those of its options that are looked for."""

    group: OptionGroup
    options: list[ListedOption]
    is_whole: bool

    @property
    def title(self) -> str:
        return self.group.title.in_(language())


@bp.get("/catalogue/<code>/options")
@allowed(Role.EDITOR)
def draft_options(code: str) -> str:
    """The list; `words` filters it, `moved` names the button that was pressed last, which keeps the focus."""
    page = opened(code)
    words = request.args.get("words", "").strip()[:100]
    return room(
        "staff/catalogue/options.html",
        page,
        TAB,
        groups=listed(page.family, words),
        words=words,
        moved=request.args.get("moved", ""),
        step_titles={step.code: step.title.in_(language()) for step in page.family.steps},
    )


@bp.post("/catalogue/<code>/options/order")
@allowed(Role.EDITOR)
def order_options(code: str) -> Response:
    """Moves one thing by a place (`up`, `down`), or puts a whole list in an order (`order`, codes between spaces)."""
    page = begun_from(code)
    group = request.form.get("group", "")
    if group and group not in page.family.group_by_code:
        abort(404)
    for name, by in (("up", -1), ("down", 1)):
        if pressed := request.form.get(name):
            family = _moved(page.family, group, pressed, by)
            return save(page, family, to=_to(code, group, f"{name}-{pressed}"), tab=TAB)
    order = request.form.get("order", "")[:LONGEST_ORDER].split()
    if not order:
        abort(400)
    return save(page, _ordered(page.family, group, order), to=_to(code, group), tab=TAB)


def listed(family: Family, words: str) -> list[ListedGroup]:
    """The groups with the options in which each of the words is found; all of a group that is found itself."""
    languages = tuple(languages_of(family.title))
    wanted = words.lower().split()
    found = []
    for group in family.groups:
        head = " ".join((group.code, *group.title.root.values())).lower()
        is_whole = all(word in head for word in wanted)
        options = [
            ListedOption(key, option, languages)
            for key, option in zip(group.keys, group.options, strict=True)
            if is_whole or all(word in f"{head} {_said(key, option)}" for word in wanted)
        ]
        if is_whole or options:
            found.append(ListedGroup(group, options, is_whole))
    return found


def _said(key: OptionKey, option: Option) -> str:
    return " ".join((str(key), *option.title.root.values())).lower()


def _moved(family: Family, group: str, code: str, by: int) -> Family:
    if group:
        return with_options(family, group, lambda options: moved(options, code, by))
    return family.revised(groups=moved(family.groups, code, by))


def _ordered(family: Family, group: str, order: list[str]) -> Family:
    if group:
        return with_options(family, group, lambda options: ordered(options, order))
    return family.revised(groups=ordered(family.groups, order))


def _to(code: str, group: str, button: str = "") -> str:
    """The list again, at the place that was moved, with the focus where it was."""
    words = request.form.get("words", "").strip()[:100] or None
    if button:  # which takes the focus, as it does not beside a fragment
        return url_for("staff.draft_options", code=code, words=words, moved=f"{group}.{button}")
    return url_for("staff.draft_options", code=code, words=words, _anchor=group or None)
