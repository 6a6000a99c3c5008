"""What has changed between a specification and what its choices come to today."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.configuration import PriceLine
from catalog.model import Family, Texts
from webapp.sales.specification import Part, Specification


class Kind(StrEnum):
    """How a part differs."""

    GONE = "gone"  # we make it no more
    REPLACED = "replaced"  # another option stands in its place
    ADDED = "added"
    DROPPED = "dropped"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part that is not as it was. `was` and `now` are titles."""

    kind: Kind
    group: Texts
    was: Texts | None
    now: Texts | None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price step whose amount is not as it was; a step that is missing counts as nothing."""

    label: Texts
    was: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.was


def part_changes(kept: Specification, family: Family, today: Sequence[Part] | None) -> list[PartChange]:
    """Options gone, renamed, or (where the choices still fit together) replaced, dropped and added."""
    changes: list[PartChange] = []
    now = {part.code: part for part in today or ()}
    was = {part.code: part for part in kept.listed}
    codes = {str(key) for key in family.option_by_key}
    fresh = [part for part in now.values() if part.code not in was]
    for part in was.values():
        if part.code in now:
            if now[part.code].title != part.title:
                changes.append(PartChange(Kind.RENAMED, part.group_title, part.title, now[part.code].title))
            continue
        instead = next((other for other in fresh if other.group == part.group), None)
        title = None
        if instead is not None:
            fresh.remove(instead)
            title = instead.title
        if part.code not in codes:
            changes.append(PartChange(Kind.GONE, part.group_title, part.title, title))
        elif today is not None:
            kind = Kind.REPLACED if instead else Kind.DROPPED
            changes.append(PartChange(kind, part.group_title, part.title, title))
    changes += [PartChange(Kind.ADDED, part.group_title, None, part.title) for part in fresh]
    return changes


def price_changes(kept: Sequence[PriceLine], today: Sequence[PriceLine]) -> list[PriceChange]:
    """The steps that differ, then those that are no more; they sum to the difference in price."""
    was, now = _by_code(kept), _by_code(today)
    changes = [
        PriceChange(line.label, was[code].amount if code in was else 0, line.amount)
        for code, line in now.items()
    ]
    changes += [PriceChange(line.label, line.amount, 0) for code, line in was.items() if code not in now]
    return [change for change in changes if change.difference]


def _by_code(lines: Sequence[PriceLine]) -> dict[str, PriceLine]:
    found: dict[str, PriceLine] = {}
    for line in lines:
        before = found.get(line.code)
        found[line.code] = PriceLine(line.code, line.label, line.amount + (before.amount if before else 0))
    return found
