"""An order's invoices, for staff."""

from flask import abort, url_for
from werkzeug import Response

from webapp.account import invoice_sheet
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.sales import invoice, order
from webapp.staff import bp
from webapp.staff.roles import allowed


@bp.get("/orders/<number>/invoices/<invoice_number>.pdf")
@allowed(Role.RELATIONSHIP)
def invoice_file(number: str, invoice_number: str) -> Response:
    found = order.by_number(reading(), number) or abort(404)
    document = invoice.by_number(reading(), found.id or 0, invoice_number) or abort(404)
    return invoice_sheet.sheet(document, url_for("staff.order_file", number=number))
