"""A shop is backed up while it is open, and restored whole or not at all."""

import json
import resource
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlmodel import SQLModel

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp import archive, create_app, migration, restore
from webapp.database import Database
from webapp.settings import Settings

BACK = "back.tar.gz"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def shop(new_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """A shop with its own key, a build, an order that was paid and one that was not."""
    app = new_app(instance=tmp_path / "shop", secret_key="")
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    a_saved_build(shopper)
    a_placed_order(shopper)
    number = number_of(shopper, a_placed_order(shopper, name="Анна «Õ» 🚲"))
    a_colleague(app).post(f"/staff/orders/{number}/payments", data={"note": "came in"})
    return app


@pytest.fixture
def other(new_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """Another place for a shop, with nothing in it."""
    return new_app(instance=tmp_path / "other", secret_key="")


def rows(database: Database) -> dict[str, list[Any]]:
    """Everything that a database holds."""
    with database.reading() as session:
        return {
            table.name: sorted(
                json.dumps([str(value) for value in row]) for row in session.execute(table.select())
            )
            for table in SQLModel.metadata.sorted_tables
        }


@on_both_databases
def test_what_is_restored_is_what_was_backed_up_and_goes_on(
    shop: Flask, other: Flask, tmp_path: Path
) -> None:
    made = run(shop, "backup", str(tmp_path / BACK))
    assert made.exit_code == 0, made.output
    assert "read again and sound" in made.output
    restored = run(other, "restore", str(tmp_path / BACK))
    assert restored.exit_code == 0, restored.output
    assert rows(database_of(other)) == rows(database_of(shop))
    assert run(other, "totals", "check").exit_code == 0
    key = (tmp_path / "shop" / "secret.key").read_text()
    assert (tmp_path / "other" / "secret.key").read_text() == key
    publish(other, a_bicycle(city="510.00"))
    shopper = a_shopper(other)
    assert number_of(shopper, a_placed_order(shopper))
    with pytest.raises(Exception, match="only added to"), database_of(other).writing() as session:
        session.execute(text("UPDATE order_lines SET total = 1"))


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_shop_moves_from_one_database_to_the_other_and_back(
    shop: Flask, new_app: Callable[..., Flask], tmp_path: Path, migrated_sqlite: Path
) -> None:
    run(shop, "backup", str(tmp_path / BACK))
    small = new_app(instance=tmp_path / "small", database_url=f"sqlite:///{tmp_path / 'small.sqlite3'}")
    assert run(small, "restore", str(tmp_path / BACK)).exit_code == 0
    assert rows(database_of(small)) == rows(database_of(shop))
    run(small, "backup", str(tmp_path / "small.tar.gz"))
    with database_of(shop).writing() as session:
        session.execute(text("DELETE FROM payments"))
    assert run(shop, "restore", str(tmp_path / "small.tar.gz"), "--overwrite").exit_code == 0
    assert rows(database_of(shop)) == rows(database_of(small))


@on_both_databases
def test_a_backup_while_orders_are_placed_holds_whole_orders(
    shop: Flask, other: Flask, tmp_path: Path
) -> None:
    placed, ended = [0], threading.Event()

    def buy() -> None:
        shopper = a_shopper(shop)
        while not ended.is_set():
            a_placed_order(shopper)
            placed[0] += 1

    shoppers = [threading.Thread(target=buy) for _ in range(3)]
    for each in shoppers:
        each.start()
    try:
        while placed[0] < 3:
            ended.wait(0.01)
        before = placed[0]
        for number in range(20):
            made = run(shop, "backup", str(tmp_path / f"{number}.tar.gz"))
            assert made.exit_code == 0, made.output
            if number and placed[0] > before:
                break
        assert placed[0] > before  # nobody had to wait for it to end
    finally:
        ended.set()
        for each in shoppers:
            each.join()
    assert run(other, "restore", str(tmp_path / f"{number}.tar.gz")).exit_code == 0
    assert run(other, "totals", "check").exit_code == 0
    with database_of(other).reading() as session:
        counts = [
            session.execute(text(query)).scalar_one()
            for query in (
                "SELECT count(*) FROM orders",
                "SELECT count(DISTINCT order_id) FROM order_lines",
                "SELECT count(*) FROM deliveries",
                "SELECT count(*) FROM outbox WHERE subject LIKE 'Your order%'",
                "SELECT count(*) FROM touchpoints WHERE kind = 'order'",
            )
        ]
    assert len(set(counts)) == 1
    assert counts[0] >= 2 + before


@on_both_databases
def test_a_shop_is_not_overwritten_unasked(
    shop: Flask, new_app: Callable[..., Flask], tmp_path: Path
) -> None:
    run(shop, "backup", str(tmp_path / BACK))
    there = new_app(instance=tmp_path / "there")
    publish(there, a_bicycle())
    before = rows(database_of(there))
    half = tmp_path / "half"
    half.write_bytes((tmp_path / BACK).read_bytes()[:-4000])
    damaged = run(there, "restore", str(half), "--overwrite")
    assert (damaged.exit_code, "damaged" in damaged.output) == (1, True)
    refused = run(there, "restore", str(tmp_path / BACK))
    assert refused.exit_code == 1
    assert "published_versions" in refused.output
    assert rows(database_of(there)) == before
    assert run(there, "restore", str(tmp_path / BACK), "--overwrite").exit_code == 0
    assert rows(database_of(there)) == rows(database_of(shop))


def changed(place: Path, to: Path, change: Callable[[Path], None]) -> Path:
    """An archive in which somebody has changed something, with a list that fits it again."""
    folder = to.with_suffix(".folder")
    with tarfile.open(place) as packed:
        packed.extractall(folder, filter="data")
    change(folder)
    contents = archive.Contents.model_validate_json((folder / archive.LIST).read_text())
    contents.files[archive.ROWS] = archive.digest_of(folder / archive.ROWS)
    archive.sealed(to, folder, contents)
    return to


def sql(statement: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / archive.ROWS)) as connection, connection:
            connection.execute(statement)

    return change


@pytest.fixture(scope="module")
def archived(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a shop with one order."""
    folder = tmp_path_factory.mktemp("archived")
    shutil.copy(migrated_sqlite, folder / "lekalo.sqlite3")
    app = create_app(Settings(instance=folder))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    publish(app, a_bicycle())
    a_placed_order(a_shopper(app))
    made = run(app, "backup", str(folder / BACK))
    assert made.exit_code == 0, made.output
    return folder / BACK


def test_a_damaged_archive_is_recognised(archived: Path, tmp_path: Path) -> None:
    whole = archived.read_bytes()
    cut, altered = whole[: len(whole) // 2], whole[:600] + b"\0" * 40 + whole[640:]
    for number, damaged in enumerate((cut, altered, b"", b"no archive at all")):
        place = tmp_path / f"damaged-{number}"
        place.write_bytes(damaged)
        with pytest.raises(archive.Damaged):
            restore.check(place, tmp_path)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM deliveries", "its tables hold"),
        ("UPDATE deliveries SET order_id = 99", "lead nowhere"),
        ("DROP TABLE payments", "its tables hold"),
    ],
)
def test_an_archive_is_looked_at_before_it_is_trusted(
    archived: Path, tmp_path: Path, statement: str, words: str
) -> None:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / archive.ROWS)) as connection, connection:
            connection.execute(statement)

    with pytest.raises(archive.Damaged, match=words):
        restore.check(changed(archived, tmp_path / "changed", change), tmp_path)


def test_an_archive_of_a_newer_program_is_refused(archived: Path, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        listed = folder / archive.LIST
        listed.write_text(json.dumps(json.loads(listed.read_text()) | {"revision": "9999"}))

    with pytest.raises(restore.Unknown, match="newer program"):
        restore.check(changed(archived, tmp_path / "changed", change), tmp_path)


def test_an_older_archive_is_brought_to_todays_shape(archived: Path, other: Flask, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        before = [step.revision for step in migration.script().walk_revisions()][1]
        migration.downgrade(f"sqlite:///{folder / archive.ROWS}", before)
        with closing(sqlite3.connect(folder / archive.ROWS)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        listed = folder / archive.LIST
        contents = json.loads(listed.read_text())
        contents |= {"revision": before, "rows": archive.examined(folder / archive.ROWS)}
        listed.write_text(json.dumps(contents))

    told = run(other, "restore", str(changed(archived, tmp_path / "older", change)))
    assert told.exit_code == 0, told.output
    assert len(rows(database_of(other))["orders"]) == 1


def test_a_backup_replaces_no_file_and_is_for_its_owner_alone(shop: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    run(shop, "worker", "--once")
    with database_of(shop).writing() as session:
        session.execute(text("DELETE FROM outbox"))
    assert run(shop, "backup", str(folder), "--mail").exit_code == 0
    (made,) = folder.iterdir()
    assert made.stat().st_mode & 0o777 == 0o600
    again = run(shop, "backup", str(made))
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert list(folder.iterdir()) == [made]
    with tarfile.open(made) as packed:
        assert sum(name.endswith(".eml") for name in packed.getnames()) == 3  # two orders, one paid
        copy = packed.extractfile(archive.ROWS)
        assert copy is not None
        assert b"Your order" not in copy.read()  # what was erased does not travel
    run(shop, "backup", str(tmp_path / BACK))
    with tarfile.open(tmp_path / BACK) as packed:
        assert not [name for name in packed.getnames() if name.endswith(".eml")]


def test_whoever_signs_with_another_key_is_told(
    archived: Path, new_app: Callable[..., Flask], tmp_path: Path
) -> None:
    there = new_app(instance=tmp_path / "there", secret_key="its own")
    told = run(there, "restore", str(archived))
    assert told.exit_code == 0
    assert "signing key is another one" in told.output


def test_a_full_disk_leaves_no_half_a_backup(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, was[1]))
    try:
        told = run(app, "backup", str(folder / BACK))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert told.exit_code == 1
    assert "no backup" in told.output
    assert list(folder.iterdir()) == []
