"""Bits of packed parts, asked for in the database itself: which things contain what an expression says."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from catalog.expression import All, Count, Expression, Not, OptionKey, Pick, Some


class byte_at(GenericFunction[int]):
    """A byte of a column as a number; beyond its end 0."""

    type = Integer()
    name = "byte_at"
    inherit_cache = True


@compiles(byte_at, "postgresql")
def _postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, place = (compiler.process(each, **more) for each in element.clauses)
    return f"(CASE WHEN octet_length({column}) > {place} THEN get_byte({column}, {place}) ELSE 0 END)"


@compiles(byte_at, "sqlite")
def _sqlite(element: Any, compiler: Any, **more: Any) -> str:
    """SQLite has no numbers of bytes, but their digits; of none of them `instr` says 1, which is 0 here."""
    column, place = (compiler.process(each, **more) for each in element.clauses)
    high, low = (f"substr(hex(substr({column}, {place} + 1, 1)), {digit}, 1)" for digit in (1, 2))
    number = "(instr('0123456789ABCDEF', {}) - 1)".format
    return f"(16 * {number(high)} + {number(low)})"


def contains(
    picked: SQLColumnExpression[bytes], expression: Expression, places: Mapping[OptionKey, int]
) -> ColumnElement[bool]:
    """Whether packed parts are as an expression says. An option without a place is in nothing yet."""
    if isinstance(expression, Pick):
        return _any(picked, [expression.key], places)
    if isinstance(expression, Not):
        return not_(contains(picked, expression.inner, places))
    if isinstance(expression, All):
        return and_(true(), *(contains(picked, part, places) for part in expression.parts))
    if isinstance(expression, Some):
        keys = [part.key for part in expression.parts if isinstance(part, Pick)]
        others = [contains(picked, part, places) for part in expression.parts if not isinstance(part, Pick)]
        return or_(false(), _any(picked, keys, places), *others)
    assert isinstance(expression, Count)
    number = sum(
        (case((contains(picked, part, places), 1), else_=0) for part in expression.parts), literal(0)
    )
    high = len(expression.parts) if expression.high is None else expression.high
    return and_(number >= expression.low, number <= high)


def _any(
    picked: SQLColumnExpression[bytes], keys: list[OptionKey], places: Mapping[OptionKey, int]
) -> ColumnElement[bool]:
    """Whether any of these options is in it: one look at each byte that they share."""
    masks: dict[int, int] = defaultdict(int)
    for key in keys:
        if key in places:
            masks[places[key] // 8] |= 1 << places[key] % 8
    return or_(
        false(),
        *(
            func.byte_at(picked, literal_column(str(byte))).op("&", is_comparison=False)(
                literal_column(str(mask))
            )
            != 0
            for byte, mask in masks.items()
        ),
    )
