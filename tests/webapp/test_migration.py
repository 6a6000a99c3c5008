"""The same steps lead to today's tables and back on every database."""

import re
from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.conftest import database_on
from tests.databases import on_both_databases
from webapp import migration
from webapp.settings import ROOT


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


@on_both_databases
def test_a_build_kept_before_it_had_versions_is_its_own_first(empty_database: str) -> None:
    migration.upgrade(empty_database, "0002")
    engine = create_engine(empty_database)
    old = {
        "id": 7,
        "code": "c",
        "token": "t",
        "visitor": "v",
        "name": "Mine",
        "edit_counter": 0,
        "look_counter": 2,
        "saved_at": datetime(2026, 1, 1),  # noqa: DTZ001  as the database has it
        "changed_at": datetime(2026, 1, 2),  # noqa: DTZ001
        "family": "bike",
        "family_title": "{}",
        "version": 3,
        "version_sha256": "f" * 64,
        "choices": '["frame.steel"]',
        "parts": "[]",
        "price_lines": "[]",
        "terms": "[]",
        "currency": "EUR",
        "tax_percent": "19",
        "total": 99900,
        "tax": 15950,
        "lead_days": 10,
    }
    with engine.begin() as rows:
        names = ", ".join(old)
        rows.execute(text(f"INSERT INTO builds ({names}) VALUES (:{names.replace(', ', ', :')})"), old)
    migration.upgrade(empty_database)
    with engine.connect() as rows:
        kept = rows.execute(text("SELECT owner, name, look_counter, latest_number FROM builds")).one()
        version = rows.execute(text("SELECT build_id, number, family, version, total FROM build_versions"))
        assert tuple(kept) == ("v", "Mine", 2, 1)
        assert tuple(version.one()) == (7, 1, "bike", 3, 99900)
    migration.downgrade(empty_database, "0002")
    with engine.connect() as rows:
        back = rows.execute(text("SELECT visitor, family, version, total FROM builds")).one()
        assert tuple(back) == ("v", "bike", 3, 99900)
    engine.dispose()


CLOSING = re.compile(
    r"step `([0-9]{4})` is not safe beside the version before"
)  # as docs/running.md tells makers
FROZEN = "0011"  # the steps up to it came before the first release, and some of them rename


@on_both_databases
def test_later_steps_only_add_so_that_the_version_before_goes_on_beside_them(empty_database: str) -> None:
    """Whatever the running sites of the version before name stays, and what is new they need not fill in.

    A step that cannot keep to it is named in CHANGELOG.md, so that makers close the shop for it.
    """
    named = set(CLOSING.findall((ROOT / "CHANGELOG.md").read_text()))
    later = [each.revision for each in migration.script().walk_revisions(FROZEN, "head")][::-1][1:]
    assert later
    migration.upgrade(empty_database, FROZEN)
    before = shape(empty_database)
    for revision in later:
        migration.upgrade(empty_database, revision)
        before, after = ({}, shape(empty_database)) if revision in named else (before, shape(empty_database))
        for table, columns in before.items():
            assert table in after, f"{revision} drops or renames {table}"
            for name, column in columns.items():
                assert after[table].get(name) == column, f"{revision} changes {table}.{name}"
            for name in after[table].keys() - columns.keys():
                _kind, may_be_left_out = after[table][name]
                assert may_be_left_out, f"{revision} wants {table}.{name} of a version that does not know it"
        before = after


def shape(url: str) -> dict[str, dict[str, tuple[str, bool]]]:
    """Of each table the columns, with their type and whether a row may leave them out."""
    engine = create_engine(url)
    found = inspect(engine)
    tables = {
        table: {
            each["name"]: (str(each["type"]), bool(each["nullable"] or each["default"] is not None))
            for each in found.get_columns(table)
        }
        for table in found.get_table_names()
    }
    engine.dispose()
    return tables
