"""The catalogue document: one family as one immutable value, with everything a shopper can choose."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from catalog.expression import All, Comparison, Expression, OptionKey, Pick
from catalog.grammar import Vocabulary
from catalog.texts import Amount, Code, Colour, FileName, Weight
from catalog.texts import Texts as Texts
from catalog.texts import Value as Value
from catalog.trait import Measure, Trait

NONE = "none"
RESERVED = frozenset({NONE, "pick"})
LEAD_DAYS = "lead_days"


class Layer(Value):
    """One drawing of the live picture, at a height `z`, shown while `when` holds."""

    file: FileName
    z: int = 0
    when: str | None = None


class DatedPrice(Value):
    """Another price (minor units) from one day until another, both included; without either, for good."""

    price: Amount
    since: date | None = None
    until: date | None = None


class Option(Value):
    """Something to choose: its texts, its price (minor units, tax included) and what it adds.

    It is sold from the day `since` until the day `until`, both included; of `prices` the last one of a day counts.
    What that comes to on a day `catalog.schedule` works out: where `price` then is not the usual one, `usual` is.
    """

    code: Code
    title: Texts
    description: Texts = Texts({})
    price: Amount = 0
    attributes: dict[Code, Weight] = {}
    traits: dict[Code, tuple[Code, ...]] = {}
    swatch: Colour | None = None
    picture: FileName | None = None
    layers: tuple[Layer, ...] = ()
    paints: dict[Code, Colour] = {}
    since: date | None = None
    until: date | None = None
    prices: tuple[DatedPrice, ...] = ()
    usual: Amount | None = None

    @property
    def lead_days(self) -> int:
        return self.attributes.get(LEAD_DAYS, 0)


class OptionGroup(Value):
    """Options of which the shopper takes from `min` to `max`."""

    code: Code
    title: Texts
    description: Texts = Texts({})
    reason: Texts = Texts({})
    step: Code
    min: Annotated[int, Field(ge=0)] = 1
    max: Annotated[int, Field(ge=1)] = 1
    thumbnail: Annotated[str, Field(pattern=r"^-?\d+ -?\d+ \d+ \d+$")] | None = None
    options: tuple[Option, ...]

    @cached_property
    def is_choose_one(self) -> bool:
        """Whether a pick replaces the pick before it."""
        return self.max == 1

    @cached_property
    def is_optional(self) -> bool:
        return self.min == 0

    @cached_property
    def keys(self) -> tuple[OptionKey, ...]:
        return tuple(OptionKey(self.code, option.code) for option in self.options)

    @cached_property
    def cards(self) -> tuple[OptionKey, ...]:
        """All that a shopper can press: the options, and "without" behind them where the group may be empty."""
        return (*self.keys, OptionKey(self.code, NONE)) if self.is_optional else self.keys


class Step(Value):
    """A chapter of the configurator."""

    code: Code
    title: Texts


class Attribute(Value):
    """What a whole-number attribute of options is called and measured in."""

    title: Texts
    unit: str = ""


class Rule(Value):
    """A constraint in the rule language, with the sentence a shopper reads when it stands in the way."""

    code: Code
    rule: str
    reason: Texts


class Resource(Rule):
    """A sum of an attribute compared with a number or another sum; shown as a bar of used and available."""

    title: Texts
    unit: str = ""


class PriceRule(Value):
    """An amount, or a percentage of the prices of named options, that applies while `when` holds."""

    code: Code
    title: Texts
    when: str
    amount: Amount | None = None
    percent: Decimal | None = None
    of: tuple[str, ...] = ()


class Bundle(Value):
    """Options that cost `price` (minor units) when they are taken together."""

    code: Code
    title: Texts
    options: tuple[str, ...]
    price: Amount


class ReadyMade(Value):
    """A build made by us to start from."""

    code: Code
    title: Texts
    description: Texts = Texts({})
    choices: tuple[str, ...]


class Case(Value):
    """A test case: what must come of these choices whenever the document changes. `total`: minor units."""

    code: Code
    title: Texts
    choices: tuple[str, ...] = ()
    expect: Literal["possible", "impossible", "total"] = "possible"
    total: Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)] | None = None


class Lead(Value):
    """Days until the product is ready: a base, and the largest or the sum of the chosen options' lead_days."""

    base_days: Annotated[int, Field(ge=0, le=1000)] = 0
    combine: Literal["largest", "sum"] = "largest"

    def days(self, options_days: list[int]) -> int:
        """Calendar-free working days for the chosen options' days."""
        if self.combine == "sum":
            return self.base_days + sum(options_days)
        return self.base_days + max(options_days, default=0)


