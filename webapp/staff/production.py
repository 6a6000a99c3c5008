"""What the workshop makes next, and the sheet that goes along with each order."""

import base64
from collections.abc import Sequence
from datetime import date, timedelta

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response as AnyResponse

from webapp import clock, press, settings
from webapp.account.shared_picture import SHEET_WIDTH, drawing_of
from webapp.account.sharing import absolute
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading
from webapp.press import Busy, PressError
from webapp.qr_code import qr_code
from webapp.relations.levels import customer_level
from webapp.sales import order, production
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.shown_order import StaffOrder

PLACE = "picture-of-line-{}"


@bp.get("/production")
@allowed(Role.PRODUCTION)
def production_view() -> str:
    """Orders by the week in which they have to be finished, with all that they take."""
    found = production.to_make(reading(), limit=production.MOST + 1)
    shown = found[: production.MOST]
    levels = customer_level.levels_of_owners(reading(), {each.owner for each in shown if each.owner})

    def urgency(placed: Order) -> tuple[date, int]:
        """By the promised day; of those of one day, who has the higher level comes first."""
        level = levels.get(placed.owner or "")
        return placed.delivery.last_day, -level.rank if level else 0

    return render_template(
        "staff/production.html",
        weeks=production.weeks(reading(), sorted(shown, key=urgency)),
        levels=levels,
        has_more=len(found) > production.MOST,
        shown=StaffOrder,
        bill_of=lambda placed: production.bill_of_materials(placed.lines),
        end_of=lambda monday: monday + timedelta(days=6),
        today=clock.today(settings.current().time_zone),
    )


@bp.get("/orders/<number>/work-sheet.pdf")
@allowed(Role.RELATIONSHIP, Role.PRODUCTION)
def work_sheet(number: str) -> AnyResponse:
    """The order on paper for the workshop; its code leads back to the order."""
    placed = order.by_number(reading(), number) or abort(404)
    html = render_template(
        "staff/work_sheet.html",
        order=placed,
        shown=StaffOrder(placed),
        qr=qr_code(absolute("staff.order_file", number=number)),
        place=PLACE.format,
        today=clock.today(settings.current().time_zone),
    )
    drawings = _drawings(placed.lines)
    stop_reading()
    try:
        for position, drawing in drawings:
            picture = base64.b64encode(press.png(drawing, SHEET_WIDTH)).decode()
            html = html.replace(f'src="{PLACE.format(position)}"', f'src="data:image/png;base64,{picture}"')
        sheet = press.pdf(html)
    except PressError as error:
        if isinstance(error, Busy):
            flash(_("Many PDFs are being made at the moment. Please try again in a minute."), "warning")
        else:
            flash(_("The PDF cannot be made at the moment. This page can be printed."), "warning")
        return redirect(url_for("staff.order_file", number=number), 303)
    response = make_response(sheet)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="lekalo-{number}.pdf"'
    return response


def _drawings(lines: Sequence[OrderLine]) -> list[tuple[int, str]]:
    return [(line.position, drawing_of(line)[1]) for line in lines]
