"""Where each key of a TOML text stands, so that a fault found in a value can name its line and column."""

import re
from typing import NamedTuple

Path = tuple[str | int, ...]

HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
KEY = re.compile(r"\s*([A-Za-z0-9_.\"-]+)\s*=\s*")


class Place(NamedTuple):
    """A line and a column, counted from one."""

    line: int
    column: int


def places(text: str) -> dict[Path, Place]:
    """The place of every table header and of every key's value that starts on its own line."""
    found: dict[Path, Place] = {(): Place(1, 1)}
    table: Path = ()
    counts: dict[Path, int] = {}
    inside_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside_text:
            if header := HEADER.match(line):
                table = _table(header[2], header[1] == "[[", table, counts)
                found[table] = Place(number, header.start(1) + 1)
                if header[1] == "[[":
                    found.setdefault(table[:-1], found[table])
            elif key := KEY.match(line):
                path = table + tuple(key[1].replace('"', "").split("."))
                # A text that opens with a line break begins on the next line, without a quote before it.
                opens_below = line[key.end() :].strip() in ('"""', "'''")
                place = Place(number + 1, 0) if opens_below else Place(number, key.end() + 1)
                for length in range(len(table) + 1, len(path) + 1):
                    found.setdefault(path[:length], place)
        if line.count('"""') % 2 or line.count("'''") % 2:
            inside_text = not inside_text
    return found


def _table(name: str, is_array: bool, current: Path, counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = [part.strip().strip('"') for part in name.split(".")]
    for position, part in enumerate(parts):
        path += (part,)
        if is_array and position == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
            path += (counts[path],)
        elif path in counts:
            path += (counts[path],)
    return path


def nearest(known: dict[Path, Place], path: Path) -> Place:
    """The place of the path, or of the closest thing around it."""
    while path not in known:
        path = path[:-1]
    return known[path]
