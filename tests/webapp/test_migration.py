"""The same steps lead to today's tables and back on every database."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, inspect

from tests.conftest import database_on
from tests.databases import on_both_databases
from webapp import migration


@pytest.fixture
def empty_database(
    database_kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('with 100% care')}/empty.sqlite3"
        return
    server = request.getfixturevalue("postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS lekalo_steps WITH (FORCE)")
        connection.execute("CREATE DATABASE lekalo_steps")
    yield database_on(server, "lekalo_steps")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE lekalo_steps WITH (FORCE)")


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


@on_both_databases
def test_up_and_down_and_up_again(empty_database: str) -> None:
    migration.upgrade(empty_database)
    migration.check(empty_database)  # raises where the code declares something else
    made = tables(empty_database)
    assert {"published_versions", "outbox", "attempts", "staff_members"} <= made
    migration.downgrade(empty_database)
    assert tables(empty_database) == set()
    migration.upgrade(empty_database)
    migration.upgrade(empty_database)  # nothing left to do
    assert tables(empty_database) == made


def test_the_steps_form_one_line() -> None:
    assert len(migration.script().get_heads()) == 1
