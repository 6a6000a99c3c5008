"""What differs between two specifications: parts and steps of the price, whose effects sum to the difference."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog import pricing
from catalog.configuration import PriceLine
from catalog.model import Texts
from webapp.sales.specification import Part, Specification


class Kind(StrEnum):
    """How something differs."""

    REPLACED = "replaced"  # another option stands in its place
    ADDED = "added"
    GONE = "gone"
    RENAMED = "renamed"
    PRICED = "priced"  # the same part at another price
    STEP = "step"  # a bundle, a price rule or a term comes to another amount


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `group` is None for a step of the price that belongs to no part.

    `was` and `now` are titles, None where there is nothing; `effect` is what it adds to the total, in minor units.
    """

    kind: Kind
    group: Texts | None
    was: Texts | None
    now: Texts | None
    effect: int


def differences(was: Specification, now: Specification) -> list[Difference]:
    """Everything that differs, parts in their order first; the effects sum to the difference of the totals.

    Where the two are in different currencies every effect is 0.
    """
    found = [*_of_parts(was, now), *_of_steps(was, now)]
    if was.currency == now.currency:
        return found
    return [
        Difference(each.kind, each.group, each.was, each.now, 0)
        for each in found
        if each.kind not in (Kind.PRICED, Kind.STEP)
    ]


def _of_parts(was: Specification, now: Specification) -> Iterator[Difference]:
    before, after = ({part.code: part for part in each.listed} for each in (was, now))
    cost_before, cost_after = (
        {code: line.amount for code, line in steps(each).items()} for each in (was, now)
    )
    gone = [part for code, part in before.items() if code not in after]
    fresh = [part for code, part in after.items() if code not in before]
    # Of a group that may hold several, one that left and one that came need not have to do with each other.
    sole = _sole(was.listed) & _sole(now.listed)
    for part in before.values():
        if part.code in after:
            yield from _staying(
                part, after[part.code], cost_after.get(part.code, 0) - cost_before.get(part.code, 0)
            )
    for part in gone:
        instead = next((each for each in fresh if each.group == part.group and each.group in sole), None)
        effect = -cost_before.get(part.code, 0)
        if instead is None:
            yield Difference(Kind.GONE, part.group_title, part.title, None, effect)
            continue
        fresh.remove(instead)
        effect += cost_after.get(instead.code, 0)
        yield Difference(Kind.REPLACED, instead.group_title, part.title, instead.title, effect)
    for part in fresh:
        yield Difference(Kind.ADDED, part.group_title, None, part.title, cost_after.get(part.code, 0))


def _sole(parts: list[Part]) -> set[str]:
    return {group for group, many in Counter(part.group for part in parts).items() if many == 1}


def _staying(was: Part, now: Part, effect: int) -> Iterator[Difference]:
    if was.title != now.title:
        yield Difference(Kind.RENAMED, now.group_title, was.title, now.title, effect)
    elif effect:
        yield Difference(Kind.PRICED, now.group_title, was.title, now.title, effect)


def _of_steps(was: Specification, now: Specification) -> Iterator[Difference]:
    parts = {part.code for each in (was, now) for part in each.listed}
    before, after = steps(was), steps(now)
    for code in dict.fromkeys((*before, *after)):
        if code in parts:
            continue
        old, new = before.get(code), after.get(code)
        effect = (new.amount if new else 0) - (old.amount if old else 0)
        if effect:
            yield Difference(Kind.STEP, None, old.label if old else None, new.label if new else None, effect)


def steps(of: Specification) -> Mapping[str, PriceLine]:
    """The steps of a price by code; what a percentage comes to for each of its options is one step."""
    return pricing.steps(of.priced, {part.code for part in of.listed})
