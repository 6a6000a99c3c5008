"""The cards of a group: patterns that were cut once, filled with what a configuration says of each option."""

from functools import lru_cache

from markupsafe import Markup, escape

from catalog.configuration import Card, Configuration, Origin
from catalog.expression import OptionKey
from catalog.terms import Terms
from webapp.shop import addresses
from webapp.shop.rendering import macro
from webapp.shop.showcase import Shelf, Showcase


class Cards:
    """Writes the cards of one configuration. `faces`: whether they come with what never changes of them;
    `focus`: the card that a page without scripts goes back to."""

    def __init__(
        self,
        showcase: Showcase,
        configuration: Configuration,
        terms: Terms,
        currency: str,
        faces: bool,
        focus: OptionKey | None,
    ) -> None:
        self.showcase = showcase
        self.configuration = configuration
        self.terms = terms
        self.currency = currency
        self.faces = faces
        self.focus = focus
        self.place = addresses.place(showcase.family.code) + "?"
        self.said = configuration.choices.said
        self.all = self._start(self.said)

    def of(self, shelf: Shelf, conflict: str) -> Markup:
        """The cards of a group in their order; the open conflict stands right after the card it is about."""
        group, configuration = shelf.group, self.configuration
        kept = tuple(key for key in self.said if key.group != group.code)
        start = self.all if kept == self.said else self._start(kept)
        blocked = configuration.conflict.key if configuration.conflict else None
        written: list[str] = []
        for key in shelf.keys:
            card = configuration.cards.get(key)
            if card is None:
                continue
            pattern = self.showcase.patterns[key]
            cut = pattern.whole if self.faces else pattern.bare
            after = card.after.said
            if not (card.available or card.chosen) and key not in self.said:
                href = self.all + pattern.step
            elif after and after[-1] == key and after[:-1] == kept:
                href = start + pattern.step
            else:
                href = str(
                    escape(self.place + addresses.query(addresses.said_after(configuration, card), key))
                )
            written += (cut[0], href, cut[1], self._condition(card), cut[2], self._foot(card), cut[3])
            if key == blocked:
                written.append(conflict)
        return Markup("".join(written))

    def _start(self, said: tuple[OptionKey, ...]) -> str:
        query = addresses.query(said)
        return str(escape(f"{self.place}{query}&" if query else self.place))

    def _condition(self, card: Card) -> str:
        condition = _condition(card.available, card.origin, self._delta(card))
        return condition + " autofocus" if card.key == self.focus else condition

    def _foot(self, card: Card) -> str:
        days = None if card.lead_days is None else card.lead_days - self.configuration.lead_days
        return _foot(
            self.showcase.language,
            self.currency,
            self._delta(card),
            days,
            card.changes,
            card.available,
            card.origin,
        )

    def _delta(self, card: Card) -> int | None:
        return difference(self.terms, self.configuration.total, card.delta)


def difference(terms: Terms, total: int, delta: int | None) -> int | None:
    """A difference of catalogue totals as it is after terms."""
    if delta is None or not terms.terms:
        return delta
    return terms.total(total + delta) - terms.total(total)


@lru_cache(maxsize=16_384)
def _condition(available: bool, origin: Origin | None, delta: int | None) -> str:
    """The data- attributes of a card; without `data-delta` while the difference is not proven."""
    return str(macro("components/option.html", "condition")(available, origin and origin.value, delta))


@lru_cache(maxsize=16_384)
def _foot(
    language: str,
    currency: str,
    delta: int | None,
    days: int | None,
    changes: int,
    available: bool,
    origin: Origin | None,
) -> str:
    """What a card says of price, time and the choices it would change. Many cards say the same."""
    written = macro("components/option.html", "foot")
    return str(written(currency, delta, days, changes, available, origin and origin.value))
