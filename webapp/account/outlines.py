"""What choices come to under a version: reckoned once in a process, for lists that show many builds."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from catalog import pricing
from catalog.choices import Choices, read
from catalog.engine import Impossible
from catalog.expression import OptionKey
from catalog.terms import NO_TERMS
from webapp.catalogues.published import Published

KEPT = 10_000  # some 2 kB each


class Outline(NamedTuple):
    """Total and parts of a configuration. `unknown`: whether some of its choices are made no more."""

    total: int
    picked: tuple[OptionKey, ...]
    unknown: bool


class Outlines:
    """The outlines of this process, the latest used last; they hold no version in memory."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[tuple[str, Choices], Outline | None] = OrderedDict()
        self.reckoned = 0

    def of(self, sold: Published, choices: Choices) -> Outline | None:
        """None where the choices do not fit together."""
        key = (sold.sha256, choices)
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        found = _reckoned(sold, choices)
        with self.lock:
            self.reckoned += 1
            self.kept[key] = found
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return found


outlines = Outlines()


def _reckoned(sold: Published, choices: Choices) -> Outline | None:
    known = read(sold.family, choices.parameters())
    try:
        found = sold.engine.complete(known.choices)
    except Impossible:
        return None
    return Outline(pricing.price(found, NO_TERMS).total, found.picked, bool(known.unknown))
