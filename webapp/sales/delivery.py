"""Delivery: how an order reaches the customer, what that costs, and on which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from catalog.model import Texts

COUNTRIES = ("DE", "AT", "BE", "LU", "NL")
SATURDAY = 5
READY_WITHIN = 4  # working days between the first and the last day on which a thing may be ready


class Window(NamedTuple):
    """The days on which something may arrive, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """A way to hand over an order: its price per currency (tax included) and its working days."""

    code: str
    title: Texts
    description: Texts
    prices: Mapping[str, int]
    days: tuple[int, int]
    to_address: bool = True

    def price(self, currency: str) -> int | None:
        """What it costs, or None where it is not offered in a currency."""
        return self.prices.get(currency) if self.to_address else 0

    def window(self, today: date, lead_days: int) -> Window:
        """When a thing ordered today arrives, given the working days it takes to make."""
        quickest, slowest = self.days
        ready = working_day_after(today, lead_days)
        return Window(
            working_day_after(ready, quickest),
            working_day_after(working_day_after(ready, READY_WITHIN), slowest),
        )


METHODS = (
    DeliveryMethod(
        "carrier",
        Texts({"ru": "Доставка до двери", "en": "Delivery to your door"}),
        Texts(
            {
                "ru": "Перевозчик привезёт всё в сборе, в многоразовой коробке.",
                "en": "A carrier brings it assembled, in a box that we take back.",
            }
        ),
        {"EUR": 2900},
        (2, 4),
    ),
    DeliveryMethod(
        "express",
        Texts({"ru": "Срочная доставка", "en": "Express delivery"}),
        Texts(
            {
                "ru": "На следующий рабочий день после сборки, до 12 часов.",
                "en": "The working day after it is finished, before noon.",
            }
        ),
        {"EUR": 6900},
        (1, 1),
    ),
    DeliveryMethod(
        "pickup",
        Texts({"ru": "Забрать из мастерской", "en": "Collect from the workshop"}),
        Texts(
            {
                "ru": "Покажем, как всё устроено, и подгоним при вас.",
                "en": "We show you how it works and adjust it with you.",
            }
        ),
        {},
        (0, 0),
        to_address=False,
    ),
)
METHOD_BY_CODE = {method.code: method for method in METHODS}


def offered(currency: str) -> list[DeliveryMethod]:
    """The methods there are for a currency."""
    return [method for method in METHODS if method.price(currency) is not None]


def quickest(currency: str, today: date, lead_days: int) -> date:
    """The day by which a thing ordered today is there at the latest, by the quickest way that brings it."""
    methods = offered(currency)
    brought = [method for method in methods if method.to_address] or methods
    return min(method.window(today, lead_days).last for method in brought)


def working_day_after(day: date, days: int) -> date:
    """The day that comes a number of working days (Monday to Friday) later; never a weekend."""
    past_friday = max(0, day.weekday() - SATURDAY + 1)
    if past_friday and not days:
        return day + timedelta(days=3 - past_friday)
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks) - timedelta(days=past_friday)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < SATURDAY
    return day


class Delivery(SQLModel, table=True):
    """How one order is delivered: the method as it was offered, the address, the days we promised."""

    __tablename__ = "deliveries"

    order_id: int = Field(default=None, primary_key=True, foreign_key="orders.id", ondelete="RESTRICT")
    method: str = Field(max_length=20)
    method_title: dict[str, str] = Field(sa_type=JSON)
    price: int
    street: str = Field(default="", max_length=120)
    extra: str = Field(default="", max_length=120)
    postcode: str = Field(default="", max_length=12)
    city: str = Field(default="", max_length=80)
    country: str = Field(default="", max_length=2)
    first_day: date
    last_day: date

    @property
    def title(self) -> Texts:
        return Texts(self.method_title)

    @property
    def window(self) -> Window:
        return Window(self.first_day, self.last_day)
