"""An invoice on paper, opened by the key of its order."""

import hashlib
import logging
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug import Response as AnyResponse

from webapp import press, settings
from webapp.account import bp
from webapp.database import reading, stop_reading
from webapp.press import Busy, PressError, Unavailable
from webapp.sales import invoice, order
from webapp.sales.invoice import Invoice, Seller
from webapp.sales.key import Purpose, read

log = logging.getLogger(__name__)


@bp.get("/orders/<key>/invoice.pdf")
def latest_invoice(key: str) -> AnyResponse:
    """Where a letter leads that was written before the invoice had its number."""
    found = order.by_lock(reading(), read(Purpose.ORDER, key, settings.current().secret_key)) or abort(404)
    latest = invoice.latest(reading(), found.id or 0) or abort(404)
    return redirect(url_for("account.invoice_sheet", key=key, number=latest.number), 303)


@bp.get("/orders/<key>/invoices/<number>.pdf")
def invoice_sheet(key: str, number: str) -> AnyResponse:
    found = order.by_lock(reading(), read(Purpose.ORDER, key, settings.current().secret_key)) or abort(404)
    document = invoice.by_number(reading(), found.id or 0, number) or abort(404)
    return sheet(document, url_for("account.order_page", key=key))


def seller() -> Seller:
    """Who sells, as the settings say today."""
    shop = settings.current()
    return Seller(shop.seller, shop.tax_number, shop.bank_details)


def sheet(document: Invoice, page: str) -> AnyResponse:
    """The PDF in its order's language, whoever reads it. Where none can be made, back to the page that asked."""
    with force_locale(document.language):
        html = render_template("account/invoice.html", invoice=document, lang=document.language)
        title = html.partition("<title>")[2].partition("</title>")[0].strip()
    stop_reading()
    response = Response(mimetype="application/pdf")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{title}.pdf', safe='')}"
    response.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32])
    if not request.if_none_match.contains(response.get_etag()[0] or ""):
        try:
            response.set_data(press.pdf(html))
        except PressError as error:
            if isinstance(error, Busy):
                flash(_("Many PDFs are being made at the moment. Please try again in a minute."), "note")
            else:
                log.log(
                    logging.WARNING if isinstance(error, Unavailable) else logging.ERROR, "no PDF: %s", error
                )
                flash(_("The PDF cannot be made at the moment. Please try again later."), "note")
            return redirect(page, 303)
    response.make_conditional(request)
    return response
