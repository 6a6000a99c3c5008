"""What somebody's builds and orders consist of, and how many builds there are, as facts."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, true
from sqlmodel import col

from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Reading, Situation, Source
from webapp.relations.segments.order_facts import stands
from webapp.sales.build import Build
from webapp.sales.demand.part_bit import contains
from webapp.sales.demand.part_set import PartSet
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine


def _builds(situation: Situation, _atom: Atom) -> Reading:
    owner = col(Build.owner)
    rows: Select[*tuple[Any, ...]] = (
        select(owner.label("key"), func.count(col(Build.id)).label("builds"))
        .where(situation.owned(owner))
        .group_by(owner)
    )
    return Reading("builds", Source("built", rows))


def _built_with(situation: Situation, atom: Atom) -> Reading:
    owner = col(Build.owner)
    rows: Select[*tuple[Any, ...]] = (
        select(owner.label("key"), func.count(col(Build.id)).label("things"))
        .join(PartSet, col(PartSet.build_id) == Build.id)
        .where(situation.owned(owner), _parts(situation, atom))
        .group_by(owner)
    )
    return Reading("things", Source(f"build of {atom.family} {atom.parts}", rows))


def _ordered_with(situation: Situation, atom: Atom) -> Reading:
    owner = col(Order.owner)
    rows: Select[*tuple[Any, ...]] = (
        select(owner.label("key"), func.count(func.distinct(col(Order.id))).label("things"))
        .join(OrderLine, (col(OrderLine.order_id) == Order.id) & (col(OrderLine.revision) == Order.revision))
        .join(PartSet, col(PartSet.order_line_id) == OrderLine.id)
        .where(situation.owned(owner), stands(), _parts(situation, atom))
        .group_by(owner)
    )
    return Reading("things", Source(f"order of {atom.family} {atom.parts}", rows))


def _any_builds(situation: Situation, _atom: Atom) -> Select[*tuple[Any, ...]]:
    rows = select(literal("build"), col(Build.name)).where(situation.owned(col(Build.owner)))
    return rows.order_by(col(Build.id).desc())


def _such_builds(situation: Situation, atom: Atom) -> Select[*tuple[Any, ...]]:
    packed = exists().where(col(PartSet.build_id) == Build.id, _parts(situation, atom))
    return _any_builds(situation, atom).where(packed)


def _such_orders(situation: Situation, atom: Atom) -> Select[*tuple[Any, ...]]:
    has_such = exists().where(
        col(OrderLine.order_id) == Order.id,
        col(OrderLine.revision) == Order.revision,
        col(PartSet.order_line_id) == OrderLine.id,
        _parts(situation, atom),
    )
    rows = select(literal("order"), col(Order.number))
    return rows.where(situation.owned(col(Order.owner)), stands(), has_such).order_by(col(Order.id).desc())


def _parts(situation: Situation, atom: Atom) -> ColumnElement[bool]:
    of_family = col(PartSet.family) == atom.family
    if atom.parts is None:
        return of_family & true()
    return of_family & contains(col(PartSet.picked), atom.parts, situation.places.of(atom.family))


BUILDS = Fact("builds", Shape.COUNT, "builds >= 1", _builds, behind=_any_builds)
BUILD = Fact("build", Shape.PARTS, "build of bicycle with motor.*", _built_with, behind=_such_builds)
ORDER = Fact(
    "order",
    Shape.PARTS,
    "order of bicycle with (motor.* and not rack.none)",
    _ordered_with,
    behind=_such_orders,
)
