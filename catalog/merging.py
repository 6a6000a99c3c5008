"""Puts two edits of one document together, place by place; where both changed the same place, both are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from catalog.model import Family
from catalog.outline import ORDER, Branch, Listed, Node, Place, family_of, outline


class Side(StrEnum):
    """Whose version of a place is taken."""

    MINE = "mine"
    THEIRS = "theirs"


class Absent(StrEnum):
    """What stands at a place where there is nothing."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Found = Node | Absent


@dataclass(frozen=True, slots=True)
class Overlapping:
    """A place that both changed, each in their own way."""

    place: Place
    base: Found
    mine: Found
    theirs: Found


@dataclass(frozen=True, slots=True)
class Merged:
    """Both edits in one document. Where they overlap, it says what was asked for, else what they said."""

    family: Family
    overlaps: tuple[Overlapping, ...]


def merge(base: Family, mine: Family, theirs: Family, take: Mapping[Place, Side] | None = None) -> Merged:
    """What came of `base` when one made it `mine` and another `theirs`.

    `take`: whose version of a place that both changed is wanted; such a place is no overlap any more.
    """
    merging = _Merging(take or {})
    tree = merging.branch((), outline(base), outline(mine), outline(theirs))
    return Merged(family_of(tree), tuple(merging.overlaps))


@dataclass
class _Merging:
    """One merge, and the overlaps found so far."""

    take: Mapping[Place, Side]
    overlaps: list[Overlapping] = field(default_factory=list)

    def branch(self, place: Place, base: Branch, mine: Branch, theirs: Branch) -> Branch:
        """Both sides' version of something that consists of parts."""
        merged: Branch = {}
        for key in _each(base, theirs, mine):
            found = self.at(
                (*place, key), base.get(key, ABSENT), mine.get(key, ABSENT), theirs.get(key, ABSENT)
            )
            if not isinstance(found, Absent):
                merged[key] = found
        if not isinstance(mine, Listed):
            return merged
        order = self.order(place, list(base), list(mine), list(theirs), set(merged))
        return Listed((key, merged[key]) for key in order)

    def at(self, place: Place, base: Found, mine: Found, theirs: Found) -> Found:
        """What stands at a place after both."""
        if mine == theirs or base == theirs:
            return mine
        if base == mine:
            return theirs
        if isinstance(mine, dict) and isinstance(theirs, dict):
            empty: Branch = Listed() if isinstance(mine, Listed) else {}
            return self.branch(place, base if isinstance(base, dict) else empty, mine, theirs)
        return mine if self.is_mine(Overlapping(place, base, mine, theirs)) else theirs

    def is_mine(self, overlap: Overlapping) -> bool:
        """Whether my version was asked for; an overlap nobody decided on is noted."""
        if overlap.place not in self.take:
            self.overlaps.append(overlap)
        return self.take.get(overlap.place) is Side.MINE

    def order(
        self, place: Place, base: list[str], mine: list[str], theirs: list[str], kept: set[str]
    ) -> list[str]:
        """The order of what is kept: that of the side that moved something, with the other's additions in it."""
        has_mine, has_theirs = _has_moved(base, mine), _has_moved(base, theirs)
        leads_mine = has_mine and not has_theirs
        if has_mine and has_theirs and _has_moved(mine, theirs):
            listed: list[Node] = [list(base), list(mine), list(theirs)]
            leads_mine = self.is_mine(Overlapping((*place, ORDER), *listed))
        first, second = (mine, theirs) if leads_mine else (theirs, mine)
        order = [key for key in first if key in kept]
        new = {key for key in first if key not in base}
        for position, key in enumerate(second):
            if key in kept and key not in order:
                _insert(order, key, second[:position], new if second is mine else set())
        return order


def _each(*branches: Branch) -> list[str]:
    """All keys, those of the first in its order, then what the others have more of, by name."""
    first = list(branches[0])
    return first + sorted({key for branch in branches for key in branch} - set(first))


def _has_moved(before: list[str], after: list[str]) -> bool:
    """Whether what stands in both stands in another order."""
    both = set(before) & set(after)
    return [key for key in before if key in both] != [key for key in after if key in both]


def _insert(order: list[str], key: str, before: Iterable[str], new: set[str]) -> None:
    """Puts a key behind the nearest one that stood before it, and behind what is new there already."""
    at = next((order.index(each) + 1 for each in reversed(list(before)) if each in order), 0)
    while at < len(order) and order[at] in new:
        at += 1
    order.insert(at, key)
