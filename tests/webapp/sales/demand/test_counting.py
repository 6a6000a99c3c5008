"""Demand counted by the worker, in whatever batches, is what a plain recount of the same acts finds."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, select

from tests.databases import on_both_databases
from tests.webapp.sales.demand import recount
from webapp import demand_worker
from webapp.customers.touchpoint import Touchpoint
from webapp.database import Database
from webapp.sales.demand import counting, extra_paid, furthest, journey, progress, refused
from webapp.sales.demand.furthest import Wanted
from webapp.sales.demand.journey import Journey, Stage
from webapp.sales.demand.refusal import Refusal
from webapp.sales.demand.refusals_counted import RefusalsCounted
from webapp.sales.demand.refused import Sought
from webapp.sales.demand.scope import Scope

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LATER = BEGIN + timedelta(days=500)
RULES = ("no-rack", "too-heavy", "limit:frame")
OPTIONS = (("frame", "carbon"), ("rack", "rear"), ("rack", "none"))
KINDS = ("pick", "pick", "blocked", "blocked", "repair", "undo", "reset", "save", "cart", "checkout", "order")


@st.composite
def detail(draw: st.DrawFn) -> dict[str, Any]:
    """What a blocked click says."""
    repairs = [
        {"extra": draw(st.integers(-500, 30_000)), "days": 0, "changes": [], "after": f"{number:08x}"}
        for number in range(draw(st.integers(0, 3)))
    ]
    return {
        "choices": draw(st.sampled_from(["", "rack=rear", "rack=rear&frame=steel", "frame=steel&rack=rear"])),
        "rules": draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True)),
        "against": [],
        "total": draw(st.integers(1, 200_000)),
        "repairs": repairs,
    }


@st.composite
def acts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The acts of a few visitors of two families, in the order in which they came."""
    at, found = BEGIN, []
    for _ in range(draw(st.integers(0, 40))):
        at += draw(
            st.sampled_from([timedelta(0), timedelta(seconds=40), timedelta(days=2), timedelta(days=31)])
        )
        kind = draw(st.sampled_from(KINDS))
        group, option = (
            draw(st.sampled_from(OPTIONS)) if kind in ("pick", "blocked", "repair") else (None, None)
        )
        said = draw(detail()) if kind == "blocked" else None
        if kind == "repair":
            said = {"after": f"{draw(st.integers(0, 3)):08x}", "total": 1}
        found.append(
            {
                "visitor": draw(st.sampled_from(["anna", "ben", "cleo", None])),
                "kind": kind,
                "family": draw(st.sampled_from(["bike", "bike", "bike", "stool"])),
                "version": 1,
                "option_group": group,
                "option": option,
                "at": at,
                "detail": said,
            }
        )
    return found


def scope(first: int = 0, days: int = 600) -> Scope:
    start = date(2026, 1, 1) + timedelta(days=first)
    return Scope("bike", start, start + timedelta(days=days), "Europe/Berlin")


def clear(session: Session) -> None:
    for table in (Refusal, Touchpoint, Journey, progress.DemandProgress):
        session.execute(delete(table))


def put(session: Session, given: Sequence[dict[str, Any]]) -> list[Touchpoint]:
    rows = [Touchpoint(**each) for each in given]
    session.add_all(rows)
    session.flush()
    return rows


def counted(database: Database, given: Sequence[dict[str, Any]], batch: int) -> list[Touchpoint]:
    """The acts, kept and counted in batches of some size."""
    with database.writing() as session:
        clear(session)
        rows = put(session, given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "BATCH", batch)
        assert demand_worker.count_touchpoints(database, LATER, seconds=60)
    return rows


@on_both_databases
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts(), st.integers(1, 9), st.integers(-3, 60), st.integers(0, 300))
def test_what_is_counted_is_what_a_plain_recount_finds(
    database: Database, given: list[dict[str, Any]], batch: int, first: int, days: int
) -> None:
    rows = counted(database, given, batch)
    for asked in (scope(), scope(first, days)):
        with database.reading() as session:
            assert [tuple(stop) for stop in furthest.stops(session, asked)] == recount.stops(asked, rows)
            assert tuple(furthest.to_save(session, asked)) == recount.to_save(asked, rows)
            assert dict(furthest.last_groups(session, asked)) == recount.last_groups(asked, rows)
            _same_refusals(session, asked, rows)
            _same_prices(session, asked, rows)


