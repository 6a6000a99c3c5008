"""Prices as spreadsheets hold them: written as CSV, and read from whatever was pasted or sent."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from flask_babel import gettext as _

from catalog.model import Family
from catalog.money import decimal_text
from catalog.price_sheet import Priced, price_sheet
from webapp.languages import language
from webapp.staff.catalogue.entries import MOST, amount_in, not_an_amount

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out instead of showing it
PRICE_COLUMNS = {"price", "цена", "amount", "сумма"}
MOST_LINES = 5000


class SheetLine(NamedTuple):
    """One line that was read: whose price it says, or what is wrong with it."""

    number: int
    text: str
    priced: Priced | None
    price: int = 0
    trouble: str = ""


def written(family: Family) -> str:
    """All prices as CSV, as a spreadsheet of the reader's language opens it."""
    is_russian = language() == "ru"
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";" if is_russian else ",")
    sheet.writerow([_("code"), _("group"), _("name"), _("price"), _("currency")])
    for each in price_sheet(family):
        group = family.group_by_code[each.group].title.in_(language()) if each.group else ""
        price = decimal_text(each.price, family.currency)
        sheet.writerow(
            [
                each.key,
                guarded(group),
                guarded(each.title.in_(language())),
                price.replace(".", ",") if is_russian else price,
                family.currency,
            ]
        )
    return "\ufeff" + out.getvalue()


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def text_of(raw: bytes) -> str:
    """The text of a file as programs save them."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def read(text: str, family: Family) -> list[SheetLine]:
    """What each line says; lines without anything and the head of the table say nothing."""
    known = _Known(family)
    column: int | None = None
    found: list[SheetLine] = []
    told: dict[str, int] = {}
    for number, cells in enumerate(_rows(text), start=1):
        if not any(cells) or number > MOST_LINES:
            continue
        priced = known.found(cells)
        if priced is None and not found and not any(_is_amount(cell, family.currency) for cell in cells):
            column = next((at for at, cell in enumerate(cells) if cell.lower() in PRICE_COLUMNS), None)
            continue
        line = _line(number, cells, priced, column, family.currency)
        if line.priced and not line.trouble and line.priced.key in told:
            line = line._replace(trouble=_("Line %(number)s names it already.", number=told[line.priced.key]))
        elif line.priced and not line.trouble:
            told[line.priced.key] = number
        found.append(line)
    return found


class _Known:
    """What a line may name: keys, and names that only one thing has."""

    def __init__(self, family: Family) -> None:
        self.by_key = {each.key: each for each in price_sheet(family)}
        titles: dict[str, list[Priced]] = {}
        for each in self.by_key.values():
            for title in set(each.title.root.values()):
                titles.setdefault(title.casefold(), []).append(each)
        self.by_title = {title: named[0] for title, named in titles.items() if len(named) == 1}

    def found(self, cells: list[str]) -> Priced | None:
        plain = [cell.removeprefix("'") for cell in cells]
        for cell in plain:
            if cell.lower() in self.by_key:
                return self.by_key[cell.lower()]
        for group, option in pairwise(plain):
            if f"{group}.{option}".lower() in self.by_key:
                return self.by_key[f"{group}.{option}".lower()]
        return next(
            (self.by_title[cell.casefold()] for cell in plain if cell.casefold() in self.by_title), None
        )


def _line(
    number: int, cells: list[str], priced: Priced | None, column: int | None, currency: str
) -> SheetLine:
    text = " · ".join(cell for cell in cells if cell)[:200]
    if priced is None:
        return SheetLine(
            number, text, None, trouble=_("No option, price rule or bundle is called like this.")
        )
    if column is not None and column < len(cells):
        said = cells[column]
    else:
        said = next((cell for cell in reversed(cells) if _is_amount(cell, currency)), cells[-1])
    try:
        price = _amount(said, currency)
    except ValueError:
        return SheetLine(number, text, priced, trouble=not_an_amount(currency))
    return SheetLine(number, text, priced, price)


def _rows(text: str) -> Iterator[list[str]]:
    first = "\n".join(text.splitlines()[:5])
    delimiter = next((sign for sign in ("\t", ";") if sign in first), ",")
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            yield [cell.strip() for cell in row]
    except csv.Error:
        yield [_("The rest of the table cannot be read.")]


def _is_amount(cell: str, currency: str) -> bool:
    try:
        _amount(cell, currency)
    except ValueError:
        return False
    return True


def _amount(cell: str, currency: str) -> int:
    """The minor units of a cell; of a point and a comma the last one stands before the cents. Raises ValueError."""
    text = re.sub(rf"\s*(?:{currency}|[€$£₽])\s*", "", cell).strip()
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    if not re.search(r"[0-9]", text) or len(text) > len(str(MOST)) + 10:
        raise ValueError(cell)
    return amount_in(text, currency)
