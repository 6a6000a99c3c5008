"""The marks "fits you" on options: written beside an answer that knows nothing of them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

from flask_babel import force_locale

from catalog.expression import OptionKey
from catalog.fitting import Reasons, fits
from catalog.preference import Preference
from webapp.customers.benefit import Benefit
from webapp.shop.personal import Standing, preferences, standing, titled, why
from webapp.shop.rendering import macro
from webapp.shop.showcase import Showcase

MOST_REASONS = 2  # on one card; the profile says the rest


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


def fitted(showcase: Showcase) -> Fitted:
    """For guests it costs nothing; for customers who allow it one statement."""
    known = standing(Benefit.MARKS)
    if known is not Standing.ON:
        return Fitted(known)
    return _fitted(_Shown(showcase), tuple(preferences(Benefit.MARKS)))


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
    seal = f"-{crc32(repr(sorted(marks.items())).encode()):08x}" if marks else ""
    return Fitted(Standing.ON, reasons, marks, seal)


def _mark(showcase: Showcase, reasons: Reasons) -> str:
    words = [titled(showcase.family, [each]) for each in reasons[:MOST_REASONS]]
    return str(macro("components/option.html", "fits")(words, len(reasons) - len(words), why(reasons[0])))
