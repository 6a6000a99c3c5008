"""The tables of the demand pages as files for spreadsheets."""

from flask import Response, abort, make_response

from webapp.staff import bp
from webapp.staff.demand.filters import asked
from webapp.staff.demand.pages import READERS, table_of
from webapp.staff.demand.table import as_csv
from webapp.staff.roles import allowed


@bp.get("/demand/<page>/<table>.csv")
@allowed(*READERS)
def demand_file(page: str, table: str) -> Response:
    """One table with the filters of the address."""
    filters = asked() or abort(404)
    found = table_of(page, table, filters)
    scope = filters.scope
    response = make_response(as_csv(found))
    response.mimetype = "text/csv"
    name = f"demand-{found.code}-{scope.family}-{scope.first}-{scope.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
