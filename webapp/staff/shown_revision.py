"""The revisions of an order as the desk shows them, each with what it changed."""

from typing import NamedTuple

from webapp.database import reading
from webapp.sales import order_revision
from webapp.sales.difference import Difference, differences
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_revision import OrderRevision


class ShownRevision(NamedTuple):
    """One revision: its lines, how much dearer it is than the one before, and what differs from that."""

    revision: OrderRevision
    lines: list[OrderLine]
    rise: int
    differences: list[Difference]


def revisions_of(order: Order) -> list[ShownRevision]:
    """The newest first; none where the order was never changed."""
    if order.revision == 1:
        return []
    every = order_revision.lines(reading(), order.id or 0)
    shown: list[ShownRevision] = []
    for revision in order_revision.of(reading(), order.id or 0):
        lines = [line for line in every if line.revision == revision.number]
        before = shown[-1] if shown else None
        differs = (
            [each for was, now in zip(before.lines, lines, strict=True) for each in differences(was, now)]
            if before
            else []
        )
        rise = revision.total - before.revision.total if before else 0
        shown.append(ShownRevision(revision, lines, rise, differs))
    return shown[::-1]
