"""The demand pages: each takes its family and period from the address and hands its template one value."""

from collections.abc import Callable

from flask import abort, render_template, request
from flask_babel import format_decimal
from flask_babel import gettext as _

from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.sales.demand import progress
from webapp.staff import bp
from webapp.staff.demand.filters import Filters, asked
from webapp.staff.demand.picked import Picked
from webapp.staff.demand.stopping import Stopping
from webapp.staff.demand.table import Table
from webapp.staff.demand.wanting import OneRule, Wanting
from webapp.staff.roles import allowed

READERS = (Role.EDITOR, Role.RELATIONSHIP)  # owners besides

# The tables of each page, by the page's last word; a file is asked for by both.
TABLES: dict[str, Callable[[Filters], list[Table]]] = {
    "picked": lambda filters: [
        Picked(filters).shares,
        Picked(filters).time,
        Picked(filters).everything,
    ],
    "together": lambda filters: [Picked(filters).pairs],
    "stops": lambda filters: [Stopping(filters).stages, Stopping(filters).groups],
    "refused": lambda filters: [Wanting(filters).rules, Wanting(filters).options],
    "prices": lambda filters: [Wanting(filters).prices, Wanting(filters).option_prices],
    "rule": lambda filters: [OneRule(filters, filters.rule).verdicts, OneRule(filters, filters.rule).options],
}


@bp.get("/demand")
@allowed(*READERS)
def demand() -> str:
    """What was picked, by share of builds and of orders."""
    return _page("picked", Picked)


@bp.get("/demand/together")
@allowed(*READERS)
def demand_together() -> str:
    """Options that shoppers chose together oftener than by chance."""
    return _page("together", Picked)


@bp.get("/demand/stops")
@allowed(*READERS)
def demand_stops() -> str:
    """How far shoppers came, and where they stopped."""
    return _page("stops", Stopping)


@bp.get("/demand/refused")
@allowed(*READERS)
def demand_refused() -> str:
    """What shoppers wanted and the rules ruled out."""
    return _page("refused", Wanting)


@bp.get("/demand/prices")
@allowed(*READERS)
def demand_prices() -> str:
    """What repairs asked for, and how many were taken at that."""
    return _page("prices", Wanting)


@bp.get("/demand/rules/<code>")
@allowed(*READERS)
def demand_rule(code: str) -> str:
    """One rule, and what would be if it went."""
    return _page("rule", lambda filters: OneRule(filters._replace(rule=code[:70]), code[:70]))


def tabs(filters: Filters) -> list[tuple[str, str, bool]]:
    """The pages: address, what they are called, whether it is this one."""
    named = {
        "demand": _("Picked"),
        "demand_together": _("Chosen together"),
        "demand_stops": _("Where shoppers stop"),
        "demand_refused": _("Refused demand"),
        "demand_prices": _("Price of a repair"),
    }
    here = (request.endpoint or "").removeprefix("staff.")
    return [
        (filters.to(name), title, here == name or (here == "demand_rule" and name == "demand_refused"))
        for name, title in named.items()
    ]


def _page(name: str, show: Callable[[Filters], object]) -> str:
    filters = asked()
    if filters is None:
        return render_template("staff/demand/nothing.html")
    counted = progress.of(reading(), progress.TOUCHPOINTS)
    shown = show(filters)
    return render_template(
        f"staff/demand/{name}.html",
        filters=getattr(shown, "filters", filters),
        shown=shown,
        tabs=tabs(filters),
        page=name,
        counted=counted,
    )


@bp.app_template_filter("number")
def number_in_words(value: int) -> str:
    """A whole number as the reader's language writes it."""
    return format_decimal(value)


def table_of(page: str, code: str, filters: Filters) -> Table:
    """One table of a page; there is no such thing where neither knows it."""
    make = TABLES.get(page) or abort(404)
    return next((table for table in make(filters) if table.code == code), None) or abort(404)
