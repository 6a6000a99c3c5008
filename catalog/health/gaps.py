"""What options lack: a price, a picture, a text."""

from collections.abc import Iterator

from catalog.expression import OptionKey
from catalog.health.finding import Finding, Kind
from catalog.model import Family, Option, OptionGroup


def gaps(family: Family) -> Iterator[Finding]:
    """Everything that is missing of options, in the document's order."""
    named = [
        *(name for rule in family.price_rules for name in rule.of),
        *(name for bundle in family.bundles for name in bundle.options),
    ]
    charged = frozenset(family.keys_named(tuple(named)))
    languages = sorted(family.title.root)
    for position, group in enumerate(family.groups):
        for option in group.options:
            key = OptionKey(group.code, option.code)
            if not option.price and key not in charged and _is_to_cost(group, is_base=position == 0):
                yield Finding(Kind.NO_PRICE, option=key)
            if family.picture.files and not _is_drawn(option):
                yield Finding(Kind.NO_PICTURE, option=key)
            if missing := tuple(each for each in languages if not _is_told(option, each)):
                yield Finding(Kind.NO_TEXT, option=key, languages=missing)


def _is_to_cost(group: OptionGroup, is_base: bool) -> bool:
    """Whether an option at no price is odd: of a group that must be filled one is included, as a rule."""
    others_cost = any(option.price for option in group.options)
    return others_cost and (is_base or group.is_optional)


def _is_drawn(option: Option) -> bool:
    return bool(option.picture or option.layers or option.swatch or option.paints)


def _is_told(option: Option, language: str) -> bool:
    return bool(option.title.root.get(language) and option.description.root.get(language))
