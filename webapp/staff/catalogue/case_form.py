"""What staff type into a test case, and a case as a form holds it."""

import re
from typing import Literal, cast

from flask_babel import gettext as _

from catalog.choices import Choices
from catalog.model import NONE, Case, Family, Texts
from webapp.languages import language
from webapp.staff.catalogue.entries import Entries, amount_text, spelled

MOST_CHOICES = 200
EXPECTATIONS = ("possible", "impossible", "total")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*")


def case_in(entries: Entries, family: Family, known: Case | None) -> Case:
    """The case that a form says; where it is wrong, `entries` says what."""
    title = entries.line("title", longest=120)
    choices = choices_in(entries, family)
    expect = entries["expect"] if entries["expect"] in EXPECTATIONS else ""
    if not expect:
        entries.wrong("expect", _("Please say what must come of it."))
    total = None
    if expect == "total":
        if not entries["total"].strip():
            entries.wrong("total", _("Please fill this in."))
        total = entries.amount("total", family.currency)
    title = title or named(family, choices)
    code = known.code if known else free_code(family, spelled(title) or "case")
    words = dict(known.title.root) if known else {}
    return Case(
        code=code,
        title=Texts(words | {language(): title}),
        choices=choices,
        expect=cast(Literal["possible", "impossible", "total"], expect or "possible"),
        total=total,
    )


def choices_in(entries: Entries, family: Family) -> tuple[str, ...]:
    """The choices of a case: names of options, each as `group.option`."""
    names = re.split(r"[\s,;]+", entries["choices"].strip()) if entries["choices"].strip() else []
    for name in names[:MOST_CHOICES]:
        group, _dot, option = name.partition(".")
        found = family.group_by_code.get(group)
        if not NAME.fullmatch(name):
            entries.wrong(
                "choices", _("“%(name)s” is no name of an option, such as frame.steel.", name=name[:60])
            )
        elif found is None:
            entries.wrong("choices", _("There is no group “%(code)s”.", code=group))
        elif option == NONE and not found.is_optional:
            entries.wrong("choices", _("The group “%(code)s” cannot be left empty.", code=group))
        elif option != NONE and option not in [each.code for each in found.options]:
            entries.wrong(
                "choices", _("The group “%(group)s” has no option “%(option)s”.", group=group, option=option)
            )
    if len(names) > MOST_CHOICES:
        entries.wrong("choices", _("At most %(most)d choices, please.", most=MOST_CHOICES))
    return tuple(dict.fromkeys(names[:MOST_CHOICES]))


def named(family: Family, choices: tuple[str, ...]) -> str:
    """A name for a case that nobody named: its last choices, in words."""
    titles = []
    for key in Choices.of_names([name for name in choices if "." in name]):
        option = family.option_by_key.get(key)
        group = family.group_by_code.get(key.group)
        if option is not None:
            titles.append(option.title.in_(language()))
        elif group is not None and key.option == NONE:
            titles.append(_("without %(group)s", group=group.title.in_(language())))
    shown = ", ".join(titles[-3:]) or _("Nothing chosen")
    return (_("… %(choices)s", choices=shown) if len(titles) > 3 else shown)[:120]


def free_code(family: Family, wish: str) -> str:
    """A code that no other case has."""
    taken = {case.code for case in family.cases}
    wish = wish[:50].strip("-_") or "case"
    return next(
        code for n in range(1, len(taken) + 3) if (code := wish if n == 1 else f"{wish}-{n}") not in taken
    )


def typed(case: Case, family: Family) -> dict[str, str]:
    """A case as a form holds it."""
    return {
        "title": case.title.in_(language()),
        "choices": "\n".join(case.choices),
        "expect": case.expect,
        "total": "" if case.total is None else amount_text(case.total, family.currency),
    }
