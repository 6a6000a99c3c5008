"""Statements compiled once for each database: a click has no time to have them looked up again."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

Converter = Callable[[Any], Any]


class Compiled(NamedTuple):
    """A statement as one database reads it. `ways_in`: how its driver wants our values, where not as they are."""

    text: str
    places: Sequence[str] | None
    own: dict[str, Any]
    ways_in: dict[str, Converter]
    ways_out: list[Converter | None]


class Prepared:
    """A statement that is run with values by name. `columns`: those that an insert fills."""

    def __init__(
        self,
        statement: Select | UpdateBase | Callable[[Dialect], UpdateBase],
        columns: Sequence[str] | None = None,
    ) -> None:
        self.statement, self.columns = statement, columns
        self.compiled: dict[str, Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult:
        compiled = self._for(connection.dialect)
        values = compiled.own | values
        for name, converted in compiled.ways_in.items():
            values[name] = converted(values[name])
        if compiled.places is None:
            return connection.exec_driver_sql(compiled.text, values)
        return connection.exec_driver_sql(compiled.text, tuple([values[name] for name in compiled.places]))

    def first(self, connection: Connection, **values: Any) -> Sequence[Any] | None:
        """The first row that a query finds, in the order of its columns."""
        row = self.run(connection, **values).first()
        if row is None:
            return None
        ways_out = self._for(connection.dialect).ways_out
        return [
            value if converted is None else converted(value)
            for value, converted in zip(row, ways_out, strict=True)
        ]

    def all(self, connection: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """All rows that a query finds, each in the order of its columns."""
        rows = self.run(connection, **values).all()
        ways_out = self._for(connection.dialect).ways_out
        if not any(ways_out):
            return rows
        return [
            [
                value if converted is None else converted(value)
                for value, converted in zip(row, ways_out, strict=True)
            ]
            for row in rows
        ]

    def _for(self, dialect: Dialect) -> Compiled:
        found = self.compiled.get(dialect.name)
        if found is None:
            found = self.compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> Compiled:
        statement = self.statement(dialect) if callable(self.statement) else self.statement
        compiled: Any = statement.compile(dialect=dialect, column_keys=self.columns)
        types = {name: parameter.type.dialect_impl(dialect) for name, parameter in compiled.binds.items()}
        found = {name: kind.bind_processor(dialect) for name, kind in types.items()}
        selected: Iterable[Any] = statement.exported_columns  # of a change: those that it returns
        return Compiled(
            str(compiled),
            compiled.positiontup if compiled.positional else None,
            {name: value for name, value in compiled.params.items() if value is not None},
            {name: converter for name, converter in found.items() if converter},
            [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected],
        )
