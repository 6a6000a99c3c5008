"""Backing a shop up while it is open: one consistent state, read again before it counts."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Table, TypeDecorator, text
from sqlmodel import SQLModel

from webapp import archive, migration
from webapp.archive import Contents
from webapp.database import Database
from webapp.settings import Settings

BATCH = 1000


class NotMigrated(Exception):
    """The tables are not those that this program knows."""


def back_up(
    database: Database, settings: Settings, place: Path, *, at: datetime, letters: bool = False
) -> tuple[Path, Contents]:
    """Writes an archive of the shop and looks at all of it; where it is, and what is in it.

    `place`: a file that is not there yet, or a folder, in which it is named after the moment.
    Nothing has this name before the archive is complete, on disk and found sound.
    Raises NotMigrated, FileExistsError, archive.Damaged.
    """
    if place.is_dir():
        place /= f"lekalo-{at:%Y-%m-%d-%H%M%S}.tar.gz"
    if place.exists():
        raise FileExistsError(f"{place} is there already")
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".lekalo-backup-") as name:
        scratch = Path(name)
        inside, again, draft = scratch / "inside", scratch / "again", scratch / "draft"
        inside.mkdir()
        again.mkdir()
        rows = inside / archive.ROWS
        if database.engine.dialect.name == "sqlite":
            _copy_of_sqlite(database, rows)
        else:
            _copy_of_postgresql(database, rows)
        _copy_files(settings.instance, inside / archive.INSTANCE, letters)
        contents = Contents(
            made_at=at,
            made_from=database.engine.dialect.name,
            revision=archive.revision_of(rows),
            rows=archive.examined(rows),
            files={
                str(file.relative_to(inside)): archive.digest_of(file)
                for file in sorted(inside.rglob("*"))
                if file.is_file()
            },
            signing_key=archive.fingerprint(settings.secret_key),
        )
        archive.sealed(draft, inside, contents)
        archive.opened(draft, again)
        os.link(draft, place)  # fails where somebody else was faster
    _safe_on_disk(place.parent)
    return place, contents


def _copy_of_sqlite(database: Database, file: Path) -> None:
    """The file as one reader sees it. Written anew, so that what was erased does not travel in its free pages."""
    place = Path(database.engine.url.database or "").absolute()
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(file),))


def _copy_of_postgresql(database: Database, file: Path) -> None:
    """The rows of one snapshot, in a SQLite file with the same tables."""
    migration.upgrade(f"sqlite:///{file}")
    with database.read_engine.connect() as snapshot, closing(sqlite3.connect(file)) as copy:
        if snapshot.execute(text("SHOW server_encoding")).scalar() == "SQL_ASCII":
            raise NotMigrated("the database has no encoding: make it with ENCODING 'UTF8'")
        snapshot.execute(text("SET LOCAL statement_timeout = 0"))
        revision = _revision(snapshot)
        if revision != archive.revision_of(file):
            raise NotMigrated(
                f"the tables are at step {revision}, this program knows {archive.revision_of(file)}: "
                "back up with the program that serves them"
            )
        copy.execute("PRAGMA synchronous = OFF")  # it is packed and looked at before anybody relies on it
        triggers = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        with copy:
            for name, _ in triggers:  # rows are copied: none is to be made, or refused, because of another
                copy.execute(f'DROP TRIGGER "{name}"')
            for table in SQLModel.metadata.sorted_tables:
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                signs = ", ".join("?" * len(table.columns))
                for batch in _rows(snapshot, table):
                    copy.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({signs})', batch)
            for _, trigger in triggers:
                copy.execute(trigger)
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself


def _revision(snapshot: Connection) -> str | None:
    if snapshot.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return None
    return snapshot.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _rows(snapshot: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """All rows of a table, each value as SQLite keeps it."""
    columns = ", ".join(_as_sqlite_keeps_it(column.name, column.type) for column in table.columns)
    rows: Any = snapshot.connection.driver_connection
    with rows.cursor(name=f"backup_{table.name}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(f'SELECT {columns} FROM "{table.name}"')
        while batch := cursor.fetchmany(BATCH):
            yield batch


def _as_sqlite_keeps_it(name: str, kind: Any) -> str:
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, JSON | Date):
        return f'"{name}"::text'
    if isinstance(kind, DateTime):
        return f"""to_char("{name}" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"""
    return f'"{name}"::int' if isinstance(kind, Boolean) else f'"{name}"'


def _copy_files(instance: Path, place: Path, letters: bool) -> None:
    place.mkdir()
    for name in (*archive.KEPT, *([archive.LETTERS] if letters else [])):
        if (instance / name).is_dir():
            shutil.copytree(instance / name, place / name, ignore=shutil.ignore_patterns(".draft-*"))
        elif (instance / name).is_file():
            shutil.copy(instance / name, place / name)


def _safe_on_disk(folder: Path) -> None:
    """A new name in a folder is lost with the power unless the folder itself is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
