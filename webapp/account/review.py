"""What a checkout shows before anything is agreed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlmodel import Session

from catalog.configuration import Origin, PriceLine
from catalog.model import Texts
from webapp import clock, settings
from webapp.account.checkout_form import CheckoutForm
from webapp.account.shown_build import picture
from webapp.account.shown_sooner import ShownSooner
from webapp.account.window_choice import WindowChoice
from webapp.database import reading_rows
from webapp.sales import line_tax, tax
from webapp.sales.build import copied
from webapp.sales.delivery import DeliveryMethod, Window, offered
from webapp.sales.order_line import OrderLine, price_lines
from webapp.sales.order_terms import NOTHING_OFF, OrderTerms
from webapp.sales.price_change import PriceChange
from webapp.sales.quote import Quote
from webapp.sales.reckoning import Reckoning, Sold, reckon
from webapp.sales.specification import Part
from webapp.shop.privileges import privileges

GOODS_AND_CODE = "|"


class ReviewedLine:
    """One line of what would be ordered.

    `change`: where a group of it can be changed, if it can without further ado. `left_out`: the groups of which we
    took nothing, since the shopper said nothing.
    """

    def __init__(
        self,
        line: OrderLine,
        *,
        name: str = "",
        change: Callable[[str], str] | None = None,
        left_out: Sequence[Texts] = (),
    ) -> None:
        self.line, self.name, self.change, self.left_out = line, name, change, left_out

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
    def picture(self) -> str:
        return picture(self.line)


class Review(ABC):
    """What would be ordered, how it would be delivered, and what that costs at one moment."""

    promise: Quote | None = None
    is_cart = False
    staying = 0  # lines of a cart that cannot be ordered now

    def __init__(self, shown: Sequence[ReviewedLine], at: datetime) -> None:
        self.shown, self.at = shown, at
        self.privileges = privileges()
        self.method = offered(self.currency)[0]
        lines = self.order_lines  # all of it comes together, when the last of it is ready
        self.windows = WindowChoice(
            self.today,
            max(line.lead_days for line in lines),
            sum(line.quantity for line in lines),
            comes_first=self.privileges.comes_first,
        )
        self.country = tax.HOME
        self.tax_classes: dict[tuple[str, int], str | None] = {}
        self.agreed, self.code = NOTHING_OFF, ""

    @property
    @abstractmethod
    def action(self) -> str:
        """Where the form is sent."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """The page of what is being ordered."""

    @property
    def has_unknown(self) -> bool:
        """Whether the address asks for what we do not know."""
        return False

    @property
    def goods(self) -> str:
        """What the page shows of the goods, written down so that a change of it is noticed."""
        return str(self.line.version)

    def changes_since(self, _goods: str) -> list[PriceChange]:
        """The price steps that differ from those that were shown before."""
        return []

    def settle(self, session: Session) -> None:
        """What else happens in the transaction that places the order; it may refuse by raising CartChanged."""
        return

    def deliver(self, method: DeliveryMethod, country: str) -> None:
        """Lets it be handed over in a way, and taxed where that happens."""
        self.method = method
        self.country = country if method.to_address and country in tax.RATES else tax.HOME

    def agree(self, terms: OrderTerms, code: str) -> None:
        """Takes off what is agreed."""
        self.agreed, self.code = terms, code

    @property
    def line(self) -> OrderLine:
        """The first line; a review of a single thing has no other."""
        return self.shown[0].line

    @property
    def order_lines(self) -> list[OrderLine]:
        return [each.line for each in self.shown]

    def fresh_lines(self) -> list[OrderLine]:
        """An order's own copies of what was shown."""
        return [
            OrderLine(
                position=line.position, quantity=line.quantity, quote_code=line.quote_code, **copied(line)
            )
            for line in self.order_lines
        ]

    @property
    def today(self) -> date:
        return clock.day_of(self.at, settings.current().time_zone)

    @property
    def assumes(self) -> bool:
        return any(each.assumes for each in self.shown)

    @property
    def currency(self) -> str:
        return self.line.currency

    @property
    def taxed_in(self) -> str:
        """The country where it is handed over: of the address, the shop that keeps it, or the workshop."""
        point = self.windows.point
        return point.country if point else self.country

    def _tax_class(self, line: OrderLine) -> str | None:
        """Looked up once for each version: all amounts are reckoned anew whenever one is asked for."""
        key = (line.family, line.version)
        if key not in self.tax_classes:
            self.tax_classes[key] = line_tax.class_of(reading_rows(), line)
        return self.tax_classes[key]

    @property
    def reckoning(self) -> Reckoning:
        """All amounts, reckoned from the lines, the delivery and what is agreed."""
        sold = [
            Sold(
                line.position,
                line.amount,
                tax.percent(self.taxed_in, Decimal(line.tax_percent), self.today, self._tax_class(line)),
                line.position in self.agreed.lines,
            )
            for line in self.order_lines
        ]
        return reckon(sold, self.delivery, self.agreed.terms)

    @property
    def lines(self) -> list[PriceLine]:
        """How the total comes about."""
        return [
            *price_lines(self.order_lines),
            *self.reckoning.reduction_lines,
            PriceLine(f"delivery:{self.method.code}", self.method_title, self.delivery),
        ]

    @property
    def groups(self) -> dict[str, Texts]:
        """What group each option's price step belongs to, by the step's code."""
        return self.line.groups

    @property
    def delivery(self) -> int:
        return self.price_by(self.method)

    def price_by(self, method: DeliveryMethod) -> int:
        """What a way of delivery costs whoever orders."""
        return 0 if self.is_free_for_level(method) else method.price(self.currency) or 0

    def is_free_for_level(self, method: DeliveryMethod) -> bool:
        """Whether it costs others something, and nothing by the level of whoever orders."""
        return self.privileges.delivers_free(method.code) and bool(method.price(self.currency))

    @property
    def method_title(self) -> Texts:
        """What the way of delivery is called on the order; where it is free by a level, that is said there."""
        if not self.is_free_for_level(self.method):
            return self.method.title
        title, level = self.method.title, self.privileges.title
        return Texts(
            {
                **title.root,
                "en": f"{title.in_('en')} (free: level “{level.in_('en')}”)",
                "ru": f"{title.in_('ru')} (бесплатно: уровень «{level.in_('ru')}»)",
            }
        )

    @property
    def total(self) -> int:
        return self.reckoning.total

    @property
    def tax(self) -> int:
        return self.reckoning.tax

    @property
    def window(self) -> Window | None:
        """The days on which it comes; None where there are none to be had."""
        return self.windows.slot.window if self.windows.slot else None

    def window_by(self, method: DeliveryMethod) -> Window | None:
        """The first days on which it could come in a way."""
        slot = self.windows.first(method)
        return slot.window if slot else None

    @property
    def sooner(self) -> list[ShownSooner]:
        """What would come sooner, with one change."""
        return []

    @property
    def methods(self) -> list[DeliveryMethod]:
        return offered(self.currency)

    @property
    def mark(self) -> str:
        """What the page shows besides its total."""
        return f"{self.goods}{GOODS_AND_CODE}{self.code}" if self.code else self.goods

    def differs_from(self, form: CheckoutForm) -> bool:
        """Whether the page that was sent said something else."""
        return (form.shown_version.data, form.shown_total.data) != (self.mark, self.total)


def goods_in(mark: str | None) -> str:
    """What a page's mark says of its goods."""
    return (mark or "").partition(GOODS_AND_CODE)[0]
