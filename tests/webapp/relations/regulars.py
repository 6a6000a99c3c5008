"""A small ladder of levels, customers who climb it, and the worker that follows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.webapp.shopping import a_colleague, a_placed_order, database_of, number_of
from webapp import clock, settings
from webapp.account import level_letters
from webapp.customers import customer
from webapp.outbox import OutboxLetter
from webapp.relations.levels import customer_level, levelling, service_level
from webapp.relations.levels.customer_level import LevelChange
from webapp.relations.levels.service_level import ServiceLevel

SILVER: dict[str, Any] = {
    "title": {"en": "Silver", "ru": "Серебро"},
    "rank": 1,
    "rule": "orders >= 1",
    "months": 24,
    "percent": "10",
    "free_methods": ["carrier"],
    "promise_days": 60,
    "comes_first": True,
    "answer_hours": 4,
    "has_manager": False,
    "is_open": True,
}
GOLD = SILVER | {"title": {"en": "Gold", "ru": "Золото"}, "rank": 2, "rule": "orders >= 2", "percent": "20"}


def a_ladder(app: Flask, **more: Any) -> None:
    """Silver with the first order that is paid, gold with the second. `more`: what silver says otherwise."""
    with database_of(app).writing() as session:
        service_level.make(session, "silver", SILVER | more, by="tests", at=clock.now())
        service_level.make(session, "gold", GOLD, by="tests", at=clock.now())


def change(app: Flask, code: str, **said: Any) -> None:
    """As the owner does it at the desk."""
    with database_of(app).writing() as session:
        kept = service_level.by_code(session, code, for_update=True)
        assert kept
        now = {name: getattr(kept, name) for name in service_level.SAID} | said
        assert service_level.change(session, kept, now, seen=kept.edition, by="tests", at=clock.now())
        levelling.note_everybody(session)


def a_paid_order(app: Flask, client: FlaskClient, **entries: str) -> str:
    """Its number; paid by transfer, which a colleague has noted, and the worker has been here."""
    order = a_placed_order(client, **entries)
    number = number_of(client, order)
    assert a_colleague(app).post(f"/staff/orders/{number}/payments").status_code == 303
    follow(app)
    return order


def follow(app: Flask, at: datetime | None = None) -> None:
    with app.app_context():
        level_letters.follow(settings.current(), database_of(app), at or clock.now())


def level(app: Flask, email: str = "anna@example.com") -> str:
    """The code of the level that somebody has, "" for none."""
    found: ServiceLevel | None = _asked(app, email, customer_level.level_of)
    return found.code if found else ""


def events(app: Flask, email: str = "anna@example.com") -> list[tuple[str, str]]:
    """What became of it, the oldest first."""
    changes: list[LevelChange] = _asked(
        app, email, lambda session, number: customer_level.history(session, number, limit=50)
    )
    return [(each.event, each.level) for each in reversed(changes)]


def letters(app: Flask) -> list[str]:
    """The subjects of all letters, the oldest first."""
    with database_of(app).reading() as session:
        return [each.subject for each in session.exec(select(OutboxLetter).order_by("id"))]


def _asked(app: Flask, email: str, ask: Callable[..., Any]) -> Any:
    with database_of(app).reading() as session:
        known = customer.by_email(session, email)
        assert known
        found = ask(session, known.id)
        session.expunge_all()
        return found
