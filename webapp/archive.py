"""An archive of a shop: its rows as one SQLite file, the files of its instance, and a list of both.

The same for either database, so that a shop can move from one to the other.
"""

import hashlib
import os
import sqlite3
import tarfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError
from sqlmodel import SQLModel

from webapp import tables  # noqa: F401  every table is declared

FORMAT: Literal[1] = 1
LIST = "contents.json"
ROWS = "lekalo.sqlite3"
INSTANCE = "instance"
KEPT = ("secret.key", "demo-sign-in", "pictures")  # of an instance folder, where there are such
LETTERS = "mail"
MODE = 0o600  # it holds names, addresses and the signing key
PACKED = 3  # of gzip's levels: a third smaller steps are not worth three times the time


class Damaged(Exception):
    """An archive that is not what it says it is."""


class Contents(BaseModel):
    """What is in an archive. `rows`: how many each table has; `files`: the SHA-256 of each file."""

    format: Literal[1] = FORMAT
    made_at: datetime
    made_from: str
    revision: str
    rows: dict[str, int]
    files: dict[str, str]
    signing_key: str


def sealed(place: Path, folder: Path, contents: Contents) -> None:
    """Packs a folder that holds what the contents name into a new file, safe on disk when this returns."""
    (folder / LIST).write_text(contents.model_dump_json(indent=1))
    with place.open("xb") as file:
        os.fchmod(file.fileno(), MODE)
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=PACKED) as packed:
            for name in (LIST, *contents.files):  # the list first: it can be read without unpacking the rest
                packed.add(folder / name, name)
        file.flush()
        os.fsync(file.fileno())


def opened(place: Path, folder: Path) -> Contents:
    """Unpacks an archive into an empty folder and looks at all of it. Raises Damaged."""
    try:
        with tarfile.open(place, "r:gz") as packed:
            packed.extractall(folder, filter="data")
        contents = Contents.model_validate_json((folder / LIST).read_text())
    except (tarfile.TarError, EOFError, OSError, ValueError, ValidationError) as error:
        raise Damaged(f"{place} is no archive of a shop, or a damaged one: {error}") from error
    for name, digest in contents.files.items():
        if not (folder / name).is_file() or digest_of(folder / name) != digest:
            raise Damaged(f"{place}: {name} is missing or damaged")
    found = examined(folder / ROWS)
    if found != contents.rows:
        raise Damaged(f"{place}: its tables hold {found}, not {contents.rows}")
    return contents


def examined(file: Path) -> dict[str, int]:
    """How many rows each table of a SQLite file has, once its pages, indexes and references are sound."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            if (found := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise Damaged(f"{file.name}: {found}")
            if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
                raise Damaged(f"{file.name}: {len(broken)} references lead nowhere: {broken[:3]}")
            return counted(connection)
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{file.name}: {error}") from error


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names.fetchall()
        if name != "alembic_version"
    }


def revision_of(file: Path) -> str:
    """Which step of the migrations a SQLite file stands at."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def table_names() -> list[str]:
    """The tables that this program knows, parents before their children."""
    return [table.name for table in SQLModel.metadata.sorted_tables]


def digest_of(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def fingerprint(key: str) -> str:
    """Tells two signing keys apart without telling either."""
    return hashlib.sha256(b"lekalo archive " + key.encode()).hexdigest()[:16]
