"""Finding a customer among 100,000, beside looking through all of them, and the card, beside a page that says hello."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import insert, text
from sqlmodel import Session

from tests.bench.line import Line, middle, shown, times
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    database_of,
    publish,
)
from webapp import clock, create_app, migration
from webapp.customers import customer
from webapp.customers.customer import Customer
from webapp.customers.touchpoint import Touchpoint
from webapp.relations.card import search, search_entry
from webapp.relations.card.search_entry import SearchEntry
from webapp.settings import Settings

MANY, CLICKS = 100_000, 3  # customers, and touchpoints of each
AT_ONCE = 5_000  # rows of one statement
LOOKS = 15
SYLLABLES = (
    "iva",
    "pet",
    "ro",
    "mar",
    "ko",
    "sha",
    "lin",
    "nov",
    "ska",
    "ber",
    "dor",
    "vic",
    "ste",
    "an",
    "mi",
    "ley",
    "ov",
)
KNOWN = ("Ivanov", "Petrov", "Schmidt", "Müller", "Иванов", "Щербаков")
WANTED = (
    *("Иванов", "Ivanvo", "ivan", "anna ivanova", "мария шмид", "Shcherbakov"),
    *("Petrov@example.org", "4567", "4829-1753", "example.com"),
)
LOOKING_THROUGH = (
    "SELECT owner FROM customers WHERE lower(name) LIKE :said OR lower(email) LIKE :said LIMIT 50"
)


def lines() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="lekalo-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'customers.sqlite3'}"
        migration.upgrade(url)
        app = create_app(Settings(instance=folder, secret_key="of the bench", database_url=url))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        publish(app, a_bicycle())
        card = _a_good_customer(app)
        _fill(app)
        yield _search(app)
        yield _card(app, card)


def _search(app: Flask) -> Line:
    with database_of(app).reading() as session:
        figures = {
            words: middle(_timed(lambda words=words: search.owners(session, words, limit=50)))  # type: ignore[misc]
            for words in WANTED
        }
        look = text(LOOKING_THROUGH)
        through = middle(_timed(lambda: session.execute(look, {"said": "%nobody-like-this%"}).all()))
    slowest = max(figures, key=lambda words: figures[words])
    return Line(
        f"desk: find a customer among {MANY:,}, slips forgiven, in both scripts (slowest of {len(WANTED)}: {slowest})",
        figures[slowest],
        "ms",
        aim=50,
        limit=100,
        reference=f"{shown(through)} ms, looking through all of them",
        ratio=times(figures[slowest], through),
    )


def _card(app: Flask, card: str) -> Line:
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")
    desk, plain = a_colleague(app), hello.test_client()
    desk.get(card)
    figure = middle(_timed(lambda: desk.get(card)))
    reference = middle(_timed(lambda: plain.get("/")))
    return Line(
        f"desk: the card of one of them, with {MANY * CLICKS:,} touchpoints about",
        figure,
        "ms",
        reference=f"{shown(reference)} ms, Flask saying hello in the same process",
        ratio=times(figure, reference),
    )


def _timed(act: Callable[[], Any]) -> list[float]:
    found = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _a_good_customer(app: Flask) -> str:
    """The address of a card with something of everything on it."""
    shopper = a_customer(app, "good@example.com")
    for number in range(6):
        a_saved_build(shopper, f"Build {number}")
        a_placed_order(shopper, phone="+49 30 1234567")
    with database_of(app).reading() as session:
        known = customer.by_email(session, "good@example.com")
        assert known
        return f"/staff/customers/{known.id}"


def _fill(app: Flask) -> None:
    """Customers as there may be, known to the search as the worker would have it, and what they clicked."""
    rng, at = Random(1), clock.now()
    surnames = [_word(rng, 2, 4) for _ in range(20_000)] + list(KNOWN) * 300
    names = [_word(rng, 2, 2) for _ in range(600)] + ["Anna", "Ivan", "Maria", "Алексей"] * 40
    with database_of(app).writing() as session:
        rows = session.connection()
        rows.exec_driver_sql("PRAGMA cache_size = -262144")
        rows.exec_driver_sql("CREATE TEMP TABLE heap (missing INTEGER, piece TEXT, entry_id INTEGER)")
        for start in range(0, MANY, AT_ONCE):
            people = [_person(rng, names, surnames, number) for number in range(start, start + AT_ONCE)]
            numbers = _add(session, people, at)
            clicks = [
                {
                    "customer_id": number,
                    "kind": "save",
                    "family": "bike",
                    "version": 1,
                    "at": at - timedelta(days=day),
                }
                for number in numbers
                for day in range(CLICKS)
            ]
            session.connection().execute(insert(Touchpoint.__table__), clicks)  # type: ignore[attr-defined]
        # In their order, since they stand in it: a thousand times fewer pages are touched than one by one.
        rows.exec_driver_sql("INSERT INTO search_pieces SELECT * FROM heap ORDER BY missing, piece, entry_id")
        rows.exec_driver_sql("DROP TABLE heap")
        session.execute(text("DELETE FROM search_changes"))
        session.execute(text("ANALYZE"))


def _add(session: Session, people: list[dict[str, Any]], at: Any) -> list[int]:
    rows = [one | {"language": "en", "language_chosen": False, "since": at} for one in people]
    added = insert(Customer).returning(Customer.id, sort_by_parameter_order=True)  # type: ignore[call-overload]
    numbers = list(session.execute(added, rows).scalars())
    learnt = [
        search_entry.understood(one | {"id": number}, "customer_id")
        for number, one in zip(numbers, people, strict=True)
    ]
    known = insert(SearchEntry).returning(SearchEntry.id, sort_by_parameter_order=True)  # type: ignore[call-overload]
    entries = session.execute(known, [each.entry for each in learnt]).scalars().all()
    pieces = [
        (missing, piece, entry)
        for entry, each in zip(entries, learnt, strict=True)
        for missing, piece in each.pieces
    ]
    session.connection().exec_driver_sql("INSERT INTO heap VALUES (?, ?, ?)", pieces)
    return numbers


def _person(rng: Random, names: list[str], surnames: list[str], number: int) -> dict[str, Any]:
    name, surname = rng.choice(names), rng.choice(surnames)
    place = rng.choice(("example.com", "example.org", "mail.example.net"))
    return {
        "owner": secrets.token_urlsafe(16),
        "name": f"{name} {surname}",
        "email": f"{name}.{surname}{number}@{place}".lower(),
        "phone": f"+49 {rng.randint(10**8, 10**10)}",
    }


def _word(rng: Random, fewest: int, most: int) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(fewest, most))).title()
