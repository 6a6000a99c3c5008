"""The rows behind a figure: builds, orders, journeys or refused clicks, none of them with a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _

from catalog.expression import OptionKey
from webapp.database import reading
from webapp.languages import language
from webapp.sales.demand import furthest, refused
from webapp.sales.demand.furthest import Wanted
from webapp.sales.demand.journey import Journey, Stage
from webapp.sales.demand.kept_rows import KeptRow, kept_rows
from webapp.sales.demand.parts_counted import PartsCounted, Source
from webapp.sales.demand.refusal import Refusal
from webapp.sales.demand.refused import Sought
from webapp.staff import bp
from webapp.staff.demand.filters import Filters, asked
from webapp.staff.demand.pages import READERS, tabs
from webapp.staff.demand.table import Cell, Table, amount, as_csv, extra, number, words
from webapp.staff.demand.wanting import Wanting
from webapp.staff.demand.words import OUTCOMES, STAGES, VERDICTS, band_names, rule_name
from webapp.staff.moments import moment
from webapp.staff.roles import allowed

PAGE = 50
LAST = 2**62
MOST_IN_A_FILE = 10_000


class Found(NamedTuple):
    """The rows of one page, how many there are in all, where the next page begins, and what was asked for."""

    table: Table
    in_all: int
    older: int | None
    said: Sequence[str]


@bp.get("/demand/rows")
@allowed(*READERS)
def demand_rows() -> str:
    """The rows behind a figure, the newest first, a page at a time."""
    filters = asked() or abort(404)
    found = _found(filters, PAGE)
    return render_template(
        "staff/demand/rows.html",
        filters=filters,
        found=found,
        tabs=tabs(filters),
        is_first="older" not in request.args,
        here_with=_here_with,
    )


@bp.get("/demand/rows.csv")
@allowed(*READERS)
def demand_rows_file() -> Response:
    """The same as a file; of very many the newest."""
    filters = asked() or abort(404)
    response = make_response(as_csv(_found(filters, MOST_IN_A_FILE).table))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="demand-rows.csv"'
    return response


def _found(filters: Filters, limit: int) -> Found:
    of = request.args.get("of", "journeys")
    if of in set(Source):
        return _kept(filters, Source(of), limit)
    if of == "journeys":
        return _journeys(filters, limit)
    if of == "refusals":
        return _refusals(filters, limit)
    abort(404)


def _kept(filters: Filters, source: Source, limit: int) -> Found:
    counted = PartsCounted(reading(), filters.scope, source)
    has, said = _keys("has"), _keys("said")
    ids = counted.ids_with(has, said)
    skip = _older(0) if limit == PAGE else 0
    shown = kept_rows(reading(), ids[skip : skip + limit])
    columns = [
        (_("Day"), False),
        (_("Chosen by the shopper"), False),
        (_("Version"), True),
        (_("Total"), True),
    ]
    if source is Source.ORDERS:
        columns = [(_("Number of the order"), False), *columns, (_("Pieces"), True)]
    rows = [_kept_row(filters, row) for row in shown]
    title = _("Builds saved") if source is Source.BUILDS else _("Things ordered")
    more = [_("with %(option)s", option=_named(filters, key)) for key in has]
    more += [_("%(option)s chosen by the shopper", option=_named(filters, key)) for key in said]
    older = skip + limit if skip + limit < len(ids) else None
    return Found(Table("rows", title, columns, rows), len(ids), older, more)


def _kept_row(filters: Filters, row: KeptRow) -> list[Cell]:
    titles = {part.code: part for part in row.parts}
    said = ", ".join(_part_name(filters, key, titles) for key in row.said)
    cells = [
        words(row.day.isoformat()),
        words(said, code=" ".join(map(str, row.said))),
        number(row.version),
        amount(row.total, row.currency),
    ]
    if row.order is None:
        return cells
    return [words(row.order, url_for("staff.order_file", number=row.order)), *cells, number(row.pieces)]


def _part_name(filters: Filters, key: OptionKey, titles: dict) -> str:
    part = titles.get(str(key))
    return part.title.in_(language()) if part else _named(filters, key)


def _journeys(filters: Filters, limit: int) -> Found:
    wanted = Wanted(_stage("reached"), _stage("ended"), request.args.get("group") or None)
    found = furthest.journeys(reading(), filters.scope, wanted, before=_older(LAST), limit=limit + 1)
    columns = [
        (_("Began"), False),
        (_("Clicks"), True),
        (_("Furthest step"), False),
        (_("Last click about"), False),
        (_("Until the first save"), False),
    ]
    more = []
    if wanted.reached is not None:
        more.append(_("that took the step “%(step)s”", step=STAGES[wanted.reached]))
    if wanted.ended is not None:
        more.append(_("that came no further than “%(step)s”", step=STAGES[wanted.ended]))
    if wanted.group:
        more.append(_("whose last click was about “%(group)s”", group=filters.group_name(wanted.group)))
    rows = [_journey(filters, each) for each in found[:limit]]
    older = found[limit - 1].id if len(found) > limit else None
    in_all = furthest.count(reading(), filters.scope, wanted)
    return Found(Table("rows", _("Journeys"), columns, rows), in_all, older, more)


def _journey(filters: Filters, each: Journey) -> list[Cell]:
    until = ""
    if each.saved_at is not None:
        until = format_timedelta(each.saved_at - each.began_at, granularity="second", threshold=1.5)
    return [
        _moment(each.began_at),
        number(each.clicks),
        words(str(STAGES[Stage(each.furthest)]), code=Stage(each.furthest).name.lower()),
        words(filters.group_name(each.last_group) if each.last_group else "–"),
        words(until or "–"),
    ]


def _refusals(filters: Filters, limit: int) -> Found:
    sought = _sought()
    version = filters.sold.number
    found = refused.rows(
        reading(), filters.scope, sought, number=version, before=_older(LAST), limit=limit + 1
    )
    rules = refused.rules_of(reading(), found)
    columns = [
        (_("When"), False),
        (_("Wanted"), False),
        (_("Rules against it"), False),
        (_("Beside these choices"), False),
        (_("Total then"), True),
        (_("Best repair"), True),
        (_("What came then"), False),
    ]
    rows = [_refusal(filters, each, rules.get(each.id or 0, [])) for each in found[:limit]]
    older = found[limit - 1].id if len(found) > limit else None
    in_all = refused.count(reading(), filters.scope, sought, number=version)
    title = _("Wishes, each by its last click") if sought.each_once else _("Refused clicks")
    return Found(Table("rows", title, columns, rows), in_all, older, _said(filters, sought))


def _refusal(filters: Filters, each: Refusal, rules: list[str]) -> list[Cell]:
    currency = filters.family.currency
    key = f"{each.option_group}.{each.option}"
    outcome = str(OUTCOMES[each.outcome or refused.STOPPED])
    if each.taken is not None and each.paid is not None:
        outcome = _(
            "Took repair %(number)s: %(extra)s", number=each.taken, extra=extra(each.paid, currency).text
        )
    beside = [_named(filters, OptionKey(*pair)) for pair in parse_qsl(each.choices)]
    return [
        _moment(each.at),
        words(Wanting(filters).option_name(key), code=key),
        words("; ".join(rule_name(filters, rule) for rule in rules), code=" ".join(rules)),
        words(", ".join(beside) or "–", code=each.choices),
        amount(each.total, currency),
        extra(each.extra, currency),
        words(outcome, code=each.outcome or refused.STOPPED),
    ]


def _sought() -> Sought:
    args = request.args
    option = next(iter(_keys("option")), None)
    outcome, verdict = args.get("outcome"), args.get("verdict")
    band = args.get("band", type=int)
    return Sought(
        option,
        args.get("rule", "")[:70] or None,
        outcome if outcome in OUTCOMES else None,
        verdict if verdict in VERDICTS else None,
        band if band in range(len(refused.BANDS) + 1) else None,
        *(args.get(name) == "1" for name in ("offered", "wishes", "unmet", "at_stake")),
    )


def _said(filters: Filters, sought: Sought) -> list[str]:
    """What was asked for, in words."""
    found = []
    if sought.option is not None:
        found.append(Wanting(filters).option_name(str(sought.option)))
    if sought.rule is not None:
        found.append(rule_name(filters, sought.rule))
    if sought.outcome is not None:
        found.append(str(OUTCOMES[sought.outcome]))
    if sought.verdict is not None:
        found.append(_("If the rule went: %(what)s", what=VERDICTS[sought.verdict]))
    if sought.band is not None:
        found.append(_("The best repair asked for: %(share)s", share=band_names()[sought.band]))
    if sought.offered:
        found.append(_("A repair was offered"))
    if sought.unmet:
        found.append(_("Ended without the option"))
    if sought.at_stake:
        found.append(_("Ended without the option and without an order"))
    return found


def _named(filters: Filters, key: OptionKey) -> str:
    name = _("without") if key.option == "none" else filters.name(key)
    return f"{filters.group_name(key.group)}: {name}"


def _moment(at: datetime) -> Cell:
    return Cell(moment(at), at.isoformat(timespec="seconds"))


def _keys(name: str) -> list[OptionKey]:
    """Options named in the address."""
    return [OptionKey(*value.split(".", 1)) for value in request.args.getlist(name)[:8] if "." in value]


def _stage(name: str) -> Stage | None:
    wanted = request.args.get(name, "").upper()
    return Stage[wanted] if wanted in Stage.__members__ else None


def _older(first: int) -> int:
    """Where this page begins: after so many rows, or below a row's number."""
    return max(0, min(request.args.get("older", first, type=int), LAST))


def _here_with(endpoint: str, **more: int) -> str:
    """The address of the same rows: as a file, or their next page."""
    said: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "older"}
    return url_for(endpoint, **(said | more))