def _same_refusals(session: Session, asked: Scope, rows: list[Touchpoint]) -> None:
    clicks, wishes = recount.clicks(asked, rows), recount.wishes(asked, rows)
    counted = RefusalsCounted(session, asked)
    assert tuple(counted.in_all)[1:] == recount.refused(wishes, len(clicks))
    by_option = {each.name: tuple(each)[1:] for each in counted.by_option}
    assert by_option == {
        name: recount.refused(
            [wish for wish in wishes if wish["name"] == name], sum(c["name"] == name for c in clicks)
        )
        for name in {wish["name"] for wish in wishes}
    }
    by_rule = {each.refused.name: tuple(each.refused)[1:] for each in counted.by_rule(1)}
    assert by_rule == {
        rule: recount.refused(
            [wish for wish in wishes if rule in wish["rules"]], sum(rule in c["rules"] for c in clicks)
        )
        for rule in {rule for wish in wishes for rule in wish["rules"]}
        | {r for c in clicks for r in c["rules"]}
        if any(rule in wish["rules"] for wish in wishes)
    }


def _same_prices(session: Session, asked: Scope, rows: list[Touchpoint]) -> None:
    offered = [wish for wish in recount.wishes(asked, rows) if wish["extra"] is not None]
    assert [tuple(band) for band in extra_paid.bands(session, asked)] == [
        (
            place,
            sum(recount.band(wish) == place for wish in offered),
            sum(recount.band(wish) == place and wish["outcome"] == "repair" for wish in offered),
        )
        for place in range(6)
    ]
    for each in extra_paid.by_option(session, asked):
        mine = [wish for wish in offered if wish["name"] == str(each.option)]
        took = [w["extra"] if w["paid"] is None else w["paid"] for w in mine if w["outcome"] == "repair"]
        left = [wish["extra"] for wish in mine if wish["outcome"] != "repair"]
        assert (each.offered, each.taken) == (len(mine), len(took))
        for average, amounts in ((each.paid, took), (each.refused, left)):
            assert (average is None) == (not amounts)
            assert average is None or abs(average - sum(amounts) / len(amounts)) <= 0.51


@on_both_databases
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts())
def test_each_figure_leads_to_as_many_rows(database: Database, given: list[dict[str, Any]]) -> None:
    counted(database, given, 7)
    asked = scope()
    with database.reading() as session:
        for stop in furthest.stops(session, asked):
            assert furthest.count(session, asked, Wanted(reached=stop.stage)) == stop.reached
            assert furthest.count(session, asked, Wanted(ended=stop.stage)) == stop.ended
        for group, number in furthest.last_groups(session, asked):
            assert furthest.count(session, asked, Wanted(group=group)) == number
        for rule in (each.refused for each in RefusalsCounted(session, asked).by_rule(1)):
            assert refused.count(session, asked, Sought(rule=rule.name)) == rule.clicks
            assert refused.count(session, asked, Sought(rule=rule.name, wishes=True)) == rule.wishes
            assert refused.count(session, asked, Sought(rule=rule.name, unmet=True)) == rule.unmet
            for outcome, number in (
                ("repair", rule.repaired),
                ("back", rule.back),
                ("kept_on", rule.kept_on),
                ("stopped", rule.stopped),
            ):
                assert refused.count(session, asked, Sought(rule=rule.name, outcome=outcome)) == number
        for band in extra_paid.bands(session, asked):
            assert refused.count(session, asked, Sought(band=band.place)) == band.offered
        assert len(refused.rows(session, asked, Sought(), limit=1000)) == refused.count(
            session, asked, Sought()
        )


@on_both_databases
def test_what_has_not_settled_waits_and_is_counted_once(database: Database) -> None:
    """A number may come to light later than the next one; it must not be passed over."""
    now = BEGIN + timedelta(hours=1)
    early = {"visitor": "anna", "kind": "pick", "family": "bike", "version": 1, "at": BEGIN}
    with database.writing() as session:
        put(session, [early, early | {"at": now - timedelta(seconds=5)}, early])
    for moment, clicks in ((now, 1), (now, 1), (now + timedelta(minutes=2), 3), (now + timedelta(days=1), 3)):
        assert demand_worker.count_touchpoints(database, moment)
        with database.reading() as session:
            assert [each.clicks for each in session.exec(select(Journey))] == [clicks]


@on_both_databases
def test_visitors_are_forgotten_and_figures_stay(database: Database) -> None:
    rng = random.Random(7)
    made = [
        {
            "visitor": rng.choice(["anna", "ben"]),
            "kind": rng.choice(["pick", "save", "order"]),
            "family": "bike",
            "version": 1,
            "at": BEGIN + timedelta(minutes=number),
        }
        for number in range(30)
    ]
    counted(database, made, 500)
    with database.reading() as session:
        before = furthest.stops(session, scope())
    with database.writing() as session:
        journey.forget_visitors(session, before=LATER)
    with database.reading() as session:
        assert {each.visitor for each in session.exec(select(Journey))} == {None}
        assert furthest.stops(session, scope()) == before
        assert before[Stage.ORDER].reached > 1
