"""The form that writes the text of a rule of the common kinds."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from catalog.model import Family
from webapp.staff.catalogue.entries import Entries

WAYS = ("requires", "excludes", "at_most", "limit")
OPERATORS = ("<=", ">=")
NUMBER = re.compile(r"\d{1,9}([.,]\d{1,3})?")


def written(entries: Entries, chosen: Mapping[str, Sequence[str]], family: Family) -> str:
    """The text that the form says, empty where something is missing; `chosen`: the options of its lists."""
    names = names_of(family)
    left = [name for name in chosen.get("left", ()) if name in names][:60]
    right = [name for name in chosen.get("right", ()) if name in names][:60]
    way = entries["way"]
    if way in ("requires", "excludes"):
        if not left:
            entries.wrong("left", _("Please choose at least one option."))
        if not right:
            entries.wrong("right", _("Please choose at least one option."))
        return f"{' or '.join(left)} {way} {' or '.join(right)}" if left and right else ""
    if way == "at_most":
        number = entries.whole("number", 0, 100)
        if not right:
            entries.wrong("right", _("Please choose at least one option."))
        return f"at most {number} of ({', '.join(right)})" if right and not entries.is_wrong else ""
    if way == "limit":
        return _limit(entries, family)
    entries.wrong("way", _("Please choose a kind of rule."))
    return ""


def _limit(entries: Entries, family: Family) -> str:
    sums = sums_of(family)
    amount, than = entries["amount"], entries["than"]
    operator = entries["operator"] if entries["operator"] in OPERATORS else "<="
    number = entries["limit"].strip().replace(",", ".")
    if amount not in sums:
        entries.wrong("amount", _("Please choose what is added up."))
    if than not in sums:
        if not number:
            entries.wrong("limit", _("Please say how much, or choose another sum."))
        than = ""
    if number and not NUMBER.fullmatch(number):
        entries.wrong("limit", _("A number, please, such as 1.3 or 3600."))
    if entries.is_wrong:
        return ""
    if not than:
        return f"{amount} {operator} {number}"
    return f"{amount} {operator} {number} * {than}" if number else f"{amount} {operator} {than}"


def names_of(family: Family) -> set[str]:
    """What the lists offer: each option, and of each group any option."""
    return {str(key) for key in family.option_by_key} | {f"{group.code}.*" for group in family.groups}


def sums_of(family: Family) -> list[str]:
    """What can be added up: each attribute of all options, and of each group that has it."""
    found = [f"sum({name})" for name in sorted(family.weights)]
    for group in family.groups:
        names = sorted({name for option in group.options for name in option.attributes})
        found += [f"sum({group.code}.{name})" for name in names if name in family.weights]
    return found
