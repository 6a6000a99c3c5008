"""Service levels in the reader's words: what has to be ordered, and what a level gives."""

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from catalog.rule_fault import RuleFault
from webapp.formats import money
from webapp.languages import language
from webapp.relations.levels import level_rule
from webapp.relations.levels.level_rule import Goal
from webapp.relations.levels.service_level import ServiceLevel
from webapp.sales.delivery import METHOD_BY_CODE


def goal_words(goal: Goal, currency: str) -> str:
    """What one way to a level takes: "3 orders and 4 000 € paid"."""
    said: list[str] = []
    if goal.orders:
        said.append(ngettext("%(num)d order", "%(num)d orders", goal.orders))
    if goal.paid:
        said.append(_("%(amount)s paid", amount=money(goal.paid, currency, short=True)))
    return f" {_('and')} ".join(said)


def lacking_words(goal: Goal, currency: str) -> str:
    """How far it is: "1 more order and 400 € more"."""
    said: list[str] = []
    if goal.orders:
        said.append(ngettext("%(num)d more order", "%(num)d more orders", goal.orders))
    if goal.paid:
        said.append(_("%(amount)s more", amount=money(goal.paid, currency, short=True)))
    return f" {_('and')} ".join(said)


def ways(level: ServiceLevel, currency: str) -> list[str]:
    """The ways to a level, each of which suffices; none where its rule cannot be read."""
    try:
        return [goal_words(goal, currency) for goal in level_rule.read(level.rule, currency)]
    except RuleFault:
        return []


def rule_words(level: ServiceLevel, currency: str) -> str:
    """Its whole rule: "3 orders, or 4 000 € paid, within 24 months"."""
    within = ngettext("within %(num)d month", "within %(num)d months", level.months)
    joint = f", {_('or')} "
    return f"{joint.join(ways(level, currency))} {within}"


def gifts(level: ServiceLevel, usual_days: int) -> Sequence[str]:
    """What a level gives, a line each. `usual_days`: for which everybody's prices are promised."""
    said: list[str] = []
    if Decimal(level.percent):
        percent = format_decimal(Decimal(level.percent), locale=get_locale())
        said.append(_("%(percent)s %% off whatever you order, as a line of its own", percent=percent))
    free = [METHOD_BY_CODE[code] for code in level.free_methods if code in METHOD_BY_CODE]
    if free:
        titles = ", ".join(_("“%(title)s”", title=method.title.in_(language())) for method in free)
        said.append(_("free delivery: %(ways)s", ways=titles))
    if level.promise_days and level.promise_days > usual_days:
        said.append(
            ngettext(
                "prices of saved builds are promised for %(num)d day instead of %(usual)d",
                "prices of saved builds are promised for %(num)d days instead of %(usual)d",
                level.promise_days,
                usual=usual_days,
            )
        )
    if level.comes_first:
        said.append(_("earlier days: places in the workshop’s weeks are kept free for you"))
    if level.answer_hours:
        said.append(
            ngettext(
                "an answer within %(num)d working hour",
                "an answer within %(num)d working hours",
                level.answer_hours,
            )
        )
    if level.has_manager:
        said.append(_("somebody of ours who looks after you, with a stand-in"))
    return said
