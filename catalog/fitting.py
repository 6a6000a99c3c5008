"""Which options suit somebody, and for which of their preferences: marks beside options, never a part of a price.

A group *speaks of* a preference where some of its options suit it and some do not; elsewhere it says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from catalog.colour import colour_of
from catalog.expression import OptionKey
from catalog.model import Family, Option
from catalog.preference import Preference
from catalog.trait import Measure

COLOUR = "colour"  # of an option's swatch, where no trait of that name says otherwise
Reasons = tuple[Preference, ...]


class Suiting:
    """Who suits what of some preferences in a family: those that some group speaks of, what was stated first."""

    def __init__(self, family: Family, preferences: Iterable[Preference]) -> None:
        self.family = family
        best: dict[tuple[str, str], Preference] = {}
        for each in preferences:
            held = best.get(each[:2])
            if held is None or _rank(each) < _rank(held):
                best[each[:2]] = each
        # preference -> the groups that speak of it -> their options that suit it
        self.groups: dict[Preference, dict[str, frozenset[OptionKey]]] = {}
        for each in sorted(best.values(), key=_rank):
            if spoken := _speaking(family, each):
                self.groups[each] = spoken
        self.known: Reasons = tuple(self.groups)

    def suits(self, key: OptionKey, preference: Preference) -> bool:
        """Whether an option suits a preference that its group speaks of."""
        return key in self.groups[preference].get(key.group, ())

    def misses(self, key: OptionKey, preference: Preference) -> bool:
        """Whether it does not, although others of its group do."""
        return key.group in self.groups[preference] and not self.suits(key, preference)

    def suited(self, key: OptionKey) -> Reasons:
        """The preferences that an option suits."""
        return tuple(each for each in self.known if self.suits(key, each))

    def missed(self, key: OptionKey) -> Reasons:
        """The preferences that an option misses."""
        return tuple(each for each in self.known if self.misses(key, each))


def fits(family: Family, preferences: Iterable[Preference]) -> Mapping[OptionKey, Reasons]:
    """The options that fit, each with the preferences that it suits.

    In each group it is those options that suit the most of what was stated; where the group speaks of nothing that
    was stated, those that suit the most of what was inferred, by strength.
    """
    found: dict[OptionKey, Reasons] = {}
    suiting = Suiting(family, preferences)
    for group in family.groups:
        asked = [each for each in suiting.known if group.code in suiting.groups[each]]
        met = {key: tuple(each for each in asked if suiting.suits(key, each)) for key in group.keys}
        weigh = _stated if any(each.stated for each in asked) else _inferred
        most = max((weigh(each) for each in met.values()), default=0)
        best = {key: reasons for key, reasons in met.items() if reasons and weigh(reasons) == most}
        if most > 0 and len(best) < len(group.keys):
            found |= best
    return found


def out_of_reach(family: Family, preferences: Iterable[Preference]) -> Reasons:
    """The stated numbers that a family asks for and that none of its options is made for."""
    measures = {measure.code: measure for measure in family.measures}
    return tuple(
        each
        for each in preferences
        if each.stated
        and each.trait in measures
        and not any(
            _lies_within(measures[each.trait], option, each.value)
            for option in family.option_by_key.values()
            if not option.attributes.keys().isdisjoint(measures[each.trait].attributes)
        )
    )


def _speaking(family: Family, preference: Preference) -> dict[str, frozenset[OptionKey]]:
    """The groups that speak of a preference, each with its options that suit it."""
    trait, value = preference.trait, preference.value
    measure = next((each for each in family.measures if each.code == trait), None)
    found: dict[str, frozenset[OptionKey]] = {}
    for group in family.groups:
        if measure is not None:
            suiting = [
                key
                for key, option in zip(group.keys, group.options, strict=True)
                if _lies_within(measure, option, value)
            ]
        else:
            suiting = [
                key
                for key, option in zip(group.keys, group.options, strict=True)
                if value in option.traits.get(trait, ()) or (trait == COLOUR and _is_coloured(option, value))
            ]
        if suiting and len(suiting) < len(group.keys):
            found[group.code] = frozenset(suiting)
    return found


def _is_coloured(option: Option, value: str) -> bool:
    return COLOUR not in option.traits and option.swatch is not None and colour_of(option.swatch) == value


def _lies_within(measure: Measure, option: Option, value: str) -> bool:
    """Whether a number as text lies between the option's attributes, both included; where it has neither, it does."""
    if not value.isascii() or not value.isdecimal():
        return False
    low, high = (option.attributes.get(name) for name in measure.attributes)
    return (low is None or low <= int(value)) and (high is None or int(value) <= high)


def _rank(preference: Preference) -> tuple[bool, float, str, str]:
    return not preference.stated, -preference.strength, preference.trait, preference.value


def _stated(reasons: Sequence[Preference]) -> float:
    return sum(each.stated for each in reasons)


def _inferred(reasons: Sequence[Preference]) -> float:
    # In whole hundredths, so that equal sums are equal whatever was added first.
    return sum(round(each.strength * 100) for each in reasons)
