"""Which options suit somebody, and for which of their preferences: marks beside options, never a part of a price.

A group *speaks of* a preference where some of its options suit it and some do not; elsewhere it says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from catalog.expression import OptionKey
from catalog.model import Family, Option, OptionGroup
from catalog.preference import Preference

Reasons = tuple[Preference, ...]


def suits(family: Family, option: Option, preference: Preference) -> bool:
    """Whether an option has the preferred trait, or a stated number lies between its attributes, both included."""
    measure = next((each for each in family.measures if each.code == preference.trait), None)
    if measure is None:
        return preference.value in option.traits.get(preference.trait, ())
    try:
        number = int(preference.value)
    except ValueError:
        return False
    least, most = (option.attributes.get(name) for name in measure.attributes)
    return (least is None or least <= number) and (most is None or number <= most)


def known(family: Family, preferences: Iterable[Preference]) -> Reasons:
    """The preferences that some group of a family speaks of, each once, what was stated first, then the strongest."""
    best: dict[tuple[str, str], Preference] = {}
    for each in preferences:
        held = best.get(each[:2])
        if held is None or _rank(each) < _rank(held):
            best[each[:2]] = each
    spoken = [each for each in best.values() if any(speaks(family, group, each) for group in family.groups)]
    return tuple(sorted(spoken, key=_rank))


def out_of_reach(family: Family, preferences: Iterable[Preference]) -> Reasons:
    """The stated numbers that a family asks for and that none of its options suits."""
    asked = {measure.code for measure in family.measures}
    return tuple(
        each
        for each in preferences
        if each.stated
        and each.trait in asked
        and not any(
            suits(family, option, each)
            for option in family.option_by_key.values()
            if _asks(family, option, each)
        )
    )


def speaks(family: Family, group: OptionGroup, preference: Preference) -> bool:
    """Whether the options of a group differ in a preference."""
    suiting = sum(suits(family, option, preference) for option in group.options)
    return 0 < suiting < len(group.options)


def fits(family: Family, preferences: Iterable[Preference]) -> Mapping[OptionKey, Reasons]:
    """The options that fit, each with the preferences that it suits.

    In each group it is those options that suit the most of what was stated; where the group speaks of nothing that
    was stated, those that suit the most of what was inferred, by strength.
    """
    found: dict[OptionKey, Reasons] = {}
    wanted = known(family, preferences)
    for group in family.groups:
        asked = [each for each in wanted if speaks(family, group, each)]
        met = {
            key: tuple(each for each in asked if suits(family, option, each))
            for key, option in zip(group.keys, group.options, strict=True)
        }
        weigh = _stated if any(each.stated for each in asked) else _inferred
        most = max((weigh(each) for each in met.values()), default=0)
        best = {key: reasons for key, reasons in met.items() if reasons and weigh(reasons) == most}
        if most > 0 and len(best) < len(group.keys):
            found |= best
    return found


def _asks(family: Family, option: Option, preference: Preference) -> bool:
    """Whether an option has an attribute that a stated number is compared with."""
    names = [name for each in family.measures if each.code == preference.trait for name in each.attributes]
    return any(name in option.attributes for name in names)


def _rank(preference: Preference) -> tuple[bool, float, str, str]:
    return not preference.stated, -preference.strength, preference.trait, preference.value


def _stated(reasons: Sequence[Preference]) -> float:
    return sum(each.stated for each in reasons)


def _inferred(reasons: Sequence[Preference]) -> float:
    # In whole hundredths, so that equal sums are equal whatever was added first.
    return sum(round(each.strength * 100) for each in reasons)
