"""A family with dated options and prices as it is on one day, and as its editors planned it.

A document that is sold says what holds now: prices are what they are, and an option outside its days is ruled out by a
rule with a sentence. So a version's number alone says what could be had and what it cost, and builds, promises, totals
and watches need to know nothing of days. The plan stays in the document, and at each boundary the next version follows.
"""

from datetime import date, timedelta
from hashlib import sha256

from catalog.expression import OptionKey
from catalog.model import Family, Option, OptionGroup, Rule, Texts

A_DAY = timedelta(days=1)


def in_force(family: Family, on: date) -> Family:
    """The family as it is sold on a day; itself where nothing of it has days."""
    if not is_dated(family):
        return family
    planned = as_planned(family)
    closed = tuple(
        _closing(key, option, on, tuple(planned.title.root))
        for key, option in planned.option_by_key.items()
        if not _is_sold(option, on)
    )
    groups = tuple(
        _with(group, [_priced(option, on) for option in group.options]) for group in planned.groups
    )
    return planned.revised(groups=groups, rules=(*planned.rules, *closed))


def as_planned(family: Family) -> Family:
    """The family as its editors wrote it, whatever day it was made for."""
    if not is_dated(family):
        return family
    made = {closing_code(key) for key, option in family.option_by_key.items() if option.since or option.until}
    groups = tuple(_with(group, [_usual(option) for option in group.options]) for group in family.groups)
    rules = tuple(rule for rule in family.rules if rule.code not in made)
    return family.revised(groups=groups, rules=rules)


def is_dated(family: Family) -> bool:
    """Whether anything of it changes by itself on some day."""
    return any(option.since or option.until or option.prices for option in family.option_by_key.values())


def boundaries(family: Family) -> list[date]:
    """The days on which something begins, or is over for the first time."""
    days: set[date] = set()
    for option in family.option_by_key.values():
        spans = [(option.since, option.until), *((each.since, each.until) for each in option.prices)]
        for since, until in spans:
            if since:
                days.add(since)
            if until and until < date.max:
                days.add(until + A_DAY)
    return sorted(days)


def closing_code(key: OptionKey) -> str:
    """The code of the rule that keeps an option from being sold outside its days."""
    return f"schedule-{sha256(str(key).encode()).hexdigest()[:10]}"


def price_on(option: Option, on: date) -> int:
    """What an option costs on a day: the last of its dated prices that covers it, else the usual one."""
    usual = option.price if option.usual is None else option.usual
    return next(
        (each.price for each in reversed(option.prices) if _covers(each.since, each.until, on)), usual
    )


def _covers(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)


def _is_sold(option: Option, on: date) -> bool:
    return _covers(option.since, option.until, on)


def _priced(option: Option, on: date) -> Option:
    price = price_on(option, on)
    return option if price == option.price else option.revised(price=price, usual=option.price)


def _usual(option: Option) -> Option:
    return option if option.usual is None else option.revised(price=option.usual, usual=None)


def _with(group: OptionGroup, options: list[Option]) -> OptionGroup:
    if all(one is other for one, other in zip(options, group.options, strict=True)):
        return group
    return group.revised(options=tuple(options))


def _closing(key: OptionKey, option: Option, on: date, languages: tuple[str, ...]) -> Rule:
    reason = Texts({language: _sentence(option, on, language) for language in languages})
    return Rule(code=closing_code(key), rule=f"not {key}", reason=reason)


def _sentence(option: Option, on: date, language: str) -> str:
    title = option.title.in_(language)
    early = option.since is not None and on < option.since
    day = option.since if early else option.until
    assert day is not None
    if language == "ru":
        return f"«{title}»: в продаже {'с' if early else 'было по'} {day:%d.%m.%Y}."
    return f"{title}: {'on sale from' if early else 'was on sale until'} {day.isoformat()}."
