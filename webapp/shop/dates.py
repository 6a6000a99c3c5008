"""When a build would be ready, and what its delivery may add."""

from datetime import date

from sqlalchemy import Connection

from webapp.sales.calendar import monday_of
from webapp.sales.capacity import is_as_ever
from webapp.sales.delivery import READY_WITHIN, offered, working_day_after
from webapp.sales.delivery_slot import Slots


def ready_between(
    rows: Connection, today: date, lead_days: int, *, comes_first: bool = False
) -> tuple[date, date]:
    """The first and the last day on which a build ordered today is ready, where the workshop still has room for it."""
    if is_as_ever(rows, monday_of(today)):
        first = working_day_after(today, lead_days)
        return first, working_day_after(first, READY_WITHIN)
    slots = Slots(rows, today, lead_days, comes_first=comes_first)
    span = slots.first_span()
    if span is not None:
        return span.first, span.last
    return slots.ready, slots.calendar.working_day_after(slots.ready, READY_WITHIN)  # nothing free for a year


def delivery_prices(currency: str) -> tuple[int, int]:
    """The lowest and the highest price of the ways in which it can be handed over."""
    prices = [method.price(currency) or 0 for method in offered(currency)] or [0]
    return min(prices), max(prices)
