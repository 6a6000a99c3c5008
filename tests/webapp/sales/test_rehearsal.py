"""What a rehearsal says of everybody's builds is what they find once the document is on sale."""

import secrets
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock, labour
from webapp.catalogues import draft, publication, published, task, version
from webapp.catalogues.publication import Overtaken, Publication
from webapp.catalogues.task import Kind, Task
from webapp.labour import Labour
from webapp.sales import quote, rehearsed
from webapp.sales.build import Build, copied
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.rehearsed import Rehearsed, Tally, Thing, money_at_stake
from webapp.sales.reopening import reopened

ZONE = "Europe/Berlin"
CHOICES = (
    "model=city&rack=rear",
    "model=city&rack=rear",
    "model=city&rack=front",
    "model=gravel&frame=carbon",
    "model=gravel",
    "frame=carbon&rack=front",
)


@pytest.fixture
def shop(app: Flask) -> Flask:
    """Builds of six people, two orders of which one has left, one promise that holds and one that does not."""
    publish(app, a_bicycle())
    for place, choices in enumerate(CHOICES):
        a_saved_build(a_shopper(app), f"Build {place}", choices)
    orders = [a_placed_order(a_shopper(app), "model=city&rack=rear") for _ in range(2)]
    assert len(orders) == 2
    with database_of(app).writing() as session:
        session.add(OrderStep(order_id=1, step=Step.SHIPPING.value, at=clock.now()))
        build = session.exec(select(Build)).first()
        assert build
        today = clock.now().date()
        for days in (-1, 10):
            quote.promise(
                session,
                build.latest,
                copied(build.latest),
                token=secrets.token_hex(16),
                until=today + timedelta(days=days),
                at=clock.now(),
            )
    return app


def a_rehearsal(app: Flask, family: Family) -> Task:
    """A draft that says this, rehearsed."""
    database = database_of(app)
    with database.writing() as session:
        begun = draft.begin(session, "bike", who="Vera", at=clock.now())
        kept = draft.save(session, "bike", family, base=begun.number, who="Vera", at=clock.now())
        on_sale = version.find(session, "bike")
        assert on_sale
        asked = task.ask(
            session, Kind.REHEARSAL, "bike", kept.sha256, who="Vera", at=clock.now(), beside=on_sale.number
        )
    worker = Labour(database, ZONE)
    while worker.turn(clock.now()):
        pass
    with database.reading() as session:
        found = task.find(session, "bike", asked.id or 0)
        assert found
        assert found.is_done, found.trouble
        return found


def tallies(app: Flask, done: Task) -> dict[Thing, Tally]:
    with database_of(app).reading() as session:
        return rehearsed.tallies(session, done.id or 0, "EUR")


def put_on_sale(app: Flask, done: Task) -> None:
    with database_of(app).writing() as session:
        planned = publication.plan(session, a_publication(done))
        publication.carry_out(session, planned, at=clock.now(), today=clock.now().date())


def a_publication(done: Task, **more: Any) -> Publication:
    fields: dict[str, Any] = {
        "token": secrets.token_hex(16),
        "family_code": "bike",
        "sha256": done.sha256,
        "beside": done.beside,
        "revision": 2,
        "planned_by": "Vera",
        "planned_at": clock.now(),
        "due_at": clock.now(),
    }
    return Publication(**(fields | more))


