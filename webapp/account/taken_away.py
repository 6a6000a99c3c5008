"""A file with everything that is kept about somebody: JSON for programs, a page for people, in one ZIP."""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import IO, Any, NamedTuple

from flask import render_template
from flask_babel import gettext as _
from sqlmodel import Session, select

from webapp import formats, settings
from webapp.customers import data_kind
from webapp.customers.column_words import AMOUNTS, COLUMN_WORDS
from webapp.customers.data_kind import DataKind
from webapp.customers.data_map import TABLES
from webapp.customers.person import Person
from webapp.languages import language
from webapp.relations.talk.message_picture import ENDINGS, MessagePicture

IN_MEMORY = 4 * 1024 * 1024  # bytes; a larger file waits on the disk while it is sent
JSON, PAGE = "data.json", "data.html"


class Field(NamedTuple):
    """One column of a row, as people read it; several lines where it is a list."""

    title: str
    lines: Sequence[str]


class ShownTable(NamedTuple):
    """One table with the rows that are somebody's."""

    name: str
    title: str
    rows: Sequence[Sequence[Field]]


class TakenAway:
    """Everything about somebody, read in one go. Keys that open something are not in it."""

    def __init__(self, session: Session, person: Person, at: datetime) -> None:
        self.session, self.person, self.at = session, person, at
        self.rows: dict[str, list[dict[str, Any]]] = {
            name: list(person.rows(session, name))
            for name, kept in TABLES.items()
            if kept.is_personal and not kept.withheld
        }

    def zipped(self) -> IO[bytes]:
        """The file, to be read from its beginning and closed."""
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever sends it closes it
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(JSON, self.as_json)
            packed.writestr(PAGE, self.as_page)
            for name, content in self._pictures():
                packed.writestr(name, content)
        file.seek(0)
        return file

    @cached_property
    def as_json(self) -> str:
        tables = {
            name: {"title": TABLES[name].title, "rows": rows} for name, rows in sorted(self.rows.items())
        }
        about = {"format": 1, "made_at": self.at, "seller": settings.current().seller, "tables": tables}
        return json.dumps(about, ensure_ascii=False, indent=1, default=_plain)

    @cached_property
    def as_page(self) -> str:
        return render_template(
            "account/taken_away.html", taken=self, kinds=list(self.shown()), shop=settings.current()
        )

    def shown(self) -> Iterator[tuple[DataKind, Sequence[ShownTable]]]:
        """The rows by kind of data, for people; kinds of which there is nothing are said too."""
        for kind in data_kind.ALL:
            yield (
                kind,
                [
                    ShownTable(name, TABLES[name].title[language()], [_fields(row) for row in rows])
                    for name, rows in self.rows.items()
                    if TABLES[name].kind is kind and rows
                ],
            )

    def _pictures(self) -> Iterator[tuple[str, bytes]]:
        """The pictures of messages, each under the number of its row; one at a time, since they may be many."""
        for row in self.rows["message_pictures"]:
            content = self.session.exec(
                select(MessagePicture.content).where(MessagePicture.id == row["id"])
            ).one()
            yield f"pictures/{row['id']}.{ENDINGS.get(row['kind'], 'bin')}", content


def _fields(row: Mapping[str, Any]) -> Sequence[Field]:
    named = (
        (name, value) for name, value in row.items() if name in COLUMN_WORDS and value not in (None, "", [])
    )
    return [
        Field(COLUMN_WORDS[name][language()], _lines(name, value, str(row.get("currency") or "")))
        for name, value in named
    ]


def _lines(name: str, value: Any, currency: str) -> Sequence[str]:
    if name in AMOUNTS and currency and isinstance(value, int):
        return [formats.money(value, currency)]
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    if isinstance(value, datetime):
        return [f"{value:%Y-%m-%d %H:%M} UTC"]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, list):
        return [line for each in value for line in _lines(name, each, currency)]
    if isinstance(value, dict):
        return [_of_texts(value, currency)]
    return str(value).splitlines() or [""]


def _of_texts(value: Mapping[str, Any], currency: str) -> str:
    """A text in the reader's language, or what a part, a line or a detail says in one line."""
    if language() in value and isinstance(value[language()], str):
        return value[language()]
    words = [
        _of_texts(value[name], currency)
        for name in ("group_title", "title", "label")
        if isinstance(value.get(name), dict)
    ]
    amount = next((value[name] for name in ("amount", "price") if isinstance(value.get(name), int)), None)
    if not words:
        words = [f"{name}: {said}" for name, said in value.items() if isinstance(said, str | int)]
    return ": ".join(words) + (f", {formats.money(amount, currency)}" if amount and currency else "")


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"no way to write {type(value).__name__}")
