"""A cart as its page shows it: every line as it was put there, and beside it what it comes to today."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask import url_for

from catalog.configuration import Origin
from catalog.model import Texts
from webapp import clock, settings
from webapp.account.cart_form import QuantityForm
from webapp.account.promised_review import Ended, asked
from webapp.account.shown_build import picture
from webapp.account.wanted import today
from webapp.database import reading
from webapp.sales import as_it_was, cart_line, order_terms, quote
from webapp.sales.build import Build
from webapp.sales.cart_line import CartLine
from webapp.sales.key import Purpose, key_for
from webapp.sales.order_line import OrderLine
from webapp.sales.price_change import PriceChange, price_changes
from webapp.sales.quote import Quote
from webapp.sales.reckoning import Reckoning, Sold, reckon
from webapp.sales.specification import Part
from webapp.shop import addresses
from webapp.shop.privileges import privileges


class Standing(StrEnum):
    """Whether a line can be ordered."""

    READY = "ready"
    CHANGED = "changed"  # it cannot be had like this any more
    NOT_SOLD = "not-sold"  # nothing of its family is made any more
    APART = "apart"  # it is counted in other money than the lines before it


class ShownLine:
    """One line. `currency`: of the order that it would be part of."""

    def __init__(
        self, line: CartLine, at: datetime, currency: str | None = None, form: QuantityForm | None = None
    ) -> None:
        self.line, self.at, self.currency = line, at, currency
        self.form = form or QuantityForm(formdata=None, quantity=line.quantity)
        self.form.quantity.id = f"quantity-{line.id}"

    @cached_property
    def promise(self) -> Quote | None:
        """The promise that it was put there with; none where that went with its build."""
        return quote.by_code(reading(), self.line.quote_code) if self.line.quote_code else None

    @property
    def holds(self) -> bool:
        day = clock.day_of(self.at, settings.current().time_zone)
        return self.promise is not None and self.promise.holds_on(day)

    @cached_property
    def asked(self) -> dict[str, Any] | None:
        """The specification that would be sold now: the very parts, at today's price or the promised one."""
        if self.promise is not None and self.holds:
            try:
                return asked(self.promise, True)[1]
            except Ended:
                return None
        on_sale = today(self.line.family)
        return as_it_was.specification(self.line, on_sale) if on_sale else None

    @property
    def standing(self) -> Standing:
        if self.asked is None:
            return Standing.CHANGED if today(self.line.family) else Standing.NOT_SOLD
        if self.currency not in (None, self.asked["currency"]):
            return Standing.APART
        return Standing.READY

    @property
    def is_ready(self) -> bool:
        return self.standing is Standing.READY

    def ordered(self, position: int = 1) -> OrderLine:
        """What an order would say of it. Only of a line that is ready."""
        assert self.asked is not None
        code = self.line.quote_code if self.holds else None
        return OrderLine(position=position, quantity=self.line.quantity, quote_code=code, **self.asked)

    @cached_property
    def now(self) -> OrderLine | None:
        return self.ordered() if self.asked is not None else None

    @property
    def amount(self) -> int | None:
        return self.now.amount if self.now else None

    @property
    def rise(self) -> int:
        """How much dearer a piece is than when it was put there."""
        if self.now is None or self.now.currency != self.line.currency:
            return 0
        return self.now.total - self.line.total

    @property
    def changes(self) -> list[PriceChange]:
        """The price steps that differ from when it was put there."""
        return price_changes(self.line.priced, self.now.priced) if self.now and self.rise else []

    @cached_property
    def gone(self) -> list[Texts]:
        """What of it is made no more."""
        on_sale = today(self.line.family)
        if on_sale is None or self.asked is not None:
            return []
        parts = zip(self.line.picked, self.line.listed, strict=True)
        return [part.title for key, part in parts if key not in on_sale.family.option_by_key]

    @property
    def title(self) -> Texts:
        return self.line.title

    @property
    def quantity_shown(self) -> str:
        """What stands in the field: what was typed there, where that was refused."""
        field = self.form.quantity
        return field.raw_data[0] if field.errors and field.raw_data else str(self.line.quantity)

    @property
    def main_parts(self) -> list[Part]:
        """What tells it from others: the base model, and what the shopper has said."""
        first, *others = self.line.listed
        return [first, *(part for part in others if part.origin is Origin.MINE)]

    @property
    def picture(self) -> str:
        return picture(self.line)

    @property
    def configurator(self) -> str:
        """Where it can be changed, or mended: what stands against it is shown there."""
        return addresses.configurator(self.line.family, self.line.said)

    @cached_property
    def build_page(self) -> str | None:
        """The page of the build it is, where that is the owner's own: a link they were given may be withdrawn."""
        found = reading().get(Build, self.line.build_id) if self.line.build_id else None
        if found is None or found.owner != self.line.owner:
            return None
        key = key_for(Purpose.EDIT, found.edit_lock, settings.current().secret_key)
        return url_for("account.kept_build", key=key)


class ShownCart:
    """All lines of somebody's cart, and what was taken out last."""

    def __init__(
        self, owner: str | None, at: datetime, refused: tuple[int, QuantityForm] | None = None
    ) -> None:
        """`refused`: the form of a line as it was sent."""
        self.owner, self.at, self.refused = owner, at, refused

    @cached_property
    def lines(self) -> Sequence[ShownLine]:
        if self.owner is None:
            return []
        number, form = self.refused or (None, None)
        found: list[ShownLine] = []
        currency: str | None = None
        for line in cart_line.of(reading(), self.owner):
            shown = ShownLine(line, self.at, currency, form if line.id == number else None)
            if currency is None and shown.now is not None:
                currency = shown.now.currency
            found.append(shown)
        return found

    @property
    def ready(self) -> list[ShownLine]:
        """What can be ordered now."""
        return [line for line in self.lines if line.is_ready]

    @cached_property
    def removed(self) -> ShownLine | None:
        line = cart_line.removed(reading(), self.owner, at=self.at) if self.owner else None
        return ShownLine(line, self.at) if line else None

    @property
    def pieces(self) -> int:
        return sum(shown.line.quantity for shown in self.ready)

    @cached_property
    def reckoning(self) -> Reckoning:
        """What can be ordered now, less what the customer's level takes off; before delivery."""
        lines = [shown.ordered(place) for place, shown in enumerate(self.ready, 1)]
        agreed = order_terms.of_level(lines, privileges().terms)
        sold = [
            Sold(line.position, line.amount, Decimal(line.tax_percent), line.position in agreed.lines)
            for line in lines
        ]
        return reckon(sold, 0, agreed.terms)

    @property
    def total(self) -> int:
        return self.reckoning.total

    @property
    def currency(self) -> str:
        return self.ready[0].ordered().currency