@on_both_databases
def test_what_is_foretold_is_what_comes(shop: Flask) -> None:
    done = a_rehearsal(shop, a_bicycle(city="550.00", without="rack.front"))
    foretold = tallies(shop, done)
    assert {thing: tally.after for thing, tally in foretold.items()} == {
        Thing.BUILD: {"repriced": 2, "replaceable": 2, "unchanged": 2},
        Thing.QUOTE: {"repriced": 1},
        Thing.ORDER: {"repriced": 1},
        Thing.CURRENT: foretold[Thing.CURRENT].after,
    }
    assert foretold[Thing.BUILD].before == {"unchanged": 6}
    assert (foretold[Thing.BUILD].broken, foretold[Thing.BUILD].dearer, foretold[Thing.BUILD].rise) == (
        2,
        2,
        10000,
    )
    assert foretold[Thing.BUILD].at_stake == money_at_stake(foretold) == 54000 + 84000
    put_on_sale(shop, done)
    with database_of(shop).reading() as session:
        current = published.current(session.connection(), "bike")
        assert current
        assert current.number == 2
        builds = session.exec(select(Build)).all()
        found = Counter(reopened(build.latest, current).standing.value for build in builds)
    assert dict(found) == foretold[Thing.BUILD].after
    # Rehearsed once more beside what is on sale now, everything stands before as it was foretold.
    again = tallies(shop, a_rehearsal(shop, a_bicycle()))
    assert {thing: tally.before for thing, tally in again.items()} == {
        thing: tally.after for thing, tally in foretold.items()
    } | {Thing.CURRENT: again[Thing.CURRENT].before}


def test_what_somebody_is_making_counts_by_what_they_chose(shop: Flask) -> None:
    shopper = a_shopper(shop)
    shopper.get(
        "/configure/bike?model=city&rack=front&pick=rack.front", headers={"Sec-Fetch-Site": "same-origin"}
    )
    made = tallies(shop, a_rehearsal(shop, a_bicycle(city="550.00", without="rack.front")))[Thing.CURRENT]
    assert made.after.get("replaceable", 0) >= 1
    assert made.at_stake >= 54000


@on_both_databases
def test_a_rehearsal_goes_on_where_a_dead_worker_left_it(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labour, "SLICE", 0.0)
    monkeypatch.setattr("webapp.sales.rehearsal.BATCH", 2)
    database = database_of(shop)
    with database.writing() as session:
        begun = draft.begin(session, "bike", who="Vera", at=clock.now())
        asked = task.ask(session, Kind.REHEARSAL, "bike", begun.sha256, who="Vera", at=clock.now(), beside=1)
    at = clock.now()
    for worker in (Labour(database, ZONE) for _ in range(3)):  # each is killed after a piece or two
        worker.turn(at)
        monkeypatch.setattr(labour, "SLICE", 0.001)
        at += 2 * task.LEASE
    monkeypatch.setattr(labour, "SLICE", 10.0)
    worker = Labour(database, ZONE)
    while worker.turn(at):
        pass
    with database.reading() as session:
        found = task.find(session, "bike", asked.id or 0)
        assert found
        assert found.is_done
        rows = session.exec(select(Rehearsed.thing, Rehearsed.ref, Rehearsed.position)).all()
    assert len(rows) == len(set(rows)) == found.done == found.total


@on_both_databases
def test_a_publication_is_carried_out_once_and_not_past_another_version(shop: Flask) -> None:
    done = a_rehearsal(shop, a_bicycle(city="550.00"))
    early, late = a_publication(done, token="one"), a_publication(done, token="two")
    with database_of(shop).writing() as session:
        early, late = publication.plan(session, early), publication.plan(session, late)
        assert publication.plan(session, a_publication(done, token="one")).id == early.id
        today = clock.now().date()
        assert publication.carry_out(session, early, at=clock.now(), today=today) == "done"
        assert publication.carry_out(session, early, at=clock.now(), today=today) == "done"
        assert publication.carry_out(session, late, at=clock.now(), today=today) == "overtaken"
        assert not publication.withdraw(session, late, at=clock.now())
    with database_of(shop).writing() as session, pytest.raises(Overtaken):
        publication.plan(session, a_publication(done, token="three"))
    with database_of(shop).reading() as session:
        on_sale, now = version.find(session, "bike"), draft.latest(session, "bike")
        assert on_sale
        assert now
        assert (on_sale.number, on_sale.sha256, now.version) == (2, done.sha256, 2)
