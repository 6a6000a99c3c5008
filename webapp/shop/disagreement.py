"""A conflict in words: why an option does not fit, what stands against it, and what would let it in."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from catalog.configuration import Change, Configuration, Limit, Repair
from catalog.expression import OptionKey
from catalog.model import NONE, Rule
from catalog.terms import Price, Terms
from webapp.shop import addresses
from webapp.shop.showcase import Showcase


class RepairView(NamedTuple):
    """A way to have the option: what it changes, and the price and days after it."""

    href: str
    changes: Sequence[str]
    total: int
    delta: int
    days: int


class Disagreement(NamedTuple):
    """The conflict that is open. `back`: the address of the build as it was before the click."""

    name: str
    title: str
    reasons: Sequence[str]
    against: Sequence[str]
    repairs: Sequence[RepairView]
    back: str


def disagreement(
    showcase: Showcase, configuration: Configuration, terms: Terms, price: Price
) -> Disagreement | None:
    conflict = configuration.conflict
    if conflict is None:
        return None
    return Disagreement(
        name=str(conflict.key),
        title=showcase.titles[conflict.key],
        reasons=_reasons(showcase, conflict.rules),
        against=[_named(showcase, key) for key in conflict.choices],
        repairs=[_repair(showcase, configuration, terms, price, repair) for repair in conflict.repairs],
        back=addresses.at(showcase.where.place, configuration.choices, addresses.UNDO),
    )


def repaired(showcase: Showcase, configuration: Configuration, repair: Repair) -> str:
    """The address after a repair."""
    conflict = configuration.conflict
    return addresses.at(showcase.where.place, repair.after, conflict.key if conflict else None)


def _reasons(showcase: Showcase, rules: Sequence[Rule | Limit]) -> list[str]:
    """The sentences of the rules; that a group takes one option goes without saying beside them."""
    telling = [rule for rule in rules if rule.reason.root]
    return [reason(showcase, rule) for rule in telling or rules]


def reason(showcase: Showcase, rule: Rule | Limit) -> str:
    """The sentence of a rule, or of a group's own limit."""
    written = rule.reason.in_(showcase.language)
    if written or not isinstance(rule, Limit):
        return written
    title = showcase.family.group_by_code[rule.group].title.in_(showcase.language)
    if rule.min == rule.max:
        return _("“%(group)s” takes exactly %(number)s.", group=title, number=rule.max)
    return _("“%(group)s” takes from %(min)s to %(max)s.", group=title, min=rule.min, max=rule.max)


def _repair(
    showcase: Showcase, configuration: Configuration, terms: Terms, price: Price, repair: Repair
) -> RepairView:
    total = terms.total(repair.total)
    return RepairView(
        repaired(showcase, configuration, repair),
        [_change(showcase, change) for change in repair.changes],
        total,
        total - price.total,
        repair.lead_days - configuration.lead_days,
    )


def _named(showcase: Showcase, key: OptionKey) -> str:
    group = showcase.family.group_by_code[key.group].title.in_(showcase.language)
    return _("%(group)s “%(option)s”", group=group, option=showcase.titles[key])


def _change(showcase: Showcase, change: Change) -> str:
    group = showcase.family.group_by_code[change.group].title.in_(showcase.language)
    was = showcase.titles[change.was]
    if change.becomes is None or change.becomes.option == NONE:
        return _("%(group)s: without “%(was)s”", group=group, was=was)
    becomes = showcase.titles[change.becomes]
    if change.was.option == NONE:
        return _("%(group)s: “%(becomes)s” after all", group=group, becomes=becomes)
    return _("%(group)s: “%(becomes)s” instead of “%(was)s”", group=group, becomes=becomes, was=was)
