"""Importing a list of customers: kept row by row, taken in by the worker, looked at, and taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text, bindparam, cast, delete, func, insert, select, update
from sqlmodel import Field, Session, SQLModel, col
from sqlmodel import select as select_objects

from webapp.customers.customer import LONGEST_EMAIL
from webapp.relations.importing import customer_list
from webapp.relations.importing.customer_list import Sheet

AT_ONCE = 500  # rows of one statement


class Choice(StrEnum):
    """What becomes of a row about somebody whom we know already, or who looks like somebody."""

    UPDATE = "update"  # what is missing is filled in
    SKIP = "skip"
    NEW = "new"  # an account of their own, unless the address has one


class State(StrEnum):
    """How far an import is."""

    MAPPING = "mapping"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


AT_WORK = (State.RUNNING.value, State.UNDOING.value)


class Outcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    UPDATED = "updated"
    SKIPPED = "skipped"
    FAULTY = "faulty"
    UNCLEAR = "unclear"  # like several people
    UNDONE = "undone"
    STAYS = "stays"  # could not be taken back: something was built on it


class CustomerImport(SQLModel, table=True):
    """One file. `mapping`: what each column holds, by its place."""

    __tablename__ = "customer_imports"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    file_name: str = Field(max_length=120)
    encoding: str = Field(max_length=20)
    delimiter: str = Field(max_length=1)
    header: list[str] = Field(sa_type=JSON)
    mapping: dict[str, int] = Field(sa_type=JSON)
    choice: str = Field(default=Choice.SKIP.value, max_length=20)
    language: str = Field(max_length=10, description="of whoever names none")
    state: str = Field(default=State.MAPPING.value, max_length=20)
    done: int = 0
    total: int = 0
    staff_name: str = Field(max_length=100)
    at: datetime
    ended_at: datetime | None = None

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def share(self) -> int:
        """How much is done, in percent."""
        return self.done * 100 // self.total if self.total else 0


class CustomerImportRow(SQLModel, table=True):
    """One row of a file, and what became of it. `changes`: what is needed to take it back."""

    __tablename__ = "customer_import_rows"
    __table_args__ = (
        Index("ix_customer_import_rows_import_id_outcome", "import_id", "outcome"),
        Index("ix_customer_import_rows_customer_id", "customer_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="customer_imports.id", ondelete="CASCADE")
    line: int
    cells: list[str] = Field(sa_type=JSON)
    email: str = Field(default="", max_length=LONGEST_EMAIL, index=True, description="in lower case")
    faults: list[str] = Field(sa_type=JSON)
    outcome: str = Field(default="", max_length=20)
    customer_id: int | None = Field(default=None, foreign_key="customers.id", ondelete="SET NULL")
    changes: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


ROWS = CustomerImportRow.__table__  # type: ignore[attr-defined]


def keep(
    session: Session, sheet: Sheet, *, token: str, name: str, language: str, by: str, at: datetime
) -> CustomerImport:
    """Keeps a file that was read; nothing of it is anybody's before it is started. Sent twice, kept once."""
    kept = session.exec(select_objects(CustomerImport).where(CustomerImport.token == token)).first()
    if kept is not None:
        return kept
    fresh = CustomerImport(
        token=token,
        file_name=name,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        header=sheet.header,
        mapping=customer_list.guessed(sheet.header),
        language=language,
        total=len(sheet.rows),
        staff_name=by,
        at=at,
    )
    session.add(fresh)
    session.flush()
    rows = [
        {"import_id": fresh.id, "line": line, "cells": cells, "email": "", "faults": [], "outcome": ""}
        for line, cells in sheet.rows
    ]
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(ROWS), rows[start : start + AT_ONCE])
    return fresh


def by_id(session: Session, number: int, *, for_update: bool = False) -> CustomerImport | None:
    query = select_objects(CustomerImport).where(CustomerImport.id == number)
    return session.exec(query.with_for_update() if for_update else query).first()


