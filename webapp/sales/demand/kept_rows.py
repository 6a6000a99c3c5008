"""The builds and order lines behind a figure, without anybody's name on a build."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.demand.part_set import PartSet
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.specification import Part, Specification


class KeptRow(NamedTuple):
    """One build, or one line of an order; `order`: its number."""

    day: date
    version: int
    pieces: int
    total: int
    currency: str
    said: tuple[OptionKey, ...]
    parts: Sequence[Part]
    order: str | None


def kept_rows(session: Session, ids: Sequence[int]) -> list[KeptRow]:
    """What these rows of the count tell of, in their order; one that has just gone is left out."""
    sets = {row.id: row for row in session.execute(select(PartSet).where(col(PartSet.id).in_(ids))).scalars()}
    builds = [row.build_id for row in sets.values() if row.build_id is not None]
    lines = [row.order_line_id for row in sets.values() if row.order_line_id is not None]
    versions = {
        version.build_id: version
        for version in session.execute(
            select(BuildVersion)
            .join(
                Build,
                (col(Build.id) == BuildVersion.build_id) & (col(Build.latest_number) == BuildVersion.number),
            )
            .where(col(BuildVersion.build_id).in_(builds))
        ).scalars()
    }
    ordered = {
        line.id: (line, number)
        for line, number in session.execute(
            select(OrderLine, col(Order.number))
            .join(Order, col(Order.id) == OrderLine.order_id)
            .where(col(OrderLine.id).in_(lines))
        )
    }
    found: list[KeptRow] = []
    for each in (sets[number] for number in ids if number in sets):
        if each.build_id in versions:
            found.append(_row(each, versions[each.build_id], None))
        elif each.order_line_id in ordered:
            found.append(_row(each, *ordered[each.order_line_id]))
    return found


def _row(packed: PartSet, made: Specification, order: str | None) -> KeptRow:
    return KeptRow(
        packed.day,
        made.version,
        packed.pieces,
        packed.total,
        made.currency,
        made.said.said,
        made.listed,
        order,
    )
