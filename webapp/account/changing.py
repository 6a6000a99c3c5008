"""Changing an order until work begins: the configurator opens on it, the difference is shown, then it is confirmed."""

from typing import NamedTuple

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import bp, paying, step_letters
from webapp.account.build_form import TokenForm
from webapp.account.invoice_sheet import seller
from webapp.account.opened_order import opened_order
from webapp.account.shown_order import ShownOrder
from webapp.account.wanted import Wanted, by_address
from webapp.database import reading, reading_rows, stop_reading, writing
from webapp.guards import kept_private
from webapp.sales import current_build, invoice, order_change, order_revision
from webapp.sales.capacity import WeekFull
from webapp.sales.difference import differences
from webapp.sales.gateways.gateway import Refused, Unanswered
from webapp.sales.order import NotNow, Order
from webapp.sales.order_change import Change
from webapp.sales.order_line import OrderLine
from webapp.shop.addresses import configurator, query
from webapp.shop.visiting import owner

CHANGING = (
    "changing-order"  # in the browser: by family, the order's key, the line and the number of the order
)
MOST = 2  # families at a time: the cookie has little room


class OrderBeingChanged(NamedTuple):
    """What the configurator says while it shows a line of an order."""

    key: str
    position: int
    number: str

    @property
    def review(self) -> str:
        """Where the difference is shown; the choices follow as a query."""
        return url_for("account.review_change", key=self.key, position=self.position)


@bp.app_template_global()
def order_being_changed(family: str) -> OrderBeingChanged | None:
    """The order whose line of a family this browser is changing."""
    known = browser.get(CHANGING, {}).get(family)
    return OrderBeingChanged(*known) if known else None


@bp.post("/orders/<key>/lines/<int:position>/change-start")
def begin_change(key: str, position: int) -> Response:
    """Opens the configurator on a line of an order."""
    who = owner()
    with writing() as session:
        opened = opened_order(session, key)
        line = _line(opened, position)
        if not opened.may_be_changed:
            return _too_late(key)
        current_build.take_up(
            session, who, line.family, line.version, query(line.said), build_id=None, at=clock.now()
        )
    others = {code: said for code, said in browser.get(CHANGING, {}).items() if code != line.family}
    browser[CHANGING] = dict(
        [*list(others.items())[1 - MOST :], (line.family, (key, position, opened.number))]
    )
    return redirect(configurator(line.family, line.said), 303)


@bp.post("/orders/<key>/change-end")
def end_change(key: str) -> Response:
    """Leaves the order as it is."""
    opened_order(reading(), key)
    _forget(key)
    return redirect(url_for("account.order_page", key=key), 303)


@bp.get("/orders/<key>/lines/<int:position>/change")
def review_change(key: str, position: int) -> Response:
    """The difference in price and date between the order and the choices of the address."""
    opened = opened_order(reading(), key)
    line = _line(opened, position)
    if not opened.may_be_changed:
        return _too_late(key)
    return _page(opened, line, TokenForm(formdata=None))


@bp.post("/orders/<key>/lines/<int:position>/change-confirmation")
def confirm_change(key: str, position: int) -> Response:
    """Makes the choices of the address the order's next revision, once."""
    form, opened = TokenForm(), opened_order(reading(), key)
    if order_revision.by_token(reading(), opened.id or 0, form.token.data or ""):
        return _done(key, opened)
    line = _line(opened, position)
    if not opened.may_be_changed:
        return _too_late(key)
    wanted = _wanted(line)
    agreed = _drafted(opened, line, wanted)
    if not form.validate_on_submit() or wanted.reading.unknown or agreed is None:
        return _page(opened, line, TokenForm(formdata=None), 422)
    if request.form.get("shown") != agreed.mark:
        return _page(opened, line, form, 409)
    at, zone = clock.now(), settings.current().time_zone
    stop_reading()
    try:
        paying.close_live(opened.number, at=at)  # nobody shall pay what it cost before
    except (Refused, Unanswered):
        flash(
            _(
                "The payment page of this order does not answer, so nothing was changed. Try again in a minute."
            ),
            "warning",
        )
        opened = opened_order(reading(), key)
        return _page(opened, _line(opened, position), form, 409)
    opened = opened_order(reading(), key)
    letter = step_letters.order_changed(opened, agreed)  # before the transaction: it takes its time
    stop_reading()
    try:
        with writing() as session:
            placed = opened_order(session, key, for_update=True)
            is_fresh = order_revision.by_token(session, placed.id or 0, form.token.data or "") is None
            if is_fresh and placed.balance.of(0) != opened.balance.of(0):
                raise NotNow(
                    placed.state
                )  # somebody has paid meanwhile: another amount is due than was shown
            order_change.change(session, placed, agreed, token=form.token.data or "", at=at)
            if is_fresh:
                outbox.put(session, letter, at=at)
                invoice.issue_anew(session, placed, seller(), at=at, on=clock.day_of(at, zone))
    except (NotNow, WeekFull):
        opened = opened_order(reading(), key)
        if not opened.may_be_changed:
            return _too_late(key)
        position = next((each.position for each in opened.lines if each.family == line.family), 0)
        return _page(opened, _line(opened, position), TokenForm(formdata=None), 409)
    paying.close_settled(placed.number, at=clock.now())  # a page that was opened meanwhile
    return _done(key, placed)


def _wanted(line: OrderLine) -> Wanted:
    return by_address(line.family)


def _drafted(opened: Order, line: OrderLine, wanted: Wanted) -> Change | None:
    if wanted.configuration is None:
        return None
    today = clock.today(settings.current().time_zone)
    return order_change.drafted(reading_rows(), opened, line.position, wanted.specification(), today)


def _line(opened: Order, position: int) -> OrderLine:
    """A line of the newest revision, else 404."""
    return next((line for line in opened.lines if line.position == position), None) or abort(404)


def _page(opened: Order, line: OrderLine, form: TokenForm, status: int = 200) -> Response:
    """With 409: what the page showed before is over, here is how things stand now."""
    wanted = _wanted(line)
    place = url_for("account.confirm_change", key=ShownOrder(opened).key, position=line.position)
    draft = _drafted(opened, line, wanted)
    becomes = None
    if draft is not None:
        becomes = draft.lines[[each.position for each in opened.lines].index(line.position)]
    page = render_template(
        "account/order_change.html",
        shown=ShownOrder(opened),
        line=line,
        draft=draft,
        becomes=becomes,
        differences=differences(line, becomes) if becomes else [],
        wanted=wanted,
        form=form,
        action=f"{place}?{wanted.address}",
        has_changed=status == 409,
    )
    return kept_private(make_response(page, status if draft is not None else 409))


def _too_late(key: str) -> Response:
    _forget(key)
    flash(
        _(
            "The order cannot be changed any more: work on it has begun, or it is cancelled. It stays as it was."
        ),
        "warning",
    )
    return redirect(url_for("account.order_page", key=key), 303)


def _done(key: str, placed: Order) -> Response:
    _forget(key)
    if placed.due and placed.paid:
        flash(_("The order is changed. What is still to be paid stands below."), "done")
    else:
        flash(_("The order is changed. A letter about it is on its way to you."), "done")
    return redirect(url_for("account.order_page", key=key), 303)


def _forget(key: str) -> None:
    known = browser.get(CHANGING, {})
    if any(said[0] == key for said in known.values()):
        browser[CHANGING] = {code: said for code, said in known.items() if said[0] != key}
