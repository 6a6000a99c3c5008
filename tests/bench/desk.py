"""What editors wait for: the proof that a catalogue is sound, and the rehearsal on everybody's builds."""

import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from catalog import loader, pricing
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.health import examined
from catalog.model import Family
from catalog.terms import NO_TERMS
from tests.bench import families
from tests.bench.line import Line, shown, times
from webapp import clock, migration
from webapp.catalogues import draft, task, version
from webapp.catalogues.task import Kind
from webapp.commands import DEMO_FAMILIES
from webapp.database import Database
from webapp.labour import Labour
from webapp.sales import rehearsed
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.current_build import CurrentBuild
from webapp.sales.rehearsed import Thing
from webapp.sales.specification import specified

OPTIONS, SEEDS = 500, (1, 2, 3)
BUILDS, CURRENT, DISTINCT = 7_000, 3_000, 5_000
CHOSEN = 9  # options that a shopper picks before the rest is filled in


def lines() -> Iterator[Line]:
    yield _proof()
    yield _rehearsal()


def _proof() -> Line:
    """The slowest of a few families; held against compiling the same family, as each web process does."""
    slowest = (0.0, 0.0, 0.0, 0.0)
    for seed in SEEDS:
        family = families.family(OPTIONS, seed)
        began = time.perf_counter()
        Engine(family)
        compiled = time.perf_counter() - began
        began, worked = time.perf_counter(), time.process_time()
        seen = [time.perf_counter() - began for _ in examined(family)]
        pauses = [after - before for before, after in zip([0.0, *seen], seen, strict=False)]
        processor = time.process_time() - worked
        slowest = max(slowest, (seen[-1], max(pauses), compiled, processor))
    proof, pause, compiled, processor = slowest
    return Line(
        f"proof of {OPTIONS} options and {families.RULES[OPTIONS]} rules (slowest of {len(SEEDS)} families)",
        proof,
        "s",
        2,
        5,
        figure=f"{shown(proof)} s (CPU {shown(processor)}), longest silence {shown(pause)} s",
        reference=f"compiling it: {shown(compiled)} s",
        ratio=times(proof, compiled),
    )


def _rehearsal() -> Line:
    """Of ten thousand builds, half of them alike; held against completing as many one by one, as a page does."""
    family = loader.load(DEMO_FAMILIES / "bicycle")
    with tempfile.TemporaryDirectory(prefix="lekalo-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'lekalo.sqlite3'}")
        migration.upgrade(database.url)
        began = time.perf_counter()
        _keep(database, family)
        kept = time.perf_counter() - began
        asked = _draft(database, family)
        worker = Labour(database, "Europe/Berlin")
        began, worked = time.perf_counter(), time.process_time()
        while worker.turn(clock.now()):
            pass
        took, processor = time.perf_counter() - began, time.process_time() - worked
        with database.reading() as session:
            found = rehearsed.tallies(session, asked, family.currency)
            done = session.get(task.Task, asked)
            assert done is not None
            assert done.is_done, done.trouble
            assert done.total == BUILDS + CURRENT
        database.engine.dispose()
    builds = found[Thing.BUILD]
    return Line(
        f"rehearsal of {BUILDS + CURRENT:,} builds, {DISTINCT:,} of them different "
        f"({builds.broken:,} broken, {builds.dearer:,} dearer)",
        took,
        "s",
        30,
        60,
        figure=f"{shown(took)} s (CPU {shown(processor)})",
        reference=f"making and keeping them: {shown(kept)} s",
        ratio=times(took, kept),
    )


def _keep(database: Database, family: Family) -> None:
    engine, dice, at = Engine(family), random.Random(7), clock.now()
    with database.writing() as session:
        published, _ = version.publish(session, family, author="bench", at=at)
    different = [_choices(engine, dice) for _ in range(DISTINCT)]
    specifications = []
    for choices in different:
        configuration = engine.complete(choices)
        price = pricing.price(configuration)
        specifications.append(specified(configuration, price, NO_TERMS, published.number, published.sha256))
    builds: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    for number in range(1, BUILDS + 1):
        owner = secrets.token_urlsafe(16)
        names = {"code": f"b{number}", "token": f"t{number}", "owner": owner, "name": f"Build {number}"}
        builds.append(names | {"id": number, "saved_at": at, "changed_at": at})
        of = {"build_id": number, "number": 1, "cause": "saved", "made_at": at}
        versions.append(of | specifications[number % DISTINCT])
    current = [
        {
            "owner": secrets.token_urlsafe(16),
            "family": family.code,
            "version": published.number,
            "address": "&".join(f"{group}={option}" for group, option in different[number % DISTINCT]),
            "trail": [],
            "changed_at": at,
        }
        for number in range(CURRENT)
    ]
    with database.writing() as session:
        session.execute(insert(Build), builds)
        session.execute(insert(BuildVersion), versions)
        session.execute(insert(CurrentBuild), current)


def _choices(engine: Engine, dice: random.Random) -> Choices:
    choices = Choices()
    for key in dice.sample(list(engine.family.option_by_key), CHOSEN):
        more = choices.with_pick(engine.family.group_by_code[key.group], key)
        if engine.fits(more):
            choices = more
    return choices


def _draft(database: Database, family: Family) -> int:
    """A draft that rules one option out and makes another one dearer; the task of its rehearsal."""
    first, second = family.group_by_code["rims"].options[1:3]
    dearer = second.revised(price=second.price + 1000)
    options = [dearer if option is second else option for option in family.group_by_code["rims"].options]
    groups = [group.revised(options=options) if group.code == "rims" else group for group in family.groups]
    gone = family.rules[0].revised(code="gone", rule=f"not rims.{first.code}")
    edited = family.revised(groups=groups, rules=[*family.rules, gone])
    at = clock.now()
    with database.writing() as session:
        begun = draft.begin(session, family.code, who="bench", at=at)
        kept = draft.save(session, family.code, edited, base=begun.number, who="bench", at=at)
        asked = task.ask(session, Kind.REHEARSAL, family.code, kept.sha256, who="bench", at=at, beside=1)
        return asked.id or 0
