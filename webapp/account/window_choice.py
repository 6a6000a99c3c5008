"""When a shopper wants it: the windows that are free for a way of delivery, and the one that is taken."""

from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext
from sqlmodel import Session
from wtforms import Field, Form, StringField, ValidationError

from webapp.account.entries import one_line
from webapp.database import reading_rows
from webapp.sales import delivery_slot
from webapp.sales.capacity import Asking
from webapp.sales.delivery import METHOD_BY_CODE, DeliveryMethod, PickupPoint, Window
from webapp.sales.delivery_slot import Slot, Slots
from webapp.sales.order import Order


class WindowFields(Form):
    """What a form says about where and when; a base of the checkout's form, which has `method` and an address."""

    window = StringField(filters=[one_line])
    point = StringField(filters=[one_line])

    def validate_point(self, field: Field) -> None:
        method = METHOD_BY_CODE.get(self["method"].data or "")
        if method is not None and method.points and method.point(field.data or "") is None:
            raise ValidationError(lazy_gettext("Choose the shop where you want to collect it."))


class WindowChoice:
    """The windows for what is ordered on a day, the way that is chosen, and the window that a form asks for."""

    def __init__(self, today: date, lead_days: int, pieces: int, *, comes_first: bool = False) -> None:
        self.today, self.lead_days, self.pieces, self.comes_first = today, lead_days, pieces, comes_first
        self.method: DeliveryMethod | None = None
        self.asked = self.point_code = ""

    def choose(self, method: DeliveryMethod, asked: str, point: str) -> None:
        """Takes over what the form says: the window's code (none: the first one) and the shop to collect it from."""
        self.method, self.asked, self.point_code = method, asked, point
        for name in ("slot", "sooner_than_others"):
            self.__dict__.pop(name, None)

    def forget(self) -> None:
        """What is free is looked up anew: somebody else was faster."""
        self.asked = self.slot.code if self.slot else ""
        for name in ("slots", "slot"):
            self.__dict__.pop(name, None)

    @cached_property
    def slots(self) -> Slots:
        return self._slots(self.lead_days)

    def _slots(self, lead_days: int) -> Slots:
        return Slots(reading_rows(), self.today, lead_days, self.pieces, comes_first=self.comes_first)

    @cached_property
    def sooner_than_others(self) -> int:
        """How many days sooner it comes than to those for whom nothing is held."""
        if not self.comes_first or self.method is None or not self.free:
            return 0
        others = Slots(reading_rows(), self.today, self.lead_days, self.pieces).first(self.method)
        return (others.window.first - self.free[0].window.first).days if others else 0

    def first(self, method: DeliveryMethod) -> Slot | None:
        return self.slots.first(method)

    @property
    def free(self) -> list[Slot]:
        """All that can be chosen now."""
        return self.slots.free(self.method) if self.method else []

    @cached_property
    def slot(self) -> Slot | None:
        """The one that is asked for, while it is free; else the first that is. None where there is none at all."""
        free = self.free
        asked = next((slot for slot in free if slot.code == self.asked), None)
        return asked or next(iter(free), None)

    @property
    def is_soonest(self) -> bool:
        return self.slot is not None and self.slot == next(iter(self.free), None)

    @property
    def is_gone(self) -> bool:
        """Whether what was asked for cannot be had, or nothing can."""
        return self.slot is None or bool(self.asked and self.slot.code != self.asked)

    @property
    def was(self) -> Window | None:
        """The days that were asked for, as far as they read as days."""
        try:
            first, last = map(date.fromisoformat, self.asked.split("_"))
        except ValueError:
            return None
        return Window(first, last)

    @property
    def point(self) -> PickupPoint | None:
        return self.method.point(self.point_code) if self.method else None

    @property
    def address(self) -> dict[str, Any]:
        """Where it goes, where that is not the shopper's own address."""
        point = self.point
        if point is None:
            return {}
        return {
            "extra": point.title,
            "street": point.street,
            "postcode": point.postcode,
            "city": point.city,
            "country": point.country,
        }

    def sooner_by(self, lead_days: int) -> int:
        """How many days sooner the first window would be with another lead time."""
        method, now = self.method, self.slot and next(iter(self.free), None)
        if method is None or now is None:
            return 0
        then = self._slots(lead_days).first(method)
        return (now.window.first - then.window.first).days if then else 0

    def take(self, session: Session, placed: Order) -> None:
        """Takes the place of the order that is placed in this transaction. Raises WeekFull."""
        assert self.method is not None
        assert self.slot is not None
        asking = Asking(self.today, self.comes_first)
        delivery_slot.take(session, placed.id or 0, self.method, self.slot, self.pieces, asking)
