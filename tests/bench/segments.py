"""Rules of segments among a hundred thousand customers, beside a plain pass over the tables that they ask."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from tests.bench.line import Line, percentile, shown
from tests.webapp.relations.crowd import NOW, SOLD, TRAITS, a_crowd, move_in
from webapp import migration
from webapp.database import Database
from webapp.relations.segments import segment_rule
from webapp.relations.segments.membership import Membership

FEW, TIMES = 1_000, 100
LOOKS = 3
RULES = {
    "orders, recency and consent": "orders >= 2 and last_order > 180 days ago and consent.email",
    "options of builds and orders": "build of bicycle with motor.* or "
    "order of bicycle with (motor.* and not rack.none)",
    "tastes, said or inferred": "prefers(use: commute) and not prefers(style: sport)",
    "every kind of fact": "orders >= 1 and paid >= 100 and last_order > 30 days ago and builds >= 1 and "
    "since > 1 month ago and consent.email and build of bicycle with motor.* and "
    "order of bicycle with frame.* and prefers(use: commute) and language is ru and country is DE",
}
# Copies of the few, with numbers and names of their own.
OWN = {
    "customers": {"id": "id + n * {few}", "owner": "owner || '-' || n", "email": "n || '-' || email"},
    "consents": {"id": "id + n * {many}", "customer_id": "customer_id + n * {few}"},
    "stated_facts": {"id": "id + n * {many}", "customer_id": "customer_id + n * {few}"},
    "touchpoints": {"id": "id + n * {many}", "customer_id": "customer_id + n * {few}"},
    "preference_reckonings": {"customer_id": "customer_id + n * {few}"},
    "inferred_preferences": {"customer_id": "customer_id + n * {few}"},
    "builds": {
        "id": "id + n * {many}",
        "code": "code || '-' || n",
        "token": "token || '-' || n",
        "owner": "owner || '-' || n",
    },
    "orders": {
        "id": "id + n * {many}",
        "number": "printf('%09d', id + n * {many})",
        "code": "code || '-' || n",
        "token": "token || '-' || n",
        "owner": "owner || '-' || n",
    },
    "order_lines": {"id": "id + n * {many} * 10", "order_id": "order_id + n * {many}"},
    "order_steps": {"order_id": "order_id + n * {many}"},
    "deliveries": {"order_id": "order_id + n * {many}"},
    "billing_addresses": {"order_id": "order_id + n * {many}"},
    "payments": {"id": "id + n * {many}", "order_id": "order_id + n * {many}"},
    "refunds": {
        "id": "id + n * {many}",
        "payment_id": "payment_id + n * {many}",
        "code": "code || '-' || n",
        "idempotency_key": "idempotency_key || '-' || n",
    },
    "demand_part_sets": {
        "id": "id + n * {many}",
        "build_id": "build_id + n * {many}",
        "order_line_id": "order_line_id + n * {many} * 10",
    },
}
MANY = 10 * FEW  # more than there are rows of anything among the few
COPIES = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times}) "
    'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}", numbers'
)
# One pass over everything that a rule can ask for: what reading it costs at all.
PASS = (
    "SELECT (SELECT count(name) FROM customers) + (SELECT count(placed_at) FROM orders) + "
    "(SELECT count(amount) FROM payments) + (SELECT count(saved_at) FROM builds) + "
    "(SELECT count(picked) FROM demand_part_sets) + (SELECT count(given_at) FROM consents) + "
    "(SELECT count(customer_id) FROM touchpoints)"
)


def lines() -> Iterator[Line]:
    folder = Path(tempfile.mkdtemp(prefix="lekalo-bench-"))
    url = f"sqlite:///{folder / 'lekalo.sqlite3'}"
    migration.upgrade(url)
    database = Database(url)
    with database.writing_rows() as connection:
        move_in(connection, a_crowd(FEW, 1))
    _multiply(folder / "lekalo.sqlite3")
    with database.reading() as session:
        words = replace(segment_rule.lexicon(session, ("ru", "en", "de")), traits=TRAITS, sold=SOLD)
        for name, rule in RULES.items():
            took: list[float] = []
            bare: list[float] = []
            for _ in range(LOOKS):
                began = time.process_time()
                session.execute(text(PASS)).scalar_one()
                bare.append(time.process_time() - began)
                began = time.process_time()
                found = Membership(session, words, segment_rule.read(rule, words), NOW)
                people, first = found.first(limit=8)
                took.append(time.process_time() - began)
                assert len(first) == min(people, 8)
            yield _line(name, percentile(took, 50), percentile(bare, 50), people)
    database.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


def _line(name: str, seconds: float, bare: float, people: int) -> Line:
    return Line(
        f"segment, {name}: counted, with its first people, among {FEW * TIMES:,} customers, processor time",
        seconds,
        "s",
        5.0,
        5.0,
        figure=f"{shown(seconds)} s ({people:,} found)",
        reference=f"one pass over the same tables: {shown(bare)} s",
        ratio=f"{shown(seconds / bare)} ×",
    )


def _multiply(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:  # what other rooms learn of new rows is not measured here
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for table, own in OWN.items():
            if table not in tables:
                continue
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            values = ", ".join(
                own.get(column, f'"{column}"').format(few=FEW, many=MANY) for column in columns
            )
            quoted = ", ".join(f'"{column}"' for column in columns)
            connection.execute(COPIES.format(times=TIMES - 1, table=table, columns=quoted, values=values))
        connection.execute("ANALYZE")
