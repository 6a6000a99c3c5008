"""The cards of a group: patterns that were cut once, filled with what a configuration says of each option."""

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import escape

from catalog.configuration import Configuration, Origin
from catalog.expression import OptionKey
from catalog.terms import Terms
from webapp.formats import money_style
from webapp.shop import addresses
from webapp.shop.rendering import macro
from webapp.shop.showcase import Shelf, Showcase

# difference, days, choices changed, available, origin
Saying = tuple[int | None, int | None, int, bool, Origin | None]
MOST_SAYINGS = 16_384
END = "</li>"
PLACE = "<p hx-morph-skip></p>"  # of a mark that the page has already
OPTION = "components/option.html"


class Cards:
    """Writes the cards of one configuration. `faces`: whether they come with what never changes of them;
    `focus`: the card that a page without scripts goes back to; `marks`: what stands below some cards."""

    def __init__(
        self,
        showcase: Showcase,
        configuration: Configuration,
        terms: Terms,
        currency: str,
        faces: bool,
        focus: OptionKey | None,
        marks: Mapping[OptionKey, str],
    ) -> None:
        self.configuration = configuration
        self.terms = terms
        self.faces = faces
        self.focus = focus
        self.marks = marks
        self.place = showcase.where.place + "?"
        self.said = configuration.choices.said
        self.all = self._start(self.said)
        self.sayings = sayings_in(showcase.language, currency)

    def of(self, shelf: Shelf, conflict: str) -> str:
        """The cards of a group in their order; the open conflict stands right after the card it is about."""
        configuration, said, code = self.configuration, self.said, shelf.group.code
        kept = tuple(key for key in said if key.group != code)
        start = self.all if len(kept) == len(said) else self._start(kept)
        blocked = configuration.conflict.key if configuration.conflict else None
        days_now, sayings, cards, bare = (
            configuration.lead_days,
            self.sayings,
            configuration.cards,
            not self.faces,
        )
        marks = self.marks
        written: list[str] = []
        for key, pattern in shelf.patterns:
            card = cards.get(key)
            if card is None:
                continue
            _, chosen, origin, available, delta, changes, lead_days, after = card
            if self.terms.terms:
                delta = difference(self.terms, configuration.total, delta)
            days = None if lead_days is None else lead_days - days_now
            condition, foot = sayings[delta, days, changes, available, origin]
            if not (available or chosen) and key not in said:
                href = self.all + pattern.step
            elif after.said and after.said[-1] == key and after.said[:-1] == kept:
                href = start + pattern.step
            else:
                query = addresses.query(addresses.said_after(configuration, card), key)
                href = str(escape(f"{self.place}{query}"))
            opening, middle, inside, end = pattern.bare if bare else pattern.whole
            if key == self.focus:
                condition += " autofocus"
            written += (opening, href, middle, condition, inside, foot, end)
            if key in marks:
                written[-1] = end.removesuffix(END) + (PLACE if bare else marks[key]) + END
            if key == blocked:
                written.append(conflict)
        return "".join(written)

    def _start(self, said: tuple[OptionKey, ...]) -> str:
        query = addresses.query(said)
        return str(escape(f"{self.place}{query}&" if query else self.place))


def difference(terms: Terms, total: int, delta: int | None) -> int | None:
    """A difference of catalogue totals as it is after terms."""
    if delta is None or not terms.terms:
        return delta
    return terms.total(total + delta) - terms.total(total)


class Counted(dict[int, str]):
    """What a macro says of a number, each number written once."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __missing__(self, number: int) -> str:
        said = self[number] = str(macro(OPTION, self.name)(number))
        return said


class Sayings(dict[Saying, tuple[str, str]]):
    """What cards say, by what there is to say: their data- attributes, and their foot of price, time and changes.

    Many cards say the same, so each is written once; the words are those of the request that asks first.
    """

    def __init__(self, language: str, currency: str) -> None:
        self.money = money_style(language, currency)
        self.states = {
            (available, origin): str(macro(OPTION, "state")(available, origin and origin.value))
            for available in (True, False)
            for origin in (None, *Origin)
        }
        self.settled = {origin: str(macro(OPTION, origin.value)()) for origin in Origin}
        self.same_price = str(macro(OPTION, "same_price")())
        self.days, self.out = Counted("days"), Counted("out")

    def __missing__(self, saying: Saying) -> tuple[str, str]:
        delta, days, changes, available, origin = saying
        state = self.states[available, origin]
        condition = state if delta is None else f' data-delta="{delta}"{state}'
        foot = self.settled[origin] if origin else self._offer(delta, days, changes, available)
        if len(self) >= MOST_SAYINGS:
            self.clear()
        self[saying] = condition, foot
        return condition, foot

    def _offer(self, delta: int | None, days: int | None, changes: int, available: bool) -> str:
        price = "…" if delta is None else self.money.difference(delta) if delta else self.same_price
        return f"<b>{price}</b>{self.days[days] if days else ''}{'' if available else self.out[changes]}"


@lru_cache(maxsize=64)
def sayings_in(language: str, currency: str) -> Sayings:
    """The sayings of a language and a currency."""
    return Sayings(language, currency)
