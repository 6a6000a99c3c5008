"""What a click's record says beside what was clicked: what stood against it, and what was offered instead."""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from catalog.configuration import Change, Configuration, Conflict, Repair
from catalog.expression import OptionKey
from webapp.customers.touchpoint import Kind
from webapp.shop import addresses


def detail_of(configuration: Configuration, kind: Kind) -> dict[str, Any] | None:
    """The details of a click; most have none. Amounts are minor units of the family's currency, before terms."""
    if configuration.conflict is not None:
        return _of_conflict(configuration, configuration.conflict)
    if kind is Kind.REPAIR:
        return {"after": mark(configuration.choices), "total": configuration.total}
    return None


def _of_conflict(configuration: Configuration, conflict: Conflict) -> dict[str, Any]:
    return {
        "choices": addresses.query(configuration.choices),
        "rules": [rule.code for rule in conflict.rules],
        "against": [str(key) for key in conflict.choices],
        "total": configuration.total,
        "repairs": [_of_repair(configuration, repair) for repair in conflict.repairs],
    }


def _of_repair(configuration: Configuration, repair: Repair) -> dict[str, Any]:
    return {
        "extra": repair.delta,
        "days": repair.lead_days - configuration.lead_days,
        "changes": [_of_change(change) for change in repair.changes],
        "after": mark(repair.after),
    }


def _of_change(change: Change) -> str:
    return f"{change.was}>{change.becomes or ''}"


def mark(choices: Iterable[OptionKey]) -> str:
    """Choices in eight digits: enough to tell which of three repairs was taken."""
    return f"{crc32(addresses.query(choices).encode()):08x}"
