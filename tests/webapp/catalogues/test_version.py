"""A published version never changes, and publishing the same twice makes one."""

import hashlib
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from catalog import exporter, loader
from tests.databases import on_both_databases
from tests.webapp.conftest import a_stool
from webapp import clock
from webapp.catalogues import published, version
from webapp.commands import DEMO_FAMILIES
from webapp.database import Database


def publish(database: Database, price: int) -> tuple[int, bool]:
    with database.writing() as session:
        found, is_new = version.publish(session, a_stool(price), author="anna", at=clock.now())
        return found.number, is_new


@on_both_databases
def test_the_same_document_makes_no_new_version(database: Database) -> None:
    assert [publish(database, price) for price in (4900, 4900, 5900, 5900)] == [
        (1, True),
        (1, False),
        (2, True),
        (2, False),
    ]


@on_both_databases
def test_going_back_is_a_new_version(database: Database) -> None:
    assert [publish(database, price)[0] for price in (4900, 5900, 4900)] == [1, 2, 3]


@on_both_databases
def test_a_version_keeps_its_document_hash_time_and_author(database: Database) -> None:
    before = clock.now()
    publish(database, 4900)
    with database.reading() as session:
        kept = version.find(session, "stool")
        assert kept is not None
        assert kept.sha256 == hashlib.sha256(kept.document.encode()).hexdigest()
        assert version.read(kept.document) == a_stool(4900)
        assert before <= kept.published_at <= clock.now()
        assert kept.author == "anna"


@on_both_databases
def test_old_versions_stay_to_be_opened(database: Database) -> None:
    publish(database, 4900)
    publish(database, 5900)
    with database.reading_rows() as rows:
        now, then = published.current(rows, "stool"), published.version(rows, "stool", 1)
        assert now is not None
        assert then is not None
        assert [found.number for found in (now, then)] == [2, 1]
        assert [found.family.groups[0].options[0].price for found in (now, then)] == [5900, 4900]
        assert [found.number for found in published.families(rows)] == [2]
        assert published.current(rows, "nothing") is None
        for never in (9, 0, 2**31, 10**30):
            assert published.version(rows, "stool", never) is None


@on_both_databases
def test_two_publishers_at_once_make_two_numbers(database: Database) -> None:
    publish(database, 100)
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda price=price: numbers.append(publish(database, price)[0]))
        for price in (200, 300, 400, 500)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [2, 3, 4, 5]


@on_both_databases
def test_a_compiled_family_costs_one_small_statement(database: Database) -> None:
    publish(database, 4900)
    with database.reading_rows() as rows:
        first = published.current(rows, "stool")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *details: asked.append(details[2]))
    with database.reading_rows() as rows:
        assert published.current(rows, "stool") is first
    statements = [text for text in asked if not text.startswith("BEGIN")]
    assert len(statements) == 1
    assert "document" not in statements[0]


@pytest.mark.parametrize("code", ["bicycle", "workstation"])
def test_a_published_document_is_exported_as_it_was_imported(code: str, tmp_path: Path) -> None:
    family = loader.load(DEMO_FAMILIES / code)
    stored = version.read(version.written(family))
    assert exporter.texts_of(stored) == exporter.texts_of(family)
    exporter.export(stored, tmp_path / code)
    assert loader.load(tmp_path / code) == family
