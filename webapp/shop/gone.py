"""What the catalogue has no more, in the words it had: for addresses that are older than today's version."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from catalog.expression import OptionKey
from catalog.model import NONE, Family
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading, reading_rows
from webapp.languages import language
from webapp.sales import current_build
from webapp.shop.visiting import known_owner

STEPS_BACK = 3  # versions that are looked through for a name: anybody may ask for any


class Gone(NamedTuple):
    """A parameter of an address that the family of today lacks: its group, and the option's code."""

    group: str
    option: str


def names(sold: Published, unknown: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Names of what an address asks for in vain: from the version it was chosen under, else from the latest before."""
    unnamed = [Gone(*each) for each in unknown]
    found: dict[tuple[str, str], str] = {}
    if not unnamed:
        return found
    for family in _families(sold):
        found |= {each: name for each in unnamed if (name := _name(family, each))}
        unnamed = [each for each in unnamed if each not in found]
        if not unnamed:
            break
    return found


def _families(sold: Published) -> Iterator[Family]:
    """Today's family, which may still have the group; the one that the visitor chose under; those before today's."""
    yield sold.family
    chosen_under = _chosen_under(sold.family.code)
    before = range(sold.number - 1, max(0, sold.number - 1 - STEPS_BACK), -1)
    for number in dict.fromkeys((*chosen_under, *before)):
        version = published.version(reading_rows(), sold.family.code, number)
        if version is not None:
            yield version.family


def _chosen_under(code: str) -> list[int]:
    owner = known_owner()
    current = current_build.find(reading(), owner, code) if owner else None
    return [current.version] if current else []


def _name(family: Family, gone: Gone) -> str:
    group = family.group_by_code.get(gone.group)
    if group is None:
        return ""
    if gone.option == NONE:
        return group.title.in_(language())
    option = family.option_by_key.get(OptionKey(*gone))
    return f"{group.title.in_(language())}: {option.title.in_(language())}" if option else ""
