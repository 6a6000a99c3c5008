"""A family with another part: groups, options and steps put in, taken out and moved."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from catalog.expression import OptionKey
from catalog.model import Family, Option, OptionGroup


class Coded(Protocol):
    """Something with a code."""

    @property
    def code(self) -> str: ...


Part = TypeVar("Part", bound=Coded)


def put(parts: Sequence[Part], part: Part, after: str = "") -> tuple[Part, ...]:
    """The parts with one in the place of that with its code; a new one behind `after`, else at the end."""
    codes = [each.code for each in parts]
    if part.code in codes:
        return tuple(part if each.code == part.code else each for each in parts)
    at = codes.index(after) + 1 if after in codes else len(codes)
    return (*parts[:at], part, *parts[at:])


def without(parts: Sequence[Part], code: str) -> tuple[Part, ...]:
    return tuple(each for each in parts if each.code != code)


def moved(parts: Sequence[Part], code: str, by: int) -> tuple[Part, ...]:
    """The parts with one moved by so many places, as far as there are any."""
    at = next((at for at, each in enumerate(parts) if each.code == code), None)
    if at is None:
        return tuple(parts)
    rest = [*parts[:at], *parts[at + 1 :]]
    to = max(0, min(at + by, len(rest)))
    return (*rest[:to], parts[at], *rest[to:])


def ordered(parts: Sequence[Part], codes: Iterable[str]) -> tuple[Part, ...]:
    """The parts in the order of their codes; what is not named stands behind what it stood behind before."""
    said = list(dict.fromkeys(codes))
    by_code = {each.code: each for each in parts}
    order = [code for code in said if code in by_code]
    before = ""
    for each in parts:
        if each.code not in order:
            order.insert(order.index(before) + 1 if before else 0, each.code)
        before = each.code
    return tuple(by_code[code] for code in order)


def with_group(family: Family, group: OptionGroup, after: str = "") -> Family:
    return family.revised(groups=put(family.groups, group, after))


def with_options(
    family: Family, code: str, act: Callable[[tuple[Option, ...]], tuple[Option, ...]]
) -> Family:
    """The family with other options in one group."""
    groups = tuple(
        each.revised(options=act(each.options)) if each.code == code else each for each in family.groups
    )
    return family.revised(groups=groups)


def with_option(family: Family, key: OptionKey, option: Option, after: str = "") -> Family:
    """The family with an option in the place of that with its code, or a new one behind `after`."""
    return with_options(family, key.group, lambda options: put(options, option, after))


def each_option(family: Family, act: Callable[[OptionKey, Option], Option]) -> Family:
    """The family with every option as `act` makes it."""
    groups = tuple(
        group.revised(
            options=tuple(act(key, each) for key, each in zip(group.keys, group.options, strict=True))
        )
        for group in family.groups
    )
    return family.revised(groups=groups)