def latest(session: Session, *, limit: int) -> Sequence[CustomerImport]:
    return session.exec(
        select_objects(CustomerImport).order_by(col(CustomerImport.id).desc()).limit(limit)
    ).all()


def lines(session: Session, number: int) -> list[tuple[int, list[str]]]:
    """All rows of a file with the numbers of their lines."""
    rows = select(ROWS.c.line, ROWS.c.cells).where(ROWS.c.import_id == number).order_by(ROWS.c.id)
    return [(line, cells) for line, cells in session.execute(rows)]


def outcomes(session: Session, number: int) -> Mapping[str, int]:
    """How many rows came to what."""
    counted = select(ROWS.c.outcome, func.count()).where(ROWS.c.import_id == number).group_by(ROWS.c.outcome)
    return {outcome: count for outcome, count in session.execute(counted) if outcome}


def told(session: Session, number: int, *, limit: int) -> Sequence[CustomerImportRow]:
    """Rows of which there is something to say: faults, or that they were not taken in or back."""
    quiet = (Outcome.NEW.value, Outcome.UPDATED.value, Outcome.UNDONE.value, "")
    found = select_objects(CustomerImportRow).where(CustomerImportRow.import_id == number)
    odd = col(CustomerImportRow.outcome).not_in(quiet) | (func.length(cast(ROWS.c.faults, Text)) > 2)
    return session.exec(found.where(odd).order_by(col(CustomerImportRow.id)).limit(limit)).all()


def map_columns(one: CustomerImport, mapping: Mapping[str, int], choice: Choice, language: str) -> None:
    """Says what the columns hold. It was read for update, and is not started yet."""
    one.mapping, one.choice, one.language = dict(mapping), choice.value, language


def start(session: Session, one: CustomerImport, languages: Sequence[str], today: date) -> None:
    """Judges all rows, and leaves those that are in order to the worker."""
    number = one.id or 0
    ids = dict(session.execute(select(ROWS.c.line, ROWS.c.id).where(ROWS.c.import_id == number)).all())
    changed: list[dict[str, Any]] = []
    judged = customer_list.entries(lines(session, number), one.mapping, spoken(one, languages), today)
    for line, found in judged:
        outcome = "" if found.is_taken else Outcome.FAULTY.value
        if found.email or found.faults:
            email, faults = found.email[:LONGEST_EMAIL], [each.value for each in found.faults]
            values = {"email": email, "faults": faults, "outcome": outcome}
            changed.append({"row": ids[line], **values})
    if changed:
        names = ("email", "faults", "outcome")
        this = (
            update(ROWS)
            .where(ROWS.c.id == bindparam("row"))
            .values({name: bindparam(name) for name in names})
        )
        session.connection().execute(this, changed)
    faulty = sum(not found.is_taken for _line, found in judged)
    one.state, one.done, one.total = State.RUNNING.value, faulty, len(judged)


def undo(session: Session, one: CustomerImport) -> None:
    """Has the worker take back what the import made, but for what something was built on since."""
    made = (Outcome.NEW.value, Outcome.UPDATED.value)
    count = select(func.count()).where(ROWS.c.import_id == one.id, ROWS.c.outcome.in_(made))
    one.state, one.done, one.total = State.UNDOING.value, 0, session.execute(count).scalar_one()


def discard(session: Session, one: CustomerImport) -> None:
    session.delete(one)


def at_work(session: Session) -> Sequence[int]:
    rows = select(CustomerImport.id).where(col(CustomerImport.state).in_(AT_WORK))  # type: ignore[call-overload]
    return list(session.execute(rows.order_by(CustomerImport.id)).scalars())


def sweep(session: Session, *, before: datetime) -> None:
    """Drops the rows of files that were sent so long ago; what they brought in stays and can not be taken back."""
    session.execute(delete(CustomerImport).where(col(CustomerImport.at) < before))


def spoken(one: CustomerImport, languages: Sequence[str]) -> list[str]:
    return [one.language, *(each for each in languages if each != one.language)]
