"""What a checkout shows before anything is agreed."""

from functools import cached_property

from flask import url_for

from catalog.configuration import Origin, PriceLine
from catalog.expression import OptionKey
from catalog.model import NONE, Family, Texts
from catalog.money import tax_within
from webapp import clock, settings
from webapp.account.checkout_form import CheckoutForm
from webapp.account.wanted import Wanted, wanted_by
from webapp.catalogues import published
from webapp.database import reading_rows
from webapp.sales.comparison import PriceChange, price_changes
from webapp.sales.delivery import DeliveryMethod, Window, offered
from webapp.sales.specification import Part, parts_of
from webapp.shop import addresses


class Review:
    """What would be ordered, how it would be delivered, and what that costs today."""

    def __init__(self, wanted: Wanted, method: DeliveryMethod) -> None:
        assert wanted.configuration is not None
        assert wanted.price is not None
        self.wanted, self.method = wanted, method
        self.configuration, self.price = wanted.configuration, wanted.price
        self.today = clock.today(settings.current().time_zone)

    @property
    def family(self) -> Family:
        return self.wanted.published.family

    @property
    def version(self) -> int:
        return self.wanted.published.number

    @cached_property
    def parts(self) -> list[Part]:
        return parts_of(self.configuration)

    @property
    def assumed(self) -> list[Part]:
        """What the shopper has not said, and we have filled in."""
        return [part for part in self.parts if part.origin is Origin.ASSUMED]

    @property
    def left_out(self) -> list[Texts]:
        """The groups of which we took nothing, since the shopper said nothing."""
        origins = self.configuration.origins
        return [
            group.title
            for group in self.family.groups
            if origins.get(OptionKey(group.code, NONE)) is Origin.ASSUMED
        ]

    @property
    def decided(self) -> list[Part]:
        return [part for part in self.parts if part.origin is not Origin.ASSUMED]

    @property
    def currency(self) -> str:
        return self.price.currency

    @property
    def lines(self) -> list[PriceLine]:
        return [
            *self.price.lines,
            PriceLine(f"delivery:{self.method.code}", self.method.title, self.delivery),
        ]

    @property
    def groups(self) -> dict[str, Texts]:
        """What group each option's price step belongs to, by the step's code."""
        return {part.code: part.group_title for part in self.parts}

    @property
    def delivery(self) -> int:
        return self.method.price(self.currency) or 0

    @property
    def total(self) -> int:
        return self.price.total + self.delivery

    @property
    def tax(self) -> int:
        return tax_within(self.total, self.family.tax_percent)

    @property
    def window(self) -> Window:
        return self.window_by(self.method)

    def window_by(self, method: DeliveryMethod) -> Window:
        return method.window(self.today, self.configuration.lead_days)

    @property
    def methods(self) -> list[DeliveryMethod]:
        return offered(self.currency)

    @property
    def picture(self) -> str:
        place = url_for("shop.picture", code=self.family.code, version=self.version)
        return f"{place}?{addresses.query(self.configuration.picked)}"

    @property
    def action(self) -> str:
        """Where the form is sent: only my choices stand in the address."""
        return f"{url_for('account.checkout', code=self.family.code)}?{self.wanted.address}"

    def change(self, group: str) -> str:
        """Where one group of it can be changed."""
        return f"{self.wanted.configurator}#group-{group}"

    def differs_from(self, form: CheckoutForm) -> bool:
        """Whether the page that was sent said something else."""
        return (form.shown_version.data, form.shown_total.data) != (self.version, self.total)

    def changes_since(self, number: int | None) -> list[PriceChange]:
        """The price steps that differ from those of an earlier version."""
        if number is None or not 0 < number < self.version:
            return []
        earlier = published.version(reading_rows(), self.family.code, number)
        if earlier is None:
            return []
        before = wanted_by(earlier, self.wanted.choices.parameters())
        return price_changes(before.price.lines, self.price.lines) if before.price else []
