"""What is different between two documents, place by place, as values that can be put into words."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.merging import ABSENT, Found
from catalog.model import Family
from catalog.outline import Branch, Listed, Place, outline


class EditKind(StrEnum):
    """What became of a place."""

    ADDED = "added"  # a thing with a code of its own
    REMOVED = "removed"
    CHANGED = "changed"  # a value; ABSENT where there was or is none
    MOVED = "moved"  # the things at this place stand in another order; `was` and `now` are the codes of both


@dataclass(frozen=True, slots=True)
class Edit:
    """One place that is not as it was."""

    kind: EditKind
    place: Place
    was: Found
    now: Found


def edits(was: Family, now: Family) -> tuple[Edit, ...]:
    """All differences, in the order of the document as it is now; of a new thing only that it is new."""
    return edits_between(outline(was), outline(now))


def edits_between(was: Branch, now: Branch) -> tuple[Edit, ...]:
    """The same for documents whose outlines are there already."""
    return tuple(_between((), was, now))


def moved_keys(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """The fewest of the things in both lists that, moved, explain the new order; in that order."""
    before = {key: at for at, key in enumerate(was)}
    both = [key for key in now if key in before]
    tails: list[int] = []  # the last place of the longest rising run of each length
    ends: list[str] = []
    behind: dict[str, str] = {}
    for key in both:
        at = bisect_left(tails, before[key])
        tails[at:] = [before[key], *tails[at + 1 :]]
        ends[at:] = [key, *ends[at + 1 :]]
        if at:
            behind[key] = ends[at - 1]
    staying: set[str] = set()
    last = ends[-1] if ends else ""
    while last:
        staying.add(last)
        last = behind.get(last, "")
    return [key for key in both if key not in staying]


def _between(place: Place, was: Branch, now: Branch) -> Iterator[Edit]:
    listed = isinstance(now, Listed)
    if listed and (moved := _moved(place, was, now)):
        yield moved
    for key in (*now, *(key for key in was if key not in now)):
        here = (*place, key)
        before, after = was.get(key, ABSENT), now.get(key, ABSENT)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _between(here, before, after)
        elif listed and before is ABSENT:
            yield Edit(EditKind.ADDED, here, before, after)
        elif listed and after is ABSENT:
            yield Edit(EditKind.REMOVED, here, before, after)
        elif isinstance(before, dict) or isinstance(after, dict):
            empty: Branch = {}
            yield from _between(
                here,
                before if isinstance(before, dict) else empty,
                after if isinstance(after, dict) else empty,
            )
        else:
            yield Edit(EditKind.CHANGED, here, before, after)


def _moved(place: Place, was: Branch, now: Branch) -> Edit | None:
    before, after = [key for key in was if key in now], [key for key in now if key in was]
    return Edit(EditKind.MOVED, place, list(was), list(now)) if before != after else None
