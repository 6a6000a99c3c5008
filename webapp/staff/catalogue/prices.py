"""All prices of a draft in one table, typed, pasted from a spreadsheet or sent as CSV."""

from itertools import groupby
from typing import NamedTuple

from flask import Response as FlaskResponse
from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.model import Family, Option
from catalog.price_sheet import Priced, price_sheet, with_prices
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.staff import bp
from webapp.staff.catalogue import sheet
from webapp.staff.catalogue.entries import Entries, amount_text
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.saving import save
from webapp.staff.roles import allowed

TAB = "staff.draft_prices"
FIELD = "price:"


class PricedGroup(NamedTuple):
    """What stands under one heading of the table."""

    title: str
    rows: list[Priced]


@bp.get("/catalogue/<code>/prices")
@allowed(Role.EDITOR)
def draft_prices(code: str) -> Response:
    page = opened(code)
    currency = page.family.currency
    said = {f"{FIELD}{each.key}": amount_text(each.price, currency) for each in price_sheet(page.family)}
    return _page(page, Entries(said))


@bp.post("/catalogue/<code>/prices")
@allowed(Role.EDITOR)
def save_prices(code: str) -> Response:
    page, entries = begun_from(code), Entries(request.form)
    prices = {}
    for each in price_sheet(page.family):
        if f"{FIELD}{each.key}" in entries:
            prices[each.key] = entries.amount(f"{FIELD}{each.key}", page.family.currency)
    if entries.is_wrong:
        return _page(page, entries, 422)
    return save(page, with_prices(page.family, prices), to=url_for("staff.draft_prices", code=code), tab=TAB)


@bp.get("/catalogue/<code>/prices.csv")
@allowed(Role.EDITOR)
def price_file(code: str) -> FlaskResponse:
    page = opened(code)
    answer = FlaskResponse(sheet.written(page.family), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-prices-{page.number}.csv"'
    return answer


@bp.get("/catalogue/<code>/prices/paste")
@allowed(Role.EDITOR)
def paste_prices(code: str) -> Response:
    return _paste_page(opened(code), Entries())


@bp.post("/catalogue/<code>/prices/paste")
@allowed(Role.EDITOR)
def preview_prices(code: str) -> Response:
    """Shows what a pasted or sent table would change; with `confirm` it is done."""
    page, entries = begun_from(code), Entries(request.form)
    sent = request.files.get("file")
    if sent and sent.filename:
        entries.said["table"] = sheet.text_of(sent.read()).replace("\0", "")
    if not entries["table"].strip():
        entries.wrong("table", _("Paste a table here, or choose a file."))
        return _paste_page(page, entries, 422)
    lines = sheet.read(entries["table"], page.family)
    prices = {line.priced.key: line.price for line in lines if line.priced and not line.trouble}
    if "confirm" in request.form and prices:
        note = _("Prices from a table")
        to = url_for("staff.draft_prices", code=code)
        return save(page, with_prices(page.family, prices), to=to, note=note, tab=TAB)
    return _paste_page(page, entries, lines=lines)


def _page(page: Opened, entries: Entries, status: int = 200) -> Response:
    shown = room(
        "staff/catalogue/prices.html",
        page,
        TAB,
        entries=entries,
        groups=_groups(page.family),
        dated={str(key): option for key, option in _dated(page.family)},
        FIELD=FIELD,
    )
    return make_response(shown, status)


def _paste_page(
    page: Opened, entries: Entries, status: int = 200, lines: list[sheet.SheetLine] | None = None
) -> Response:
    read = lines or []
    fine = [line for line in read if not line.trouble and line.priced]
    shown = room(
        "staff/catalogue/paste.html",
        page,
        TAB,
        entries=entries,
        read=lines,
        changes=[line for line in fine if line.priced and line.price != line.priced.price],
        same=sum(1 for line in fine if line.priced and line.price == line.priced.price),
        troubles=[line for line in read if line.trouble],
    )
    return make_response(shown, status)


def _groups(family: Family) -> list[PricedGroup]:
    found = []
    for code, rows in groupby(price_sheet(family), lambda each: each.group):
        title = family.group_by_code[code].title.in_(language()) if code else _("Price rules and bundles")
        found.append(PricedGroup(title, list(rows)))
    return found


def _dated(family: Family) -> list[tuple[object, Option]]:
    return [(key, option) for key, option in family.option_by_key.items() if option.prices]
