"""What customers own: what was ordered and has reached them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from webapp.relations.news.matching import Owned
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_step import OrderStep, Step

ARRIVED = (Step.DELIVERY.value, Step.COLLECTION.value)


class Possession(NamedTuple):
    """One thing that somebody owns, and since when."""

    owner: str
    line: OrderLine
    since: datetime


def of(session: Session, owners: Collection[str]) -> dict[str, list[Possession]]:
    """What has reached these, by owner."""
    gone = select(OrderStep.order_id).where(OrderStep.step == Step.CANCELLATION.value)
    rows = session.exec(
        select(Order.owner, OrderLine, OrderStep.at)
        .join(OrderLine, (col(OrderLine.order_id) == Order.id) & (col(OrderLine.revision) == Order.revision))
        .join(OrderStep, col(OrderStep.order_id) == Order.id)
        .where(
            col(Order.owner).in_(owners),
            col(OrderStep.step).in_(ARRIVED),
            col(Order.id).not_in(gone),
        )
        .order_by(col(OrderLine.id))
    )
    found: dict[str, list[Possession]] = {}
    for owner, line, since in rows:
        found.setdefault(owner or "", []).append(Possession(owner or "", line, since))
    return found


def owned(things: Collection[Possession]) -> Owned:
    """The same as families and options."""
    return Owned(
        {thing.line.family for thing in things},
        {f"{thing.line.family}:{key.group}.{key.option}" for thing in things for key in thing.line.picked},
    )
