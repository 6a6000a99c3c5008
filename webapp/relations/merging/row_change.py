"""What an act did to rows, whatever tables they are in: written down so that it can be taken back, row by row.

Only what is still as the act left it goes back; whatever has changed since stays as it is.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, delete, insert, select, tuple_, update
from sqlmodel import Session, SQLModel

from webapp.customers.person import Person

A_FEW = 200  # rows that are asked for at once
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


class TakenBack(NamedTuple):
    """What came of it: rows that are as they were, and how many had changed since."""

    back: int
    stayed: int


def rows_of(session: Session, people: Collection[Person], names: Collection[str]) -> Rows:
    """All that these tables hold of some people, by table and primary key."""
    session.flush()
    found: Rows = {}
    for name in names:
        table = SQLModel.metadata.tables[name]
        keys = [column.name for column in table.primary_key]
        for one in people:
            for row in session.execute(select(table).where(one.is_in(name))).mappings():
                found.setdefault(name, {})[tuple(row[key] for key in keys)] = dict(row)
    return found


def between(session: Session, before: Rows, after: Rows) -> dict[str, Any]:
    """The difference, as JSON: rows that went, rows that changed and rows that came.

    A row that is none of these people's any more may be there still: it is looked up by its key.
    """
    changes: dict[str, Any] = {}
    for name in {**before, **after}:
        table, was, now = SQLModel.metadata.tables[name], before.get(name, {}), dict(after.get(name, {}))
        now |= _by_keys(session, table, [key for key in was if key not in now])
        gone = [_written(row) for key, row in was.items() if key not in now]
        came = [_written(row) for key, row in now.items() if key not in was]
        changed = [
            [_written(_key(table, row)), _written(only), _written({each: now[key][each] for each in only})]
            for key, row in was.items()
            if key in now
            and (only := {each: value for each, value in row.items() if now[key][each] != value})
        ]
        told = {"gone": gone, "changed": changed, "came": came}
        if any(told.values()):
            changes[name] = {kind: rows for kind, rows in told.items() if rows}
    return changes


def take_back(session: Session, changes: Mapping[str, Any]) -> TakenBack:
    """Puts rows back as they were, in the transaction that is open."""
    session.flush()
    back = stayed = 0
    numbers: dict[tuple[str, Any], Any] = {}  # of rows that had to take another number
    ordered = [table for table in SQLModel.metadata.sorted_tables if table.name in changes]
    for table in ordered:
        for row in changes[table.name].get("gone", ()):
            _insert(session, table, _referring(table, _read(row), numbers), numbers)
            back += 1
    for table in ordered:
        for key, was, became in changes[table.name].get("changed", ()):
            this = _same(table, _read(key))
            now = session.execute(select(table).where(this)).mappings().first()
            if now is not None and all(now[name] == value for name, value in _read(became).items()):
                values = _referring(table, _read(was), numbers)
                session.execute(update(table).where(this).values(**values))
                back += 1
            else:
                stayed += 1
    for table in reversed(ordered):
        for row in changes[table.name].get("came", ()):
            left = _read(row)
            this = _same(table, _key(table, left))
            now = session.execute(select(table).where(this)).mappings().first()
            if now is not None and dict(now) == left:
                session.execute(delete(table).where(this))
            else:
                stayed += 1
    session.expire_all()
    return TakenBack(back, stayed)


def _insert(session: Session, table: Table, row: dict[str, Any], numbers: dict[tuple[str, Any], Any]) -> None:
    """Under its own number, or under a new one where that was given to another row meanwhile."""
    this = _same(table, _key(table, row))
    taken = session.execute(select(table).where(this)).first() is not None
    keys = [column.name for column in table.primary_key]
    if taken and keys != ["id"]:
        return  # who is kept has said the same since
    if not taken:
        session.execute(insert(table).values(**row))
        return
    number = row.pop("id")
    numbers[table.name, number] = session.execute(
        insert(table).values(**row).returning(table.c.id)
    ).scalar_one()


def _referring(table: Table, row: dict[str, Any], numbers: Mapping[tuple[str, Any], Any]) -> dict[str, Any]:
    """The row, with the numbers that rows it refers to have now."""
    for name in row:
        for key in table.c[name].foreign_keys:
            row[name] = numbers.get((key.column.table.name, row[name]), row[name])
    return row


def _by_keys(
    session: Session, table: Table, keys: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    columns = list(table.primary_key)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for part in _parts(keys):
        these = columns[0].in_([key[0] for key in part]) if len(columns) == 1 else tuple_(*columns).in_(part)
        for row in session.execute(select(table).where(these)).mappings():
            found[tuple(row[column.name] for column in columns)] = dict(row)
    return found


def _parts(keys: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    for start in range(0, len(keys), A_FEW):
        yield keys[start : start + A_FEW]


def _key(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.primary_key}


def _same(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON can say it; what JSON has no word for is said by what it is."""
    said: dict[str, Any] = {}
    for name, value in row.items():
        match value:
            case datetime():
                said[name] = {"at": value.isoformat()}
            case date():
                said[name] = {"on": value.isoformat()}
            case dict() | list():
                said[name] = {"json": value}
            case None | bool() | int() | str() | float():
                said[name] = value
            case _:
                raise TypeError(f"{name} cannot be written down: {type(value).__name__}")
    return said


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    def value(said: Any) -> Any:
        match said:
            case {"at": text}:
                return datetime.fromisoformat(text)
            case {"on": text}:
                return date.fromisoformat(text)
            case {"json": what}:
                return what
        return said

    return {name: value(said) for name, said in row.items()}
