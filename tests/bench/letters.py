"""What the worker does for many people at once: digests, and what follows of acts for segments."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert
from sqlmodel import SQLModel, col, select

from catalog import loader
from tests.bench.line import Line, shown
from webapp import create_app, migration, preference_worker, settings
from webapp.account import digests
from webapp.catalogues import version
from webapp.customers import touchpoint
from webapp.customers.profile import profile_of
from webapp.customers.touchpoint import Kind, Whose
from webapp.database import Database
from webapp.outbox import OutboxLetter
from webapp.relations.news import gathering
from webapp.settings import ROOT, Settings

SUBSCRIBERS, ITEMS = 10_000, 5
PROFILES, ACTS = 1_000, 30
MANY_ACTS, LOOKS, CLICKS = 5_000, 20, 500
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=40)


def lines() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="lekalo-bench-letters-", ignore_cleanup_errors=True) as name:
        app = _shop(Path(name))
        database: Database = app.extensions["lekalo.database"]
        with app.app_context():
            _people(database)
            nothing = _timed(lambda: _gathered(database))
            _news(database, at=NOW)
            written = _timed(lambda: digests.Digests(settings.current(), seconds=8)(database, NOW))
            with database.reading() as session:
                letters = session.exec(select(func.count(col(OutboxLetter.id)))).one()
            yield Line(
                f"a digest of {ITEMS} news items, one of {SUBSCRIBERS:,}, rendered and kept: processor time",
                written / letters * 1000,
                "ms",
                20,
                30,
                reference=f"looking what one is due: {shown(nothing / SUBSCRIBERS * 1000)} ms",
                figure=f"{shown(written / letters * 1000)} ms ({letters} letters)",
            )
            yield Line(
                f"a look at {SUBSCRIBERS:,} subscribers of whom none is due a letter: processor time",
                nothing,
                "s",
                3,
                6,
            )
            _clicks(database)
            took = _timed(lambda: _reckoned(database))
            yield Line(
                f"preferences of customers with {ACTS} acts, written down for segments: processor time for each",
                took / PROFILES * 1000,
                "ms",
                3,
                8,
            )

            yield from _profile(database)


def _profile(database: Database) -> Iterator[Line]:
    """What a page pays that asks for preferences, and what a click is dearer by."""
    who, families = PROFILES + 1, [loader.load(ROOT / "catalog/data/bicycle")]
    keys = list(families[0].option_by_key)[:60]
    acts = [
        _act(who, NOW - timedelta(hours=m), m)
        | {"option_group": keys[m % len(keys)].group, "option": keys[m % len(keys)].option}
        for m in range(MANY_ACTS)
    ]
    _fill(database, {"consents": [_allowed(who)], "touchpoints": acts})

    def asked() -> None:
        for _ in range(LOOKS):
            with database.reading() as session:
                assert profile_of(session, who, at=NOW, families=families).preferences is not None

    def clicked(whose: Whose | None) -> None:
        with database.writing_rows() as connection:
            for n in range(CLICKS):
                at, pick = NOW + timedelta(seconds=n), ("bars", "flat")
                touchpoint.record(
                    connection,
                    visitor="device",
                    kind=Kind.PICK,
                    family="bicycle",
                    version=1,
                    at=at,
                    pick=pick,
                    whose=whose,
                )

    asked()
    yield Line(
        f"preferences of a customer with {MANY_ACTS:,} acts, asked for by a page: processor time",
        _timed(asked) / LOOKS * 1000,
        "ms",
        10,
        20,
    )
    nobodys = min(_timed(partial(clicked, None)) for _ in range(3))
    theirs = min(_timed(partial(clicked, Whose(who))) for _ in range(3))
    yield Line(
        "a click written for a profile: processor time, without the commit",
        theirs / CLICKS * 1000,
        "ms",
        0.2,
        0.5,
        reference=f"of nobody in particular: {shown(nobodys / CLICKS * 1000)} ms",
    )


def _timed(act: Any) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _shop(folder: Path) -> Flask:
    url = f"sqlite:///{folder / 'lekalo.sqlite3'}"
    migration.upgrade(url)
    given = Settings(instance=folder, database_url=url, secret_key="of the bench")
    app = create_app(given)
    database: Database = app.extensions["lekalo.database"]
    with database.writing() as session:
        version.publish(session, loader.load(ROOT / "catalog/data/bicycle"), author="", at=SINCE)
    return app


def _people(database: Database) -> None:
    """Half of them follow the bicycles, all of them events, weekly or at once."""
    rows: dict[str, list[dict[str, Any]]] = {}

    def put(table: str, **row: Any) -> None:
        rows.setdefault(table, []).append(row)

    for n in range(1, SUBSCRIBERS + 1):
        put(
            "customers",
            id=n,
            owner=f"owner-{n}",
            email=f"{n}@example.com",
            name="",
            phone="",
            language="en",
            since=SINCE,
        )
        put("subscribers", id=n, code=f"code-{n}", customer_id=n, since=SINCE)
        for purpose, topic in (("event-letters", "events"), ("news-letters", "family:bicycle")):
            edition = {"edition": "2026-11", "language": "en", "given_at": SINCE}
            put("consents", customer_id=n, purpose=purpose, channel="site", **edition)
            kept = {"frequency": "at-once", "language": "en", "since": SINCE}
            put("subscriptions", subscriber_id=n, topic=topic, **kept)
    _fill(database, rows)


def _news(database: Database, *, at: datetime) -> None:
    items = [
        {
            "token": f"item {n}",
            "title": {"en": f"News {n}", "ru": f"Новость {n}"},
            "text": {"en": "Come and see.\nAll of it.", "ru": "Приходите.\nВсе."},
            "topics": ["events"] if n % 2 else [],
            "families": ["bicycle"],
            "options": [],
            "written_at": at,
            "send_at": at,
        }
        for n in range(ITEMS)
    ]
    _fill(database, {"news_items": items})


def _clicks(database: Database) -> None:
    people = range(1, PROFILES + 1)
    consents = [_allowed(n) for n in people]
    acts = [_act(n, NOW - timedelta(days=m), m) for n in people for m in range(ACTS)]
    _fill(database, {"consents": consents, "touchpoints": acts})


def _allowed(customer_id: int) -> dict[str, Any]:
    edition = {"edition": "2026-11-24", "language": "en", "channel": "site", "given_at": SINCE}
    return {"customer_id": customer_id, "purpose": "personalisation"} | edition


def _act(customer_id: int, at: datetime, number: int) -> dict[str, Any]:
    pick = {"option_group": "frame", "option": ("steel-diamond", "alu-diamond")[number % 3 == 0]}
    return {"kind": "pick", "family": "bicycle", "version": 1, "at": at, "customer_id": customer_id} | pick


def _fill(database: Database, rows: dict[str, list[dict[str, Any]]]) -> None:
    with database.writing_rows() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.name in rows:
                connection.execute(insert(table), rows[table.name])


def _gathered(database: Database) -> None:
    after: int | None = 0
    while after is not None:
        with database.reading() as session:
            after = gathering.gather(session, at=NOW, zone="UTC", after=after).last


def _reckoned(database: Database) -> None:
    while not preference_worker.reckon(database, NOW):
        pass
