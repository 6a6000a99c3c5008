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


class bits_at(GenericFunction[int]):
    """Those bits of a byte of a column that a mask has: column, number of the byte, mask. Beyond its end 0."""

    type = Integer()
    name = "bits_at"
    inherit_cache = True


@compiles(bits_at, "postgresql")
def _postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, byte, mask = (compiler.process(each, **more) for each in element.clauses)
    return f"(CASE WHEN octet_length({column}) > {byte} THEN get_byte({column}, {byte}) & {mask} ELSE 0 END)"


@compiles(bits_at, "sqlite")
def _sqlite(element: Any, compiler: Any, **more: Any) -> str:
    """SQLite has no numbers of bytes, but their digits; of none of them `instr` says 1, which is 0 here."""
    column, byte, mask = (compiler.process(each, **more) for each in element.clauses)
    digits = f"hex(substr({column}, {byte} + 1, 1))"
    halves = [
        f"{16 ** (2 - place)} * ((instr('0123456789ABCDEF', substr({digits}, {place}, 1)) - 1) & {half})"
        for place, half in ((1, int(mask) >> 4), (2, int(mask) & 15))
        if half
    ]
    return f"({' + '.join(halves)})"


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
            func.bits_at(picked, literal_column(str(byte)), literal_column(str(mask))) != 0
            for byte, mask in masks.items()
        ),
    )
