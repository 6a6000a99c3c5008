"""What builds and orders consist of, counted in bulk, is what a plain recount of the same things finds."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlmodel import Session, select

from catalog.expression import OptionKey
from tests.databases import on_both_databases
from tests.webapp.sales.orders import a_line, an_order
from webapp import demand_worker
from webapp.database import Database
from webapp.sales import build
from webapp.sales.build_version import Cause
from webapp.sales.demand.kept_rows import kept_rows
from webapp.sales.demand.part_set import PartSet
from webapp.sales.demand.parts_counted import PartsCounted, Source
from webapp.sales.demand.scope import Scope
from webapp.sales.order_step import OrderStep, Step

BEGIN = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
ZONE = "Europe/Berlin"
GROUPS: dict[str, list[str | None]] = {
    "model": ["city", "gravel"],
    "frame": ["steel", "alu", "carbon"],
    "rack": ["rear", "front", None],
}


def parts(rng: random.Random) -> list[dict[str, Any]]:
    """Something of each group, some of it chosen by the shopper."""
    picked = [(group, rng.choice(options)) for group, options in GROUPS.items()]
    return [
        {
            "group": group,
            "option": option,
            "origin": rng.choice(["mine", "mine", "assumed", "forced"]),
            "group_title": {"en": group},
            "title": {"en": option},
            "price": 1,
            "attributes": {},
        }
        for group, option in picked
        if option
    ]


def specification(rng: random.Random, family: str = "bike") -> dict[str, Any]:
    taken = parts(rng)
    line = a_line(total=rng.randint(1, 10**6)).model_dump(
        exclude={"id", "order_id", "position", "revision", "quantity", "quote_code"}
    )
    said = [f"{part['group']}.{part['option']}" for part in taken if part["origin"] == "mine"]
    return line | {"family": family, "parts": taken, "choices": said}


def keep(session: Session, rng: random.Random, at: datetime, family: str = "bike") -> build.Build:
    token = f"{rng.getrandbits(120):x}"
    return build.save(
        session,
        token=token,
        owner="o" * 22,
        name="Anna’s own",
        specification=specification(rng, family),
        at=at,
    )


def sell(session: Session, rng: random.Random, at: datetime, pieces: int) -> Any:
    line = a_line(quantity=pieces)
    for name, value in specification(rng).items():
        setattr(line, name, value)
    return an_order(session, line, at=at)


def packed(database: Database) -> None:
    assert demand_worker.pack_parts(database, BEGIN, ZONE, seconds=60)


@pytest.fixture
def things(database: Database) -> list[tuple[str, date, int, list[dict[str, Any]]]]:
    """Builds and orders over three weeks: source, day at the shop, pieces, parts."""
    rng, found = random.Random(11), []
    with database.writing() as session:
        for number in range(90):
            at = BEGIN + timedelta(hours=6 * number)
            day = (at + timedelta(hours=1 if at < datetime(2026, 3, 29, 1, tzinfo=UTC) else 2)).date()
            if number % 3:
                made = keep(session, rng, at)
                found.append(("builds", day, 1, made.latest.parts))
            else:
                pieces = rng.randint(1, 3)
                placed = sell(session, rng, at, pieces)
                found.append(("orders", day, pieces, placed.lines[0].parts))
        keep(session, rng, BEGIN, "stool")
    packed(database)
    return found


def scope(first: int = 0, days: int = 400) -> Scope:
    start = date(2026, 3, 1) + timedelta(days=first)
    return Scope("bike", start, start + timedelta(days=days), ZONE)


@on_both_databases
def test_shares_are_what_a_plain_recount_finds(
    database: Database, things: list[tuple[str, date, int, list[dict]]]
) -> None:
    for source in Source:
        for asked in (scope(), scope(3, 9), scope(0, 0), scope(900, 5)):
            shares_are_a_plain_recounts(database, things, asked, source)


def shares_are_a_plain_recounts(
    database: Database, things: list[tuple[str, date, int, list[dict]]], asked: Scope, source: Source
) -> None:
    mine = [
        (day, pieces, taken)
        for whose, day, pieces, taken in things
        if whose == source and asked.first <= day <= asked.last
    ]
    having, choosing, both = Counter[OptionKey](), Counter[OptionKey](), Counter[frozenset[OptionKey]]()
    weekly = Counter[date]()
    for day, pieces, taken in mine:
        said = [OptionKey(part["group"], part["option"]) for part in taken if part["origin"] == "mine"]
        for part in taken:
            having[OptionKey(part["group"], part["option"])] += pieces
        for key in said:
            choosing[key] += pieces
        for pair in combinations(said, 2):
            both[frozenset(pair)] += pieces
        weekly[asked.bucket(day)] += pieces
    with database.reading() as session:
        counted = PartsCounted(session, asked, source)
        total = sum(pieces for _, pieces, _ in mine)
        assert counted.count == total
        assert {key: number for key, number in counted.having.items() if number} == having
        assert {key: number for key, number in counted.choosing.items() if number} == choosing
        assert {day: number for day, number, _ in counted.over_time([]) if number} == weekly
        carbon = [each for _, _, (each,) in counted.over_time([OptionKey("frame", "carbon")])]
        assert sum(carbon) == having[OptionKey("frame", "carbon")]
        together = counted.together(least=2)
        expected = {
            pair: number
            for pair, number in both.items()
            if number >= 2 and number * total > choosing[min(pair)] * choosing[max(pair)]
        }
        assert {frozenset((each.one, each.other)): each.both for each in together} == expected
        for each in together:
            assert each.lift == pytest.approx(
                each.both * total / (choosing[each.one] * choosing[each.other]), rel=1e-4
            )
            ids = counted.ids_with(said=[each.one, each.other])
            assert sum(row.pieces for row in kept_rows(session, ids)) == each.both


@on_both_databases
def test_a_build_counts_as_it_is_now_and_goes_with_its_owner(database: Database) -> None:
    rng = random.Random(3)
    with database.writing() as session:
        first = keep(session, rng, BEGIN)
        keep(session, rng, BEGIN)
    packed(database)
    with database.writing() as session:
        kept = build.by_code(session, first.code, for_update=True)
        assert kept is not None
        while not build.change(session, kept, specification(rng), Cause.SAVED, at=BEGIN):
            pass
        now = {f"{part['group']}.{part['option']}" for part in kept.latest.parts}
    packed(database)
    with database.reading() as session:
        counted = PartsCounted(session, scope(), Source.BUILDS)
        rows = kept_rows(session, counted.ids)
        assert len(rows) == 2
        assert now in [{part.code for part in row.parts} for row in rows]
        number = session.exec(select(PartSet.number).where(PartSet.build_id == first.id)).one()
        assert number == 2
    with database.writing() as session:
        build.delete(session, session.get_one(build.Build, first.id))
    with database.reading() as session:
        assert PartsCounted(session, scope(), Source.BUILDS).count == 1


@on_both_databases
def test_a_cancelled_order_counts_no_more_and_of_a_changed_one_the_newest_revision(
    database: Database,
) -> None:
    rng = random.Random(5)
    with database.writing() as session:
        kept, cancelled, changed = (sell(session, rng, BEGIN, 2) for _ in range(3))
    packed(database)
    with database.writing() as session:
        session.add(OrderStep(order_id=cancelled.id, step=Step.CANCELLATION.value, at=BEGIN))
        again = a_line(position=2, quantity=5)
        for name, value in specification(rng).items():
            setattr(again, name, value)
        again.order_id, again.revision = changed.id, 2
        session.add(again)
        session.get_one(type(changed), changed.id).revision = 2
    packed(database)
    with database.reading() as session:
        counted = PartsCounted(session, scope(), Source.ORDERS)
        assert sorted(counted.pieces.tolist()) == [2, 5]
        assert {row.order for row in kept_rows(session, counted.ids)} == {kept.number, changed.number}
