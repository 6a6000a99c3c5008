"""The marks "fits you" on options: written beside an answer that knows nothing of them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

from flask_babel import force_locale

from catalog.expression import OptionKey
from catalog.fitting import Reasons, fits
from catalog.preference import Preference
from webapp import clock
from webapp.customers.benefit import Benefit
from webapp.shop.personal import Standing, preferences, standing, titled, why
from webapp.shop.rendering import macro
from webapp.shop.showcase import Showcase
from webapp.shop.visiting import customer

MOST_REASONS = 2  # on one card; the profile says the rest
FRESH = timedelta(minutes=1)  # after which an open page asks the profile again
MOST_PAGES = 1024


class Fitted(NamedTuple):
    """What fits whoever is asking in one family. `marks`: as they are written on cards, whole and as a place held."""

    standing: Standing = Standing.GUEST
    reasons: Mapping[OptionKey, Reasons] = {}
    marks: Mapping[OptionKey, str] = {}
    seal: str = ""

    def of(self, key: OptionKey) -> Sequence[Mapping[str, Any]]:
        """Why an option fits, for programs."""
        return [
            {"trait": each.trait, "value": each.value, "stated": each.stated} for each in self.reasons[key]
        ]


NOTHING = Fitted()


def fitted(showcase: Showcase, held: str | None) -> Fitted:
    """What fits whoever is asking; guests are asked nothing. `held`: the seal of what the page has already.

    Marks do not depend on what is chosen, so a page that was written a moment ago keeps its own, and only an older
    one asks the profile again. Whether marks are allowed at all is asked each time.
    """
    known, who = standing(Benefit.MARKS), customer()
    if known is not Standing.ON or who is None:
        return Fitted(known)
    at = clock.now()
    kept = _written.get((who.customer_id, held or ""))
    if kept is not None and at - kept.at < FRESH and kept.seal == showcase.seal:
        return kept.fitted
    found = _fitted(_Shown(showcase), tuple(_rounded(each) for each in preferences(Benefit.MARKS)))
    _written.put((who.customer_id, showcase.seal + found.seal), Written(showcase.seal, found, at))
    return found


class Written(NamedTuple):
    """Marks that stand on a page. `seal`: of the showcase that they were written for."""

    seal: str
    fitted: Fitted
    at: datetime


class Pages:
    """The marks of the latest pages of this process, the latest written last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[tuple[int, str], Written] = OrderedDict()

    def get(self, page: tuple[int, str]) -> Written | None:
        with self.lock:
            return self.kept.get(page)

    def put(self, page: tuple[int, str], written: Written) -> None:
        with self.lock:
            self.kept[page] = written
            self.kept.move_to_end(page)
            while len(self.kept) > MOST_PAGES:
                self.kept.popitem(last=False)


_written = Pages()


def _rounded(preference: Preference) -> Preference:
    """As finely as strengths count, so that who prefers the same finds the same."""
    return preference._replace(strength=round(preference.strength, 2))


class _Shown:
    """A showcase as a key that is quick to compare."""

    def __init__(self, showcase: Showcase) -> None:
        self.showcase = showcase
        self.name = (showcase.seal, showcase.where)

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self.name == other.name


@lru_cache(maxsize=256)
def _fitted(shown: _Shown, known: tuple[Preference, ...]) -> Fitted:
    showcase = shown.showcase
    reasons = fits(showcase.family, known)
    with force_locale(showcase.language):
        marks = {key: _mark(showcase, each) for key, each in reasons.items()}
    seal = f"-{crc32(repr(sorted(marks.items())).encode()):08x}"
    return Fitted(Standing.ON, reasons, marks, seal)


def _mark(showcase: Showcase, reasons: Reasons) -> str:
    words = [titled(showcase.family, [each]) for each in reasons[:MOST_REASONS]]
    return str(macro("components/option.html", "fits")(words, len(reasons) - len(words), why(reasons[0])))
