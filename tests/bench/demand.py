"""The demand pages among a million touchpoints beside the same among ten thousand, and how fast they are counted."""

import random
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, text

from catalog import loader
from tests.bench.line import Line, middle, percentile, shown
from tests.webapp.shopping import a_colleague
from webapp import clock, create_app, migration
from webapp.catalogues import version
from webapp.customers.touchpoint import Touchpoint
from webapp.database import Database
from webapp.demand_worker import count_touchpoints
from webapp.sales.demand.part_set import DemandOption
from webapp.settings import ROOT, Settings

FEW, TIMES = 10_000, 100
LOOKS = 9
PAGES = {
    "picked": "",
    "chosen together": "/together",
    "where shoppers stop": "/stops",
    "refused demand": "/refused",
    "prices of repairs": "/prices",
    "the rows of refused clicks": "/rows?of=refusals&wishes=1",
}
KINDS = ("pick",) * 15 + ("blocked",) * 2 + ("repair", "undo", "save")
JOURNEY = 20  # touchpoints of one visitor
BUILDS = FEW // 20
# Copies of what was counted, each of them some days older than the last. Journeys and touchpoints keep step.
COPIES = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :copies)
INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, numbers
"""
OWN = {
    "touchpoints": {"id": "id + n * :size"},
    "demand_journeys": {"id": "id + n * :size", "open_refusal": "open_refusal + n * :size"},
    "demand_refusals": {
        "id": "id + n * :size",
        "journey_id": "journey_id + n * :size",
        "question": "CASE WHEN n % 3 = 0 THEN lower(hex(randomblob(16))) ELSE question END",
    },
    "demand_refusal_rules": {"refusal_id": "refusal_id + n * :size"},
    "builds": {
        "id": "id + n * :size",
        "code": "lower(hex(randomblob(8)))",
        "token": "hex(randomblob(16))",
    },
    "demand_part_sets": {"id": "id + n * :size", "build_id": "build_id + n * :size"},
}


def lines() -> Iterator[Line]:
    folder = Path(tempfile.mkdtemp(prefix="lekalo-bench-"))
    small, counting = _counted(folder / "few")
    yield counting
    large = _multiplied(folder / "few", folder / "many")
    desks = [a_colleague(app) for app in (small, large)]
    for name, path in PAGES.items():
        yield _compared(name, f"/staff/demand{path}", desks)
    shutil.rmtree(folder, ignore_errors=True)


def _compared(name: str, path: str, desks: list[FlaskClient]) -> Line:
    took: tuple[list[float], list[float]] = ([], [])
    joined = f"{path}{'&' if '?' in path else '?'}family=bicycle"
    for look in range(LOOKS + 2):
        for place in (0, 1) if look % 2 else (1, 0):
            began = time.process_time()
            answer = desks[place].get(joined)
            seconds = time.process_time() - began
            assert answer.status_code == 200, answer.text[:300]
            assert 'class="empty"' not in answer.text, path
            if look >= 2:  # the first ones fill caches
                took[place].append(seconds)
    few, many = (percentile(seconds, 50) for seconds in took)
    return Line(
        f"demand, {name}, among {FEW * TIMES:,} touchpoints, processor time, p50",
        many,
        "s",
        0.5,
        1.0,
        figure=f"{shown(many * 1000)} ms",
        reference=f"among {FEW:,}: {shown(few * 1000)} ms",
        ratio=f"{shown(middle([large / little for little, large in zip(*took, strict=True)]))} ×",
    )


def _counted(folder: Path) -> tuple[Flask, Line]:
    """A shop with the fewer touchpoints, counted by the worker, and how fast that was."""
    app = _shop(folder)
    database: Database = app.extensions["lekalo.database"]
    family = loader.load(ROOT / "catalog" / "data" / "bicycle")
    with database.writing() as session:
        version.publish(session, family, author="bench", at=clock.now())
    rng, rules = random.Random(4), [rule.code for rule in family.rules]
    keys = list(family.option_by_key)
    acts = [_act(rng, number, keys, rules) for number in range(FEW)]
    began = time.perf_counter()
    with database.writing_rows() as connection:
        connection.execute(insert(Touchpoint.__table__), acts)  # type: ignore[attr-defined]
    bare = FEW / (time.perf_counter() - began)
    began = time.perf_counter()
    assert count_touchpoints(database, clock.now(), seconds=600)
    rate = FEW / (time.perf_counter() - began)
    with database.writing_rows() as connection:
        _builds(connection, rng, keys)
    line = Line(
        "demand: touchpoints counted by the worker",
        rate / bare,
        "×",
        0.03,
        0.01,
        figure=f"{shown(rate)}/s",
        reference=f"inserted in one piece {shown(bare)}/s",
        ratio=f"{shown(rate / bare)} ×",
        more=True,
    )
    return app, line


def _act(rng: random.Random, number: int, keys: list[Any], rules: list[str]) -> dict[str, Any]:
    kind, key = rng.choice(KINDS), rng.choice(keys)
    detail = None
    if kind == "blocked":
        extra = rng.randint(-2000, 40_000)
        detail = {
            "choices": f"frame=steel&{rng.choice(keys).group}={key.option}",
            "rules": rng.sample(rules, rng.randint(1, 2)),
            "against": ["frame.steel"],
            "total": rng.randint(90_000, 300_000),
            "repairs": [{"extra": extra, "days": 0, "changes": ["frame.steel>frame.alu"], "after": "0" * 8}],
        }
    return {
        "visitor": f"{number // JOURNEY:022d}",
        "kind": kind,
        "family": "bicycle",
        "version": 1,
        "option_group": None if kind in ("save", "undo") else key.group,
        "option": None if kind in ("save", "undo") else key.option,
        "at": datetime.now(UTC) - timedelta(days=1 + number % 80, seconds=JOURNEY - number % JOURNEY),
        "detail": detail,
    }


def _builds(connection: Connection, rng: random.Random, keys: list[Any]) -> None:
    """Kept builds as the worker has packed them; what they consist of in full is left out."""
    now = datetime.now(UTC)
    connection.execute(
        insert(DemandOption.__table__),  # type: ignore[attr-defined]
        [
            {"family": "bicycle", "place": place, "option_group": key.group, "option": key.option}
            for place, key in enumerate(keys)
        ],
    )
    size = (len(keys) + 7) // 8
    for number in range(1, BUILDS + 1):
        at = now - timedelta(days=1 + number % 80)
        values = {
            "id": number,
            "code": secrets.token_hex(8),
            "token": secrets.token_hex(16),
            "at": at.replace(tzinfo=None).isoformat(" "),
            "day": at.date().isoformat(),
            "picked": rng.randbytes(size),
            "said": bytes(rng.getrandbits(8) & rng.getrandbits(8) & rng.getrandbits(8) for _ in range(size)),
        }
        connection.execute(
            text(
                "INSERT INTO builds (id, code, token, owner, name, latest_number, edit_counter, look_counter, "
                "saved_at, changed_at) VALUES (:id, :code, :token, 'bench', 'A build', 1, 0, 0, :at, :at)"
            ),
            values,
        )
        connection.execute(
            text(
                "INSERT INTO demand_part_sets (id, build_id, family, number, day, pieces, total, picked, said) "
                "VALUES (:id, :id, 'bicycle', 1, :day, 1, 99900, :picked, :said)"
            ),
            values,
        )


def _multiplied(small: Path, place: Path) -> Flask:
    """A copy of the shop with so many times the touchpoints, and all that was counted of them."""
    place.mkdir()
    with closing(sqlite3.connect(small / "lekalo.sqlite3")) as source:
        source.execute(f"VACUUM INTO '{place / 'lekalo.sqlite3'}'")
    app = _shop(place)
    database: Database = app.extensions["lekalo.database"]
    with database.writing_rows() as connection:
        for table, own in OWN.items():
            columns = [row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')]
            values = ", ".join(own.get(column, f'"{column}"') for column in columns)
            quoted = ", ".join(f'"{column}"' for column in columns)
            statement = COPIES.format(table=table, columns=quoted, values=values)
            given = {"copies": TIMES - 1, "size": 10 * FEW}
            connection.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})
    with database.reading_rows() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM touchpoints").scalar() == FEW * TIMES
    return app


def _shop(folder: Path) -> Flask:
    folder.mkdir(exist_ok=True)
    app = create_app(
        Settings(instance=folder, database_url=f"sqlite:///{folder / 'lekalo.sqlite3'}", secret_key="bench")
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    migration.upgrade(app.extensions["lekalo.database"].url)
    return app
