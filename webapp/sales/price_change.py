"""Steps of a price that come to another amount than a page said: what a checkout tells before it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.configuration import PriceLine
from catalog.model import Texts


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price step whose amount is not as it was; a step that is missing counts as nothing."""

    label: Texts
    was: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.was


def price_changes(kept: Sequence[PriceLine], today: Sequence[PriceLine]) -> list[PriceChange]:
    """The steps that differ, then those that are no more; they sum to the difference in price."""
    was, now = _by_code(kept), _by_code(today)
    changes = [
        PriceChange(line.label, was[code].amount if code in was else 0, line.amount)
        for code, line in now.items()
    ]
    changes += [PriceChange(line.label, line.amount, 0) for code, line in was.items() if code not in now]
    return [change for change in changes if change.difference]


def _by_code(lines: Sequence[PriceLine]) -> dict[str, PriceLine]:
    found: dict[str, PriceLine] = {}
    for line in lines:
        before = found.get(line.code)
        found[line.code] = PriceLine(line.code, line.label, line.amount + (before.amount if before else 0))
    return found
