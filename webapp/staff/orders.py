"""The orders: a list, each with what it consists of, and what staff do with it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.relations.talk import inbox
from webapp.sales import dispute, invoice, order, order_list
from webapp.sales.order import NotNow, Order
from webapp.sales.order_state import State
from webapp.sales.specification import Part
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.shown_money import ShownMoney
from webapp.staff.shown_order import StaffOrder, act_title, state_title
from webapp.staff.shown_revision import revisions_of
from webapp.staff.sign_in import colleague, may
from webapp.staff.talk.shown import FEW, ShownEntry, entries

LAST = 2**31 - 1  # the highest row number there can be


@bp.get("/orders")
@allowed(Role.RELATIONSHIP, Role.PRODUCTION)
def orders() -> str:
    """Orders, the newest first; filters stand in the address."""
    state = _state(request.args.get("state", ""))
    words = request.args.get("words", "").strip()[:100]
    before = max(0, min(request.args.get("before", LAST, type=int), LAST))
    disputes = dispute.open_ones(reading())
    is_disputed = "disputed" in request.args
    found = order_list.latest(
        reading(),
        state=state,
        words=words,
        among=disputes if is_disputed else None,
        before=before,
        limit=order_list.PAGE + 1,
    )
    shown, has_more = found[: order_list.PAGE], len(found) > order_list.PAGE
    return render_template(
        "staff/orders.html",
        orders=[StaffOrder(each) for each in shown],
        state=state,
        words=words,
        disputes=disputes,
        is_disputed=is_disputed,
        older=shown[-1].id if has_more else None,
        is_first=before == LAST,
        states=[(each, state_title(each)) for each in State],
    )


@bp.get("/orders/<number>")
@allowed(Role.RELATIONSHIP, Role.PRODUCTION)
def order_file(number: str) -> Response:
    return page_of(order.by_number(reading(), number) or abort(404))


def act(number: str, act: Callable[[Session, Order], str]) -> Response:
    """Does something to an order and records who did it, in one transaction."""
    note = " ".join(request.form.get("note", "").split())[:500]
    try:
        with writing() as session:
            placed = order.by_number(session, number, for_update=True) or abort(404)
            before = _facts(placed)
            name = act(session, placed)
            staff_act.record(
                session,
                colleague(),
                name,
                ("order", placed.number),
                before=before,
                after=_facts(placed),
                at=clock.now(),
                note=note,
            )
    except NotNow as refused:
        state = state_title(refused.state)
        flash(_("Nothing was changed: the order is “%(state)s” meanwhile.", state=state), "warning")
        reading().rollback()  # to see how things stand now
        return page_of(order.by_number(reading(), number) or abort(404), 409)
    flash(_("Recorded: %(act)s.", act=act_title(name)), "done")
    return redirect(url_for("staff.order_file", number=number), 303)


def _facts(placed: Order) -> dict[str, Any]:
    """What an act changes, for the record."""
    facts = {"state": placed.state.value, "paid": placed.paid, "currency": placed.currency}
    return facts | ({"fee": placed.fee} if placed.fee else {})


def page_of(placed: Order, status: int = 200, money: ShownMoney | None = None) -> Response:
    page = render_template(
        "staff/order.html",
        shown=StaffOrder(placed),
        money=money or ShownMoney(placed),
        invoices=invoice.of(reading(), placed.id or 0),
        revisions=revisions_of(placed),
        bill=_bill_of_materials(placed),
        acts=staff_act.on(reading(), ("order", placed.number)),
        threads=_threads(placed),
    )
    return make_response(page, status)


def _threads(placed: Order) -> list[ShownEntry]:
    """What was written about an order, for whoever may read it."""
    if not may("staff.thread_file"):
        return []
    return entries(inbox.about_order(reading(), placed.id or 0, limit=FEW), clock.now())


def _bill_of_materials(placed: Order) -> list[tuple[Part, int]]:
    """Each part and its number of pieces, over all lines of the order."""
    pieces: Counter[tuple[str, str]] = Counter()
    parts: dict[tuple[str, str], Part] = {}
    for line in placed.lines:
        for part in line.listed:
            parts.setdefault((line.family, part.code), part)
            pieces[line.family, part.code] += line.quantity
    return [(part, pieces[key]) for key, part in parts.items()]


def _state(name: str) -> State | None:
    return State(name) if name in set(State) else None
