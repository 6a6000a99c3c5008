"""Whether the site says truly that it is up and that it can serve."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.model import Family
from tests.databases import on_both_databases
from webapp import clock, health, migration
from webapp.catalogues import version
from webapp.database import Database


@on_both_databases
def test_a_shop_with_a_family_is_ready(client: FlaskClient, database: Database, a_family: Family) -> None:
    with database.writing() as session:
        version.publish(session, a_family, author="test", at=clock.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "missing": []})


@on_both_databases
def test_a_shop_without_a_family_is_not_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["missing"]) == (503, ["no family is published"])


def test_a_shop_without_tables_is_up_but_not_ready(new_app: Callable[..., Flask], tmp_path: Path) -> None:
    client = new_app(database_url=f"sqlite:///{tmp_path / 'bare.sqlite3'}").test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json()["missing"] == ["the database is not migrated"]


def test_a_shop_without_a_database_is_up_but_not_ready(new_app: Callable[..., Flask]) -> None:
    client = new_app(database_url="postgresql://127.0.0.1:9/nowhere?connect_timeout=2").test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").get_json()["missing"] == ["the database does not answer"]


def test_the_steps_are_known_without_alembic() -> None:
    steps = migration.script()
    every = {step.revision for step in steps.walk_revisions()}
    assert health.outgrown_revisions() == every - set(steps.get_heads())


def test_a_shop_goes_on_while_a_newer_program_has_migrated_and_waits_while_an_older_has(
    client: FlaskClient, database: Database, a_family: Family
) -> None:
    with database.writing() as session:
        version.publish(session, a_family, author="test", at=clock.now())
    for step, status in (("9999", 200), ("0002", 503)):
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})
        assert client.get("/readyz").status_code == status
