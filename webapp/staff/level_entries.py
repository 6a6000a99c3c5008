"""What the owner types about a service level, read and checked."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from catalog.rule_fault import RuleFault
from webapp.languages import LANGUAGES
from webapp.relations.levels import level_rule
from webapp.relations.levels.levelling import LONGEST_WINDOW
from webapp.relations.levels.service_level import (
    LONGEST_CODE,
    LONGEST_RULE,
    LONGEST_TITLE,
    MOST,
    ServiceLevel,
)
from webapp.sales.delivery import METHODS
from webapp.staff.catalogue.entries import Entries
from webapp.staff.segments.segment_words import fault_words

MOST_DAYS, MOST_HOURS, BELOW = 365, 500, 51  # per cent: whoever sells at half price is told by nobody here
FREE = "free."  # then the code of a way of delivery


def entries_of(level: ServiceLevel) -> Entries:
    """A kept level as its form shows it."""
    said = {
        "code": level.code,
        "rule": level.rule,
        "rank": str(level.rank),
        "months": str(level.months),
        "percent": level.percent if Decimal(level.percent) else "",
        "promise_days": str(level.promise_days or ""),
        "answer_hours": str(level.answer_hours or ""),
        "seen": str(level.edition),
    }
    said |= {f"title.{code}": text for code, text in level.title.items()}
    said |= {f"{FREE}{code}": "y" for code in level.free_methods}
    for name in ("comes_first", "has_manager", "is_open"):
        if getattr(level, name):
            said[name] = "y"
    return Entries(said)


def read(entries: Entries, currency: str, others: list[ServiceLevel]) -> dict[str, Any]:
    """The columns of a level; what is wrong stands in the entries."""
    titles = {code: entries.line(f"title.{code}", needed=True, longest=LONGEST_TITLE) for code in LANGUAGES}
    rule = " ".join(entries["rule"].split())
    if not rule:
        entries.wrong("rule", _("Please fill this in."))
    elif len(rule) > LONGEST_RULE:
        entries.wrong("rule", _("At most %(most)d characters, please.", most=LONGEST_RULE))
    else:
        try:
            level_rule.read(rule, currency)
        except RuleFault as fault:
            entries.wrong("rule", fault_words(fault))
    rank = entries.whole("rank", 1, 99)
    if any(each.rank == rank for each in others):
        entries.wrong("rank", _("Another level has this place on the ladder."))
    percent = entries.decimal("percent", 0, BELOW) if entries["percent"].strip() else Decimal(0)
    if percent != round(percent, 2):
        entries.wrong("percent", _("At most two digits after the point, please."))
    return {
        "title": titles,
        "rank": rank,
        "rule": rule,
        "months": entries.whole("months", 1, LONGEST_WINDOW),
        "percent": format(percent.normalize(), "f"),
        "free_methods": [method.code for method in METHODS if f"{FREE}{method.code}" in entries],
        "promise_days": entries.maybe_whole("promise_days", 1, MOST_DAYS),
        "comes_first": "comes_first" in entries,
        "answer_hours": entries.maybe_whole("answer_hours", 1, MOST_HOURS),
        "has_manager": "has_manager" in entries,
        "is_open": "is_open" in entries,
    }


def read_code(entries: Entries, taken: list[str]) -> str:
    """The code of a new level, made of its English name where it was left empty."""
    code = entries.code("code", taken, title=entries["title.en"])
    if len(code) > LONGEST_CODE:
        entries.wrong("code", _("At most %(most)d characters, please.", most=LONGEST_CODE))
    return code


def too_many() -> str:
    return _("There are %(number)d levels, which is as many as there may be.", number=MOST)
