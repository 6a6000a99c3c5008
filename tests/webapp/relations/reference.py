"""What rules of segments mean, worked out one customer at a time: slow, plain, and without any statement."""

import calendar
from datetime import datetime, timedelta
from typing import Any

from tests.webapp.relations.crowd import NOW, SOLD, Someone, Thing
from webapp.relations.segments.condition import All, Atom, Condition, Not

LETTERS = ("news-letters", "care-letters", "event-letters")


def holds(condition: Condition, one: Someone) -> bool:
    if isinstance(condition, Atom):
        return _atom(condition, one)
    if isinstance(condition, Not):
        return not holds(condition.inner, one)
    parts = [holds(part, one) for part in condition.parts]
    return all(parts) if isinstance(condition, All) else any(parts)


def _atom(atom: Atom, one: Someone) -> bool:
    kept = [order for order in one.orders if not order.is_cancelled]
    match atom.fact:
        case "orders":
            return _compare(len(kept), atom.operator, atom.number)
        case "builds":
            return _compare(len(one.builds), atom.operator, atom.number)
        case "paid":
            return _compare(_paid(one), atom.operator, atom.number * 100)
        case "last_order":
            return bool(kept) and _is_ago(max(order.at for order in kept), atom)
        case "since":
            return _is_ago(one.since, atom)
        case "consent":
            return one.allows(*(LETTERS if atom.subject == "email" else (atom.subject,)))
        case "language":
            return one.language == atom.value
        case "country":
            said = [order.billed_in or order.country for order in kept if order.billed_in or order.country]
            return bool(said) and said[-1] == atom.value
        case "build":
            return any(_is_such(build, atom) for build in one.builds)
        case "order":
            return any(_is_such(line, atom) for order in kept for line in order.lines)
        case "prefers":
            return one.allows("personalisation") and one.was_told_of_groups and _prefers(one, atom)
    raise AssertionError(atom.fact)


def _prefers(one: Someone, atom: Atom) -> bool:
    """What is said of a trait comes before what follows from all acts."""
    if atom.subject in {trait for trait, _ in one.stated}:
        return (atom.subject, atom.value) in one.stated
    known = {(trait, value) for trait, value, until in one.inferred if until > NOW}
    return (atom.subject, atom.value) in known and one.reckoned == (len(one.acts), SOLD)


def _paid(one: Someone) -> int:
    total = 0
    for order in one.orders:
        for place, (amount, currency) in enumerate(order.payments):
            if currency == "EUR":
                total += amount
                total -= sum(back for of, back, state in order.refunds if of == place and state != "failed")
    return total


def _is_such(thing: Thing, atom: Atom) -> bool:
    return thing.family == atom.family and (atom.parts is None or atom.parts.holds(thing.picked))


def _is_ago(moment: datetime, atom: Atom) -> bool:
    """Longer ago is more."""
    return _compare(NOW - moment, atom.operator, NOW - _back(int(atom.number), atom.unit))


def _back(number: int, unit: str) -> datetime:
    if unit in ("day", "week"):
        return NOW - timedelta(days=number * {"day": 1, "week": 7}[unit])
    year, month = NOW.year, NOW.month
    for _ in range(number * {"month": 1, "year": 12}[unit]):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return NOW.replace(year=year, month=month, day=min(NOW.day, calendar.monthrange(year, month)[1]))


def _compare(left: Any, operator: str, right: Any) -> bool:
    return {
        "<": left < right,
        "<=": left <= right,
        "=": left == right,
        ">=": left >= right,
        ">": left > right,
    }[operator]
