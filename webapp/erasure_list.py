"""A list of erasures beside the database: where an older state of it comes back, they are done once more.

A line for each, added and never changed: the moment, the number, how many orders stayed, and the hashes of the random
names that were forgotten. It holds nothing about anybody.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

NAME = "erasures.txt"


class Listed(NamedTuple):
    """One erasure as the list has it."""

    at: datetime
    code: str
    hashes: tuple[str, ...]


def add(instance: Path, listed: Listed) -> None:
    """Adds an erasure, safe on disk when this returns. Raises OSError."""
    with (instance / NAME).open("a", encoding="ascii") as file:
        file.write(" ".join((listed.at.isoformat(), listed.code, *listed.hashes)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(instance: Path) -> Sequence[Listed]:
    """All that were added; none where there is no list. A line that was cut off by a crash is left out."""
    try:
        lines = (instance / NAME).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    return [found for found in map(_parsed, lines) if found is not None]


def merged(*lists: Iterable[Listed]) -> Sequence[Listed]:
    """Each erasure once, the oldest first."""
    by_code = {each.code: each for listed in lists for each in listed}
    return sorted(by_code.values())


def _parsed(line: str) -> Listed | None:
    try:
        at, code, *hashes = line.split()
        return Listed(datetime.fromisoformat(at), code, tuple(hashes)) if hashes else None
    except ValueError:
        return None
