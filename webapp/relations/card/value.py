"""What a customer is worth to the shop, and when they may come back: sums whose terms can be looked at."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, func, literal_column, select
from sqlmodel import Session, col

from webapp.prepared import Prepared
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.payment import Payment
from webapp.sales.refund import Refund, RefundState

FEWEST_PAUSES = 2  # from so many on we speak of a rhythm
MOST = 1000  # orders that are looked at


class Paid(NamedTuple):
    """Money of one currency, in minor units: what came in, and what of it went back."""

    currency: str
    received: int
    sent_back: int

    @property
    def kept(self) -> int:
        return self.received - self.sent_back


class Value(NamedTuple):
    """`days`: on which somebody ordered what was not cancelled, the first one first; `today`: where the shop is."""

    paid: Sequence[Paid]
    days: Sequence[date]
    cancelled: int
    today: date

    @property
    def orders(self) -> int:
        return len(self.days)

    @property
    def recency(self) -> int | None:
        """Days since the last order."""
        return (self.today - self.days[-1]).days if self.days else None

    @property
    def pauses(self) -> list[int]:
        """Days between one order and the next, those of one day taken as one."""
        days = sorted(set(self.days))
        return [(after - before).days for before, after in itertools.pairwise(days)]

    @property
    def rhythm(self) -> int | None:
        """The middle of the pauses, in days, half up; None while there are too few to say so."""
        return int(median(self.pauses) + 0.5) if len(self.pauses) >= FEWEST_PAUSES else None

    @property
    def expected(self) -> date | None:
        """When the next order would come if the rhythm went on."""
        return self.days[-1] + timedelta(days=self.rhythm) if self.rhythm is not None else None

    @property
    def is_late(self) -> bool:
        """Whether it would have come by now."""
        return self.expected is not None and self.expected < self.today


def of(session: Session, owner: str, today: date, day_of: Callable[[datetime], date]) -> Value:
    """Of whoever keeps things under a random name; three statements. `day_of`: the shop's day of a moment."""
    connection = session.connection()
    rows = _PLACED.all(connection, who=owner)
    days = [day_of(at) for at, cancelled in rows if not cancelled]
    sent = {currency: amount for currency, amount in _SENT_BACK.all(connection, who=owner)}  # noqa: C416
    received = _RECEIVED.all(connection, who=owner)
    paid = sorted(Paid(currency, int(amount), int(sent.get(currency, 0))) for currency, amount in received)
    return Value(paid, days, len(rows) - len(days), today)


def paid_by(session: Session, owners: Sequence[str]) -> Mapping[str, Sequence[Paid]]:
    """What came in from people and went back to them, by their random names; two statements."""
    mine = col(Order.owner).in_(owners)
    received = (
        select(Order.owner, Payment.currency, func.sum(Payment.amount))  # type: ignore[call-overload]
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .where(mine)
        .group_by(col(Order.owner), col(Payment.currency))
    )
    back = (
        select(Order.owner, Payment.currency, func.sum(Refund.amount))  # type: ignore[call-overload]
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .join(Refund, col(Refund.payment_id) == col(Payment.id))
        .where(mine, col(Refund.state) != RefundState.FAILED.value)
        .group_by(col(Order.owner), col(Payment.currency))
    )
    sent = {(owner, currency): amount for owner, currency, amount in session.execute(back)}
    found: dict[str, list[Paid]] = {}
    for owner, currency, amount in session.execute(received):
        found.setdefault(owner, []).append(Paid(currency, amount, sent.get((owner, currency), 0)))
    return {owner: sorted(sums) for owner, sums in found.items()}


def is_cancelled() -> ColumnElement[bool]:
    """Of an order."""
    return exists().where(
        col(OrderStep.order_id) == col(Order.id), col(OrderStep.step) == Step.CANCELLATION.value
    )


_PLACED = Prepared(
    select(Order.placed_at, is_cancelled().label("cancelled"))  # type: ignore[call-overload]
    .where(col(Order.owner) == bindparam("who"))
    .order_by(col(Order.placed_at))
    .limit(literal_column(str(MOST)))
)
_RECEIVED = Prepared(
    select(Payment.currency, func.sum(Payment.amount))  # type: ignore[call-overload]
    .join(Order, col(Payment.order_id) == col(Order.id))
    .where(col(Order.owner) == bindparam("who"))
    .group_by(col(Payment.currency))
)
_SENT_BACK = Prepared(
    select(Payment.currency, func.sum(Refund.amount))  # type: ignore[call-overload]
    .join(Order, col(Payment.order_id) == col(Order.id))
    .join(Refund, col(Refund.payment_id) == col(Payment.id))
    .where(col(Order.owner) == bindparam("who"), col(Refund.state) != RefundState.FAILED.value)
    .group_by(col(Payment.currency))
)
