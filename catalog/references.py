"""What in a document names an option, a group or an attribute, and the document without it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from catalog.model import Family, Value
from catalog.outline import Place
from catalog.parts import each_option, with_options, without

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.(?:[a-z0-9][a-z0-9_-]*|\*))?")

# The lists of names, by the list of things they belong to, and the texts of the rule language.
NAMED = {"price_rules": "of", "bundles": "options", "ready_made": "choices", "cases": "choices"}
WRITTEN = {"rules": "rule", "resources": "rule", "price_rules": "when"}

Names = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing that names another one; `is_list`: it can do without, since it only lists it."""

    place: Place
    is_list: bool


def of_option(group: str, option: str) -> Names:
    """Whether a name is that of an option."""
    return lambda name: name == f"{group}.{option}"


def of_group(group: str) -> Names:
    """Whether a name is that of a group, of something in it, or of a sum over it."""
    return lambda name: name == group or name.startswith(f"{group}.")


def of_attribute(code: str) -> Names:
    """Whether a name is that of an attribute, or of a group's amount of it."""
    return lambda name: name == code or name.endswith(f".{code}")


def references(family: Family, names: Names) -> list[Reference]:
    """Everything that names it, in the document's order, except what is a part of it."""
    found = [
        Reference(("groups", key.group, "options", key.option), False)
        for key, option in family.option_by_key.items()
        if not names(str(key)) and any(_says(layer.when, names) for layer in option.layers)
    ]
    for kind, thing in _things(family):
        place = (kind, str(getattr(thing, "code", "")))
        if kind in WRITTEN and _says(getattr(thing, WRITTEN[kind]), names):
            found.append(Reference(place, False))
        elif kind in NAMED and any(names(each) for each in getattr(thing, NAMED[kind])):
            found.append(Reference(place, True))
    return found


def without_references(family: Family, names: Names, which: frozenset[Place]) -> Family:
    """The family where those of `which` name it no more: lists go on without it, all else is taken away whole."""
    parts: dict[str, list[Value]] = {kind: [] for kind in {*NAMED, *WRITTEN}}
    for kind, thing in _things(family):
        if (kind, str(getattr(thing, "code", ""))) not in which:
            parts[kind].append(thing)
        elif (kind not in WRITTEN or not _says(getattr(thing, WRITTEN[kind]), names)) and (
            left := tuple(each for each in getattr(thing, NAMED[kind]) if not names(each))
        ):
            parts[kind].append(thing.revised(**{NAMED[kind]: left}))
    changed = family.revised(**{kind: tuple(things) for kind, things in parts.items()})
    return each_option(
        changed,
        lambda key, option: (
            option.revised(layers=tuple(each for each in option.layers if not _says(each.when, names)))
            if ("groups", key.group, "options", key.option) in which
            else option
        ),
    )


def without_option(family: Family, group: str, option: str, which: frozenset[Place]) -> Family:
    """The family without an option; `which`: what is to name it no more."""
    cleared = without_references(family, of_option(group, option), which)
    return with_options(cleared, group, lambda options: without(options, option))


def without_group(family: Family, group: str, which: frozenset[Place]) -> Family:
    """The family without a group and all its options."""
    cleared = without_references(family, of_group(group), which)
    return cleared.revised(groups=without(cleared.groups, group))


def _things(family: Family) -> Iterator[tuple[str, Value]]:
    for kind in ("rules", "resources", "price_rules", "bundles", "ready_made", "cases"):
        for thing in getattr(family, kind):
            yield kind, thing


def _says(text: str | None, names: Names) -> bool:
    """Whether a text of the rule language has such a name in it; read as words, since a draft's text may be faulty."""
    return bool(text) and any(names(each) for each in NAME.findall(text or ""))
