"""The checkout of an address: its choices at today's price."""

from datetime import datetime

from flask import url_for

from catalog.configuration import Origin
from catalog.expression import OptionKey
from catalog.model import NONE, Texts
from webapp.account.review import Review, ReviewedLine
from webapp.account.shown_sooner import Press, ShownSooner, shown_sooner
from webapp.account.wanted import Wanted, wanted_by
from webapp.catalogues import published
from webapp.database import reading_rows
from webapp.sales.order_line import OrderLine
from webapp.sales.price_change import PriceChange, price_changes

INSTEAD_OF = "instead_of"  # what was to be ordered before, as a query string


class WantedReview(Review):
    """The choices of an address, at today's price."""

    def __init__(self, wanted: Wanted, at: datetime) -> None:
        self.wanted = wanted
        line = OrderLine(position=1, quantity=1, **wanted.specification())
        super().__init__([ReviewedLine(line, change=self._change, left_out=self._left_out)], at)

    @property
    def action(self) -> str:
        """Only my choices stand in the address."""
        return self._action(self.wanted.address)

    def _action(self, address: str) -> str:
        return f"{url_for('account.checkout', code=self.line.family)}?{address}"

    @property
    def origin(self) -> str:
        return self.wanted.configurator

    def _change(self, group: str) -> str:
        return f"{self.wanted.configurator}#group-{group}"

    @property
    def sooner(self) -> list[ShownSooner]:
        assert self.wanted.configuration is not None
        return shown_sooner(self.wanted.configuration, self.windows.sooner_by, self.instead)

    def instead(self, address: str) -> Press:
        """Orders other choices here, with all that was typed."""
        return Press(self._action(address), INSTEAD_OF, self.wanted.address)

    @property
    def _left_out(self) -> list[Texts]:
        assert self.wanted.configuration is not None
        origins = self.wanted.configuration.origins
        return [
            group.title
            for group in self.wanted.published.family.groups
            if origins.get(OptionKey(group.code, NONE)) is Origin.ASSUMED
        ]

    @property
    def has_unknown(self) -> bool:
        return bool(self.wanted.reading.unknown)

    def changes_since(self, goods: str) -> list[PriceChange]:
        if not (goods.isascii() and goods.isdecimal() and 0 < int(goods[:9]) < self.line.version):
            return []
        earlier = published.version(reading_rows(), self.line.family, int(goods[:9]))
        if earlier is None:
            return []
        before = wanted_by(earlier, self.wanted.choices.parameters())
        return price_changes(before.price.lines, self.line.priced) if before.price else []