class Picture(Value):
    """The canvas of the live picture, its paints until an option sets them, and the drawings by file name."""

    width: int = 1200
    height: int = 800
    paints: dict[Code, Colour] = {}
    files: dict[FileName, str] = {}


class Family(Value):
    """One configurable product line, as one immutable document."""

    code: Code
    title: Texts
    description: Texts = Texts({})
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    tax_percent: Annotated[Decimal, Field(ge=0, lt=100)]
    # Which of a country's rates applies where it is delivered abroad; None: the one that `tax_percent` is at home.
    tax_class: Literal["standard", "reduced"] | None = None
    lead: Lead = Lead()
    attributes: dict[Code, Attribute] = {}
    traits: dict[Code, Trait] = {}
    measures: tuple[Measure, ...] = ()
    steps: tuple[Step, ...]
    groups: tuple[OptionGroup, ...]
    rules: tuple[Rule, ...] = ()
    resources: tuple[Resource, ...] = ()
    price_rules: tuple[PriceRule, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    ready_made: tuple[ReadyMade, ...] = ()
    picture: Picture = Picture()
    cases: tuple[Case, ...] = ()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The codes that this family's rules may speak of."""
        return Vocabulary(
            {group.code: [option.code for option in group.options] for group in self.groups},
            {name for group in self.groups for option in group.options for name in option.attributes}
            | set(self.attributes),
        )

    @cached_property
    def measuring(self) -> frozenset[str]:
        """The attributes between which a stated number has to lie; adding them up says nothing."""
        return frozenset(name for measure in self.measures for name in measure.attributes)

    @cached_property
    def group_by_code(self) -> Mapping[str, OptionGroup]:
        return {group.code: group for group in self.groups}

    @cached_property
    def option_by_key(self) -> Mapping[OptionKey, Option]:
        """Every option, in the document's order."""
        return {
            key: option
            for group in self.groups
            for key, option in zip(group.keys, group.options, strict=True)
        }

    @cached_property
    def weights(self) -> Mapping[str, Mapping[OptionKey, int]]:
        """attribute -> option -> amount, for the options that have the attribute."""
        names = sorted({name for option in self.option_by_key.values() for name in option.attributes})
        return {
            name: {
                key: option.attributes[name]
                for key, option in self.option_by_key.items()
                if option.attributes.get(name)
            }
            for name in names
        }

    @cached_property
    def expressions(self) -> Mapping[str, Expression]:
        """What each rule says, by the rule's code."""
        return {rule.code: self.vocabulary.expression(rule.rule) for rule in self.rules}

    @cached_property
    def comparisons(self) -> Mapping[str, Comparison]:
        """What each resource says, by the resource's code."""
        return {resource.code: self.vocabulary.comparison(resource.rule) for resource in self.resources}

    @cached_property
    def conditions(self) -> Mapping[str, Expression]:
        """When each price rule and bundle applies, by its code."""
        when = {rule.code: self.vocabulary.expression(rule.when) for rule in self.price_rules}
        return when | {
            bundle.code: All(tuple(Pick(key) for key in self.keys_named(bundle.options)))
            for bundle in self.bundles
        }

    def keys_named(self, names: tuple[str, ...]) -> tuple[OptionKey, ...]:
        """The options named as `group.option` or `group.*`, in the order of the names."""
        keys: list[OptionKey] = []
        for name in names:
            group, _, option = name.partition(".")
            keys += self.group_by_code[group].keys if option == "*" else [OptionKey(group, option)]
        return tuple(dict.fromkeys(keys))
