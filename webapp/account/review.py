"""What a checkout shows before anything is agreed."""

from abc import ABC, abstractmethod
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from flask import url_for

from catalog.configuration import Origin, PriceLine
from catalog.expression import OptionKey
from catalog.model import NONE, Texts
from catalog.money import tax_within
from webapp import clock, settings
from webapp.account.checkout_form import CheckoutForm
from webapp.account.shown_build import picture
from webapp.account.wanted import Wanted, wanted_by
from webapp.catalogues import published
from webapp.database import reading_rows
from webapp.sales.build import copied
from webapp.sales.comparison import PriceChange, price_changes
from webapp.sales.delivery import DeliveryMethod, Window, offered
from webapp.sales.order_line import OrderLine
from webapp.sales.quote import Quote
from webapp.sales.specification import Part


class Review(ABC):
    """What would be ordered, how it would be delivered, and what that costs at one moment."""

    promise: Quote | None = None

    def __init__(self, line: OrderLine, at: datetime) -> None:
        self.line, self.at = line, at
        self.method = offered(line.currency)[0]

    @property
    @abstractmethod
    def action(self) -> str:
        """Where the form is sent."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """The page of what is being ordered."""

    def change(self, _group: str) -> str | None:
        """Where one group of it can be changed, if it can without further ado."""
        return None

    def changes_since(self, _number: int | None) -> list[PriceChange]:
        """The price steps that differ from those that were shown before, under an earlier version."""
        return []

    @property
    def left_out(self) -> list[Texts]:
        """The groups of which we took nothing, since the shopper said nothing."""
        return []

    @property
    def has_unknown(self) -> bool:
        """Whether the address asks for what we do not know."""
        return False

    def fresh_line(self) -> OrderLine:
        """An order's own copy of what was shown."""
        return OrderLine(position=1, quantity=1, quote_code=self.line.quote_code, **copied(self.line))

    @property
    def today(self) -> date:
        return clock.day_of(self.at, settings.current().time_zone)

    @property
    def version(self) -> int:
        return self.line.version

    @cached_property
    def parts(self) -> list[Part]:
        return self.line.listed

    @property
    def assumed(self) -> list[Part]:
        """What the shopper has not said, and we have filled in."""
        return [part for part in self.parts if part.origin is Origin.ASSUMED]

    @property
    def decided(self) -> list[Part]:
        return [part for part in self.parts if part.origin is not Origin.ASSUMED]

    @property
    def assumes(self) -> bool:
        return bool(self.assumed or self.left_out)

    @property
    def currency(self) -> str:
        return self.line.currency

    @property
    def lines(self) -> list[PriceLine]:
        return [
            *self.line.priced,
            PriceLine(f"delivery:{self.method.code}", self.method.title, self.delivery),
        ]

    @property
    def groups(self) -> dict[str, Texts]:
        """What group each option's price step belongs to, by the step's code."""
        return self.line.groups

    @property
    def delivery(self) -> int:
        return self.method.price(self.currency) or 0

    @property
    def total(self) -> int:
        return self.line.total + self.delivery

    @property
    def tax(self) -> int:
        return tax_within(self.total, Decimal(self.line.tax_percent))

    @property
    def window(self) -> Window:
        return self.window_by(self.method)

    def window_by(self, method: DeliveryMethod) -> Window:
        return method.window(self.today, self.line.lead_days)

    @property
    def methods(self) -> list[DeliveryMethod]:
        return offered(self.currency)

    @property
    def picture(self) -> str:
        return picture(self.line)

    def differs_from(self, form: CheckoutForm) -> bool:
        """Whether the page that was sent said something else."""
        return (form.shown_version.data, form.shown_total.data) != (self.version, self.total)


class WantedReview(Review):
    """The choices of an address, at today's price."""

    def __init__(self, wanted: Wanted, at: datetime) -> None:
        super().__init__(OrderLine(position=1, quantity=1, **wanted.specification()), at)
        self.wanted = wanted

    @property
    def action(self) -> str:
        """Only my choices stand in the address."""
        return f"{url_for('account.checkout', code=self.line.family)}?{self.wanted.address}"

    @property
    def origin(self) -> str:
        return self.wanted.configurator

    def change(self, group: str) -> str:
        return f"{self.wanted.configurator}#group-{group}"

    @property
    def left_out(self) -> list[Texts]:
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

    def changes_since(self, number: int | None) -> list[PriceChange]:
        if number is None or not 0 < number < self.version:
            return []
        earlier = published.version(reading_rows(), self.line.family, number)
        if earlier is None:
            return []
        before = wanted_by(earlier, self.wanted.choices.parameters())
        return price_changes(before.price.lines, self.line.priced) if before.price else []
