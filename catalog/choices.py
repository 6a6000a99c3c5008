"""What a shopper said, in the order it was said, and how it reads in an address."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.expression import OptionKey
from catalog.model import NONE, Family, OptionGroup


@dataclass(frozen=True, slots=True)
class Choices:
    """Picks, oldest first; `group.none` refuses whatever else the group offers.

    In a group of which one option may be taken a later pick replaces the earlier one. In a group of several
    `none` stands for "nothing but my picks here".
    """

    said: tuple[OptionKey, ...] = ()

    def __iter__(self) -> Iterator[OptionKey]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def __contains__(self, key: object) -> bool:
        return key in self.said

    def of(self, group: str) -> tuple[OptionKey, ...]:
        """What was said about one group."""
        return tuple(key for key in self.said if key.group == group)

    def without(self, *keys: OptionKey) -> "Choices":
        return Choices(tuple(key for key in self.said if key not in keys))

    def without_group(self, group: str) -> "Choices":
        return Choices(tuple(key for key in self.said if key.group != group))

    def with_pick(self, group: OptionGroup, key: OptionKey) -> "Choices":
        """The choices after a click on an option, or on "without" (`none`), of the group."""
        replaces = group.is_choose_one or key.option == NONE
        kept = [said for said in self.said if (said.group != group.code if replaces else said != key)]
        return Choices((*kept, key))

    def parameters(self) -> list[tuple[str, str]]:
        """The address's parameters, in the order the choices were made."""
        return [(key.group, key.option) for key in self.said]

    @classmethod
    def of_names(cls, names: Iterable[str]) -> "Choices":
        """Choices written `group.option`, as in a ready-made build."""
        return cls(tuple(OptionKey(*name.split(".", 1)) for name in names))


@dataclass(frozen=True, slots=True)
class Reading:
    """An address as choices: what stands, the click that led here, the choices before it, what was unknown."""

    choices: Choices
    pick: OptionKey | None
    before: Choices
    unknown: tuple[tuple[str, str], ...] = ()


def read(family: Family, parameters: Sequence[tuple[str, str]], pick: str | None = None) -> Reading:
    """Reads an address's parameters (in their order, without `pick`). Codes the family lacks are set aside.

    `pick` names the last click; without it the last parameter is taken for it.
    Where an address names two options of a choose-one group the later stands, and the earlier is what stood
    before the click: that is how a pick that does not fit keeps the choice it wants to replace.
    """
    known: list[OptionKey] = []
    unknown: list[tuple[str, str]] = []
    for group_code, option in parameters:
        group = family.group_by_code.get(group_code)
        key = OptionKey(group_code, option)
        if group is None or not (key in group.keys or (option == NONE and group.is_optional)):
            unknown.append((group_code, option))
        else:
            known.append(key)
    named = next((key for key in known if str(key) == pick), None)
    clicked = named or (known[-1] if known else None)
    if clicked is None:
        return Reading(Choices(), None, Choices(), tuple(unknown))
    before = _standing(family, [key for key in known if key != clicked])
    # A click on "without" of a group of several takes the place of the picks there, as one of a choose-one group does.
    replaces = family.group_by_code[clicked.group].is_choose_one or (
        clicked == named and clicked.option == NONE
    )
    standing = [key for key in known if key == clicked or not (replaces and key.group == clicked.group)]
    return Reading(_standing(family, standing), clicked, before, tuple(unknown))


def _standing(family: Family, said: list[OptionKey]) -> Choices:
    """What stands of picks in their order: the last of a choose-one group, each option once."""
    standing: dict[OptionKey, None] = {}
    for key in said:
        if family.group_by_code[key.group].is_choose_one:
            for other in [other for other in standing if other.group == key.group]:
                del standing[other]
        standing.setdefault(key)
    return Choices(tuple(standing))
