"""A list of customers as other programs write it: read, with its columns mapped and each row judged. No database."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from webapp.customers.customer import LONGEST_EMAIL, normal
from webapp.customers.wording import Purpose

LARGEST = 8 * 1024 * 1024  # bytes
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
LONGEST_NAME, LONGEST_PHONE, LONGEST_HOW = 100, 30, 200
DELIMITERS = ",;\t"
EMAIL = re.compile(
    r"[^@\s<>()\[\],;:\"\\]{1,64}@(?:[^@\s.<>()\[\],;:\"\\]{1,63}\.)+[^@\s.<>()\[\],;:\"\\]{2,63}"
)
DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))(?:[T ].*)?$")
ASKED = (Purpose.NEWS_LETTERS, Purpose.CARE_LETTERS, Purpose.EVENT_LETTERS, Purpose.CALLS)


class Column(StrEnum):
    """What a column of a list may hold. Of a consent: when it was given."""

    EMAIL = "email"
    NAME = "name"
    SURNAME = "surname"
    PHONE = "phone"
    LANGUAGE = "language"
    NEWS = Purpose.NEWS_LETTERS.value
    CARE = Purpose.CARE_LETTERS.value
    EVENTS = Purpose.EVENT_LETTERS.value
    CALLS = Purpose.CALLS.value
    HOW = "how"


# By which words a heading is known, in the order in which they are tried.
HEADINGS: Sequence[tuple[Column, str]] = (
    (Column.HOW, r"how|как|способ|source|источник"),
    (Column.NEWS, r"news|newsletter|новост|рассылк"),
    (Column.CARE, r"care|service|уход|обслуж"),
    (Column.EVENTS, r"event|событ|мероприят"),
    (Column.CALLS, r"calls?\b|звон"),
    (Column.EMAIL, r"e-?mail|mail|почт"),
    (Column.PHONE, r"phone|tel|mobile|тел|моб"),
    (Column.LANGUAGE, r"lang|язык|sprache"),
    (Column.SURNAME, r"surname|last.?name|family.?name|nachname|фамил"),
    (Column.NAME, r"name|имя|фио|клиент"),
)


class Unreadable(Exception):
    """A file that is no list: `why` is one of empty, large, long, wide, broken."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Fault(StrEnum):
    """What is wrong with a row; the first ones keep it out, the others only what they speak of."""

    NO_EMAIL = "no-email"
    BAD_EMAIL = "bad-email"
    LONG = "long"
    TWICE = "twice"
    NO_HOW = "no-how"
    BAD_DAY = "bad-day"
    FUTURE = "future"
    BAD_LANGUAGE = "bad-language"


HARMLESS = (Fault.NO_HOW, Fault.BAD_DAY, Fault.FUTURE, Fault.BAD_LANGUAGE)


class Sheet(NamedTuple):
    """A list as it stands in the file: headings, and rows with the numbers of their lines."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    delimiter: str


class Entry(NamedTuple):
    """One row understood."""

    email: str
    name: str
    phone: str
    language: str
    consents: tuple[tuple[Purpose, datetime], ...]
    how: str
    faults: tuple[Fault, ...]

    @property
    def is_taken(self) -> bool:
        return all(fault in HARMLESS for fault in self.faults)


def read(data: bytes) -> Sheet:
    """The list in a file; its encoding and what parts its columns are found out. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("large")
    encoding, text = _decoded(data)
    text = text.replace("\0", "")
    if not text.strip():
        raise Unreadable("empty")
    delimiter = _delimiter(text)
    rows: list[tuple[int, list[str]]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in lines:
            tidy = [_tidy(cell) for cell in cells]
            if any(tidy):
                rows.append((lines.line_num, tidy))
            if len(rows) > MOST_ROWS + 1:
                raise Unreadable("long")
    except csv.Error:
        raise Unreadable("broken") from None
    header, body = rows[0][1], rows[1:]
    if len(header) > MOST_COLUMNS:
        raise Unreadable("wide")
    if not body:
        raise Unreadable("empty")
    width = len(header)
    return Sheet(header, [(line, cells[:width]) for line, cells in body], encoding, delimiter)


def guessed(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what, as far as its heading tells."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        for column, words in HEADINGS:
            if column not in found and re.search(words, title.lower()):
                found[column.value] = place
                break
    return found


def entry(cells: Sequence[str], mapping: Mapping[str, int], languages: Sequence[str], today: date) -> Entry:
    """What a row says of somebody. The first of `languages` is taken where it names none that we speak."""

    def said(column: Column) -> str:
        place = mapping.get(column.value)
        return cells[place] if place is not None and place < len(cells) else ""

    faults: list[Fault] = []
    email = normal(said(Column.EMAIL))
    if not email:
        faults.append(Fault.NO_EMAIL)
    elif len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        faults.append(Fault.BAD_EMAIL)
    name = " ".join(filter(None, (said(Column.NAME), said(Column.SURNAME))))
    phone, how = said(Column.PHONE), said(Column.HOW)
    if len(name) > LONGEST_NAME or len(phone) > LONGEST_PHONE or len(how) > LONGEST_HOW:
        faults.append(Fault.LONG)
    given = said(Column.LANGUAGE).lower()[:2]
    if given and given not in languages:
        faults.append(Fault.BAD_LANGUAGE)
    consents, more = _consents({one: said(Column(one.value)) for one in ASKED}, how, today)
    language = given if given in languages else languages[0]
    return Entry(email, name, phone, language, consents, how, (*faults, *more))


def entries(
    rows: Sequence[tuple[int, Sequence[str]]],
    mapping: Mapping[str, int],
    languages: Sequence[str],
    today: date,
) -> list[tuple[int, Entry]]:
    """All rows understood; an address that stood there before is a fault of the later row."""
    found, seen = [], set()
    for line, cells in rows:
        one = entry(cells, mapping, languages, today)
        if one.email and one.email in seen:
            one = one._replace(faults=(*one.faults, Fault.TWICE))
        seen.add(one.email)
        found.append((line, one))
    return found


def day(text: str) -> date | None:
    """A day as 2026-03-31, 31.03.2026 or 31/03/2026, perhaps with a time behind it."""
    found = DAY.match(text.strip())
    if found is None:
        return None
    parts = found.groups()
    year, month, of_month = parts[:3] if parts[0] else parts[5:2:-1]
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        return None


def _consents(
    said: Mapping[Purpose, str], how: str, today: date
) -> tuple[tuple[tuple[Purpose, datetime], ...], list[Fault]]:
    """Those of which it is known when and how they were given; without both there are none."""
    given, faults = [], []
    for purpose, text in said.items():
        if not text:
            continue
        on = day(text)
        if on is None:
            faults.append(Fault.BAD_DAY)
        elif on > today:
            faults.append(Fault.FUTURE)
        elif not how:
            faults.append(Fault.NO_HOW)
        else:
            given.append((purpose, datetime(on.year, on.month, on.day, tzinfo=UTC)))
    return tuple(given), list(dict.fromkeys(faults))


def _decoded(data: bytes) -> tuple[str, str]:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "cp1251", data.decode("cp1251", "replace")


def _delimiter(text: str) -> str:
    """What parts the heading into most columns; a sign within quotes does not count."""
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    plain = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=plain.count)


def _tidy(cell: str) -> str:
    """A cell in one line, without what does not show; too long a one is cut, and then too long for anything."""
    shown = "".join(sign if sign.isprintable() else " " for sign in cell[:LONGEST_CELL])
    return " ".join(shown.split())
