"""Cancellations: free until production starts, then for a share of the total; what is paid beyond it goes back."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import Session

from catalog.money import percentage
from webapp.sales import order as orders
from webapp.sales.order import NotNow, Order
from webapp.sales.order_step import Step


class Conditions(NamedTuple):
    """What a cancellation comes to, in minor units. The fee is never more than what was paid: nobody owes us for it."""

    paid: int
    fee: int

    @property
    def refund(self) -> int:
        return self.paid - self.fee


def conditions(order: Order, percent: int, *, waived: bool = False) -> Conditions:
    """What it comes to at this moment. `percent`: of the total, once production has started; `waived`: without it."""
    paid = max(0, order.balance.held)
    if waived or order.step(Step.PRODUCTION) is None:
        return Conditions(paid, 0)
    return Conditions(paid, min(paid, percentage(order.total, Decimal(percent))))


def cancel(
    session: Session,
    order: Order,
    agreed: Conditions,
    percent: int,
    *,
    at: datetime,
    waived: bool = False,
    by_shopper: bool = False,
) -> None:
    """Cancels an order, read for update, on the conditions that were shown. Raises NotNow where they have changed."""
    if conditions(order, percent, waived=waived) != agreed:
        raise NotNow(order.state)
    orders.take(session, order, Step.CANCELLATION, at=at, fee=agreed.fee, by_shopper=by_shopper)
