"""When a build would be ready, and what its delivery may add."""

from datetime import date

from webapp.sales.delivery import READY_WITHIN, offered, working_day_after


def ready_between(today: date, lead_days: int) -> tuple[date, date]:
    """The first and the last day on which a build ordered today is ready."""
    first = working_day_after(today, lead_days)
    return first, working_day_after(first, READY_WITHIN)


def delivery_prices(currency: str) -> tuple[int, int]:
    """The lowest and the highest price of the ways in which it can be handed over."""
    prices = [method.price(currency) or 0 for method in offered(currency)] or [0]
    return min(prices), max(prices)
