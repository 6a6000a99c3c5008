"""Restoring a shop from an archive: all of it or nothing, and never over another one unasked."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, DateTime, Table, TypeDecorator, inspect, text
from sqlmodel import SQLModel

from webapp import archive, migration
from webapp.archive import Contents, Damaged
from webapp.database import Database
from webapp.settings import Settings

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


class NotEmpty(Exception):
    """There is a shop already."""


class Unknown(Exception):
    """An archive of a newer program."""


class Restored(NamedTuple):
    """`signs_alike`: whether links in old letters still open; they are signed with the key that the shop had."""

    contents: Contents
    signs_alike: bool


def check(place: Path, scratch_in: Path) -> Contents:
    """What is in an archive, all of it read and found sound. Raises Damaged, Unknown."""
    with tempfile.TemporaryDirectory(dir=scratch_in, prefix=".lekalo-restore-") as name:
        return _prepared(place, Path(name))


def restore(database: Database, settings: Settings, place: Path, *, overwrite: bool = False) -> Restored:
    """Puts the shop of an archive in place, its tables brought to today's shape; what is in it.

    The rows change over in one transaction. Raises Damaged, Unknown, NotEmpty; nothing is changed then.
    """
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix=".lekalo-restore-") as name:
        folder = Path(name)
        contents = _prepared(place, folder)
        key = settings.instance / "secret.key"
        signs_with_kept = key.exists() and key.read_text().strip() == settings.secret_key
        file = folder / archive.ROWS
        contents = contents.model_copy(update={"rows": archive.examined(file)})
        if not overwrite and (full := _tables_with_rows(database)):
            raise NotEmpty(f"there are rows in {', '.join(full)}")
        if database.engine.dialect.name == "sqlite":
            _into_sqlite(database, file, contents)
        else:
            _into_postgresql(database, file, contents)
        _put_files(folder / archive.INSTANCE, settings.instance, overwrite)
    signs_with = key.read_text().strip() if signs_with_kept else settings.secret_key
    return Restored(contents, archive.fingerprint(signs_with) == contents.signing_key)


def _prepared(place: Path, folder: Path) -> Contents:
    """The archive, unpacked, with its tables in today's shape."""
    contents = archive.opened(place, folder)
    if contents.revision not in {step.revision for step in migration.script().walk_revisions()}:
        raise Unknown(f"{place} has tables of a newer program (step {contents.revision})")
    migration.upgrade(f"sqlite:///{folder / archive.ROWS}")
    with closing(sqlite3.connect(folder / archive.ROWS)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return contents


def _tables_with_rows(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return [
            name
            for name in archive.table_names()
            if name in there and connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first()
        ]


def _into_sqlite(database: Database, file: Path, contents: Contents) -> None:
    """SQLite's own copying: one transaction for whoever has the old file open, undone by itself after a crash."""
    place = database.engine.url.database
    assert place is not None
    database.engine.dispose()
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(place, timeout=30)) as target:
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if (found := archive.examined(Path(place))) != contents.rows:
        raise Damaged(f"restored {found}, expected {contents.rows}")


def _into_postgresql(database: Database, file: Path, contents: Contents) -> None:
    migration.upgrade(database.url)
    with database.write_engine.begin() as connection, closing(sqlite3.connect(file)) as source:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        keys = connection.execute(text(FOREIGN_KEYS)).all()
        for table, name, _ in keys:  # rows of one table may name each other, in any order
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        tables = SQLModel.metadata.sorted_tables
        connection.execute(text("TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables)))
        for each in tables:
            connection.execute(
                text(f'ALTER TABLE "{each.name}" DISABLE TRIGGER USER')
            )  # rows are copied, not made
        for each in tables:
            _copy_rows(connection, source, each)
        for each in tables:
            connection.execute(text(f'ALTER TABLE "{each.name}" ENABLE TRIGGER USER'))
        for table, name, definition in keys:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        found = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in sorted(archive.table_names())
        }
        if found != contents.rows:
            raise Damaged(f"restored {found}, expected {contents.rows}")


def _copy_rows(connection: Connection, source: sqlite3.Connection, table: Table) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_as_postgresql_reads_it(column.name, column.type) for column in table.columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in source.execute(f'SELECT {values} FROM "{table.name}"'):
            copy.write_row(row)
    if table.autoincrement_column is not None and "id" in table.columns:
        connection.exec_driver_sql(  # new rows are numbered after those
            f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id)) "
            f'FROM "{table.name}" HAVING max(id) IS NOT NULL'
        )


def _as_postgresql_reads_it(name: str, kind: Any) -> str:
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return f"\"{name}\" || '+00'" if isinstance(kind, DateTime) else f'"{name}"'


def _put_files(source: Path, instance: Path, overwrite: bool) -> None:
    """Files that are there already stay, unless the whole shop is overwritten."""
    for file in sorted(source.rglob("*")):
        place = instance / file.relative_to(source)
        if file.is_dir() or (place.exists() and not overwrite and place.name != "secret.key"):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.restored")
        shutil.copy(file, draft)
        os.replace(draft, place)
