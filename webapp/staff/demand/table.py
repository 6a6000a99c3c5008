"""Tables of figures: each cell as people read it, as a spreadsheet takes it, and with the way to its rows."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from flask_babel import format_decimal, format_percent

from catalog.money import minor_digits
from webapp.formats import difference, money

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Cell(NamedTuple):
    """`text` is read, `value` goes into a file; a figure leads to its rows."""

    text: str
    value: str | int | float | Decimal | None = None
    href: str | None = None
    is_number: bool = False
    code: str = ""


class Table(NamedTuple):
    """One table of a page; `code` names its file. Columns: what they are called, and whether they hold figures."""

    code: str
    title: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def words(text: str, href: str | None = None, code: str = "") -> Cell:
    return Cell(text, code or text, href, code=code)


def number(value: int, href: str | None = None) -> Cell:
    """A figure; nought leads nowhere."""
    return Cell(format_decimal(value), value, href if value else None, True)


def share(part: int, whole: int) -> Cell:
    """A part of a whole; of nothing there is no share."""
    if not whole:
        return Cell("–", None, None, True)
    return Cell(format_percent(part / whole, "#,##0.0 %"), round(part / whole, 4), None, True)


def factor(value: float) -> Cell:
    return Cell(format_decimal(value, "#,##0.00"), round(value, 4), None, True)


def amount(value: int | None, currency: str, href: str | None = None) -> Cell:
    """Money in minor units."""
    if value is None:
        return Cell("–", None, None, True)
    return Cell(money(value, currency, short=True), major(value, currency), href if value else None, True)


def extra(value: int | None, currency: str) -> Cell:
    """Money on top, with its sign."""
    if value is None:
        return Cell("–", None, None, True)
    return Cell(difference(value, currency), major(value, currency), None, True)


def major(value: int, currency: str) -> Decimal:
    return Decimal(value).scaleb(-minor_digits(currency))


def as_csv(table: Table) -> str:
    """A file for spreadsheets: no text in it can be taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([harmless(title) for title, _ in table.columns])
    for row in table.rows:
        writer.writerow([harmless(cell.value) if isinstance(cell.value, str) else cell.value for cell in row])
    return "\ufeff" + written.getvalue()  # by which spreadsheets know the encoding


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(FORMULA) else text
