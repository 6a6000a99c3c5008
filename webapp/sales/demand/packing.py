"""Packing: the worker keeps a small row of parts beside each kept build and each thing ordered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, literal, select
from sqlmodel import Session, col

from webapp import clock
from webapp.locks import alone
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.demand import progress
from webapp.sales.demand.part_set import DemandOption, PartSet
from webapp.sales.demand.progress import BUILDS
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine

BATCH = 200  # rows of one transaction


class Unpacked(NamedTuple):
    """A build or an order line that has no row of its own yet, or an old one."""

    build_id: int | None
    order_line_id: int | None
    family: str
    number: int
    at: datetime
    pieces: int
    total: int
    parts: list[dict[str, Any]]


class Load(NamedTuple):
    """What is to be packed next, and the order lines whose rows are of an older revision."""

    found: list[Unpacked]
    outdated: Sequence[int]

    @property
    def is_last(self) -> bool:
        return len(self.found) < BATCH and len(self.outdated) < BATCH


def waiting(session: Session) -> Load:
    return Load([*_builds(session), *_lines(session)], _outdated(session))


def pack(session: Session, load: Load, *, zone: str, at: datetime) -> None:
    """Packs a load. Another worker may have packed it meanwhile: then it is packed once more, the same."""
    alone(session, "demand parts")
    if load.outdated:
        session.execute(delete(PartSet).where(col(PartSet.order_line_id).in_(load.outdated)))
    _keep(session, load.found, zone)
    progress.note(session, BUILDS, at=at)


def _builds(session: Session) -> list[Unpacked]:
    rows = (
        select(
            col(Build.id),
            col(BuildVersion.family),
            col(BuildVersion.number),
            col(Build.saved_at),
            col(BuildVersion.total),
            col(BuildVersion.parts),
        )
        .join(
            BuildVersion,
            (col(BuildVersion.build_id) == Build.id) & (col(BuildVersion.number) == Build.latest_number),
        )
        .outerjoin(PartSet, col(PartSet.build_id) == Build.id)
        .where(func.coalesce(PartSet.number, 0) != Build.latest_number)
        .limit(BATCH)
    )
    return [
        Unpacked(build_id, None, family, number, at, 1, total, parts)
        for build_id, family, number, at, total, parts in session.execute(rows)
    ]


def _lines(session: Session) -> list[Unpacked]:
    rows = (
        select(
            col(OrderLine.id),
            col(OrderLine.family),
            literal(1),
            col(Order.placed_at),
            col(OrderLine.quantity),
            col(OrderLine.total),
            col(OrderLine.parts),
        )
        .join(Order, (col(Order.id) == OrderLine.order_id) & (col(Order.revision) == OrderLine.revision))
        .outerjoin(PartSet, col(PartSet.order_line_id) == OrderLine.id)
        .where(col(PartSet.id).is_(None))
        .limit(BATCH)
    )
    return [
        Unpacked(None, line_id, family, number, at, pieces, total * pieces, parts)
        for line_id, family, number, at, pieces, total, parts in session.execute(rows)
    ]


def _outdated(session: Session) -> Sequence[int]:
    """Order lines that a newer revision of their order has replaced."""
    replaced = (
        select(col(OrderLine.id))
        .join(PartSet, col(PartSet.order_line_id) == OrderLine.id)
        .join(Order, col(Order.id) == OrderLine.order_id)
        .where(col(OrderLine.revision) != Order.revision)
        .limit(BATCH)
    )
    return [number for number in session.execute(replaced).scalars() if number is not None]


def _keep(session: Session, found: Sequence[Unpacked], zone: str) -> None:
    places = _places(session, found)
    known = _rows(session, found)
    for each in found:
        names = [(part["group"], part["option"]) for part in each.parts]
        mine = [name for name, part in zip(names, each.parts, strict=True) if part["origin"] == "mine"]
        session.merge(
            PartSet(
                id=known.get((each.build_id, each.order_line_id)),
                build_id=each.build_id,
                order_line_id=each.order_line_id,
                family=each.family,
                number=each.number,
                day=clock.day_of(each.at, zone),
                pieces=each.pieces,
                total=each.total,
                picked=packed(places[each.family][name] for name in names),
                said=packed(places[each.family][name] for name in mine),
            )
        )
    session.flush()


def _rows(session: Session, found: Sequence[Unpacked]) -> dict[tuple[int | None, int | None], int | None]:
    """The numbers of the rows that there are already, by what they tell of."""
    builds = [each.build_id for each in found if each.build_id is not None]
    lines = [each.order_line_id for each in found if each.order_line_id is not None]
    wanted = col(PartSet.build_id).in_(builds) | col(PartSet.order_line_id).in_(lines)
    rows = session.execute(
        select(col(PartSet.id), col(PartSet.build_id), col(PartSet.order_line_id)).where(wanted)
    )
    return {(build_id, line_id): number for number, build_id, line_id in rows}


def _places(session: Session, found: Sequence[Unpacked]) -> dict[str, dict[tuple[str, str], int]]:
    """Per family the place of each option; one that has none yet gets the next."""
    places: dict[str, dict[tuple[str, str], int]] = {}
    for each in found:
        if each.family not in places:
            places[each.family] = {
                (option.option_group, option.option): option.place for option in options(session, each.family)
            }
        known = places[each.family]
        for part in each.parts:
            name = (part["group"], part["option"])
            if name not in known:
                known[name] = len(known)
                session.add(
                    DemandOption(family=each.family, place=known[name], option_group=name[0], option=name[1])
                )
    return places


def options(session: Session, family: str) -> Sequence[DemandOption]:
    """The options of a family that anything consists of, by their places."""
    theirs = select(DemandOption).where(col(DemandOption.family) == family)
    return session.execute(theirs.order_by(col(DemandOption.place))).scalars().all()


def packed(places: Iterable[int]) -> bytes:
    """A bit for each place."""
    bits = 0
    for place in places:
        bits |= 1 << place
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")
