"""Delivery: how an order reaches the customer, what that costs, whom it reaches, and on which days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from catalog.model import Texts
from webapp.sales.calendar import PLAIN, Calendar

COUNTRIES = ("DE", "AT", "BE", "LU", "NL")
SATURDAY = 5
READY_WITHIN = 4  # working days between the first and the last day on which a thing may be ready


class Window(NamedTuple):
    """The days on which something may arrive, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A shop of somebody else where things wait for whoever ordered them."""

    code: str
    title: str
    street: str
    postcode: str
    city: str
    country: str
    hours: Texts


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """A way to hand over an order: its price per currency (tax included), its days, and whom it reaches.

    `days`: the fewest and the most between finished and there. `postcodes`: how those begin that it reaches, by
    country; without any it reaches all of its countries. `appointments`: how many a day there are, on `weekdays`;
    such a method is agreed for one day.
    """

    code: str
    title: Texts
    description: Texts
    prices: Mapping[str, int]
    days: tuple[int, int]
    to_address: bool = True
    is_free: bool = False
    countries: tuple[str, ...] = COUNTRIES
    postcodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: tuple[PickupPoint, ...] = ()
    hours: Texts | None = None
    weekdays: frozenset[int] = frozenset()
    appointments: int = 0

    def price(self, currency: str) -> int | None:
        """What it costs, or None where it is not offered in a currency."""
        return 0 if self.is_free else self.prices.get(currency)

    def reaches(self, country: str, postcode: str) -> bool:
        """Whether it goes to an address; one that is not known yet is thought to be within reach."""
        if not self.to_address or not country:
            return True
        if country not in self.countries:
            return False
        beginnings = self.postcodes.get(country)
        return not self.postcodes or not postcode or bool(beginnings and postcode.startswith(beginnings))

    def point(self, code: str) -> PickupPoint | None:
        return next((point for point in self.points if point.code == code), None)

    def window(self, today: date, lead_days: int, calendar: Calendar = PLAIN) -> Window:
        """When a thing ordered today arrives, given the working days it takes to make."""
        ready = calendar.working_day_after(today, lead_days)
        return self.arrival(ready, calendar.working_day_after(ready, READY_WITHIN), calendar)

    def arrival(self, first: date, last: date, calendar: Calendar) -> Window:
        """When what is finished between two days is there."""
        quickest, slowest = self.days
        if not self.days[1]:  # it waits in the workshop
            return Window(calendar.working_day_after(first, 0), calendar.working_day_after(last, 0))
        return Window(calendar.carried_by(first, quickest), calendar.carried_by(last, slowest))


def _texts(russian: str, english: str) -> Texts:
    return Texts({"ru": russian, "en": english})


WORKSHOP_HOURS = _texts("Пн–Пт 10–18, по субботам по договорённости", "Mon–Fri 10–18, Saturdays by agreement")
SHOP_HOURS = _texts("Пн–Сб 10–19", "Mon–Sat 10–19")
POINTS = (
    PickupPoint("hamburg", "Radhaus Altona", "Max-Brauer-Allee 52", "22765", "Hamburg", "DE", SHOP_HOURS),
    PickupPoint("cologne", "Werkstatt am Ring", "Hohenstaufenring 30", "50674", "Köln", "DE", SHOP_HOURS),
    PickupPoint(
        "munich",
        "Isarwerk",
        "Fraunhoferstraße 9",
        "80469",
        "München",
        "DE",
        _texts("Вт–Сб 11–19", "Tue–Sat 11–19"),
    ),
)
METHODS = (
    DeliveryMethod(
        "carrier",
        _texts("Доставка до двери", "Delivery to your door"),
        _texts(
            "Перевозчик привезёт всё в сборе, в многоразовой коробке.",
            "A carrier brings it assembled, in a box that we take back.",
        ),
        {"EUR": 2900},
        (2, 4),
    ),
    DeliveryMethod(
        "express",
        _texts("Срочная доставка", "Express delivery"),
        _texts(
            "На следующий рабочий день после сборки, до 12 часов.",
            "The working day after it is finished, before noon.",
        ),
        {"EUR": 6900},
        (1, 1),
    ),
    DeliveryMethod(
        "courier",
        _texts("Наш курьер, Берлин", "Our own courier, Berlin"),
        _texts(
            "Привезёт вечером, после 18 часов, и подгонит на месте.",
            "Comes in the evening, after six, and adjusts it on the spot.",
        ),
        {"EUR": 1900},
        (1, 2),
        countries=("DE",),
        postcodes={"DE": ("10", "12", "13", "140", "141")},
    ),
    DeliveryMethod(
        "point",
        _texts("Пункт выдачи", "A shop near you"),
        _texts(
            "Наш партнёр соберёт всё до конца и отдаст, когда вам удобно.",
            "A partner of ours sets it up and keeps it until it suits you.",
        ),
        {"EUR": 1500},
        (2, 3),
        to_address=False,
        points=POINTS,
    ),
    DeliveryMethod(
        "pickup",
        _texts("Забрать из мастерской", "Collect from the workshop"),
        _texts(
            "Покажем, как всё устроено, и подгоним при вас.",
            "We show you how it works and adjust it with you.",
        ),
        {},
        (0, 0),
        to_address=False,
        is_free=True,
        hours=WORKSHOP_HOURS,
    ),
    DeliveryMethod(
        "fitting",
        _texts("Примерка в мастерской", "A fitting at the workshop"),
        _texts(
            "Час с мастером: подгоним под вас всё, что подгоняется. День выбираете вы.",
            "An hour with the maker: all that can be adjusted is set to you. You choose the day.",
        ),
        {},
        (0, 0),
        to_address=False,
        is_free=True,
        hours=_texts("вторник и четверг, с 14 до 18", "Tuesdays and Thursdays, 14–18"),
        weekdays=frozenset({1, 3}),
        appointments=4,
    ),
)
METHOD_BY_CODE = {method.code: method for method in METHODS}


def is_collected(code: str) -> bool:
    """Whether a method means that things wait in the workshop; one that we no longer have did not."""
    method = METHOD_BY_CODE.get(code)
    return method is not None and not method.days[1]


def offered(currency: str) -> list[DeliveryMethod]:
    """The methods there are for a currency."""
    return [method for method in METHODS if method.price(currency) is not None]


def reaching_everybody(currency: str) -> list[DeliveryMethod]:
    """The methods that bring things to any address; where there is none, all that need no appointment."""
    methods = [method for method in offered(currency) if not method.appointments]
    return [method for method in methods if method.to_address and not method.postcodes] or methods


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
    __table_args__ = (Index("ix_deliveries_method", "method", "first_day"),)

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
