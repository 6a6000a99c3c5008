"""Money that staff take down and give back; each act with its letter or its refund, done once."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account import paying, refunding, settling
from webapp.account.build_form import TokenForm
from webapp.account.settling import Stale
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.formats import money
from webapp.sales import giving_back, order, receiving
from webapp.sales.giving_back import TooMuch
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason, Refund, RefundState
from webapp.staff import bp
from webapp.staff.orders import act, page_of
from webapp.staff.payment_forms import PaymentForm, RefundForm
from webapp.staff.roles import allowed
from webapp.staff.shown_money import ShownMoney
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

TRIES = 5
WORST_FIRST = (RefundState.FAILED, RefundState.REQUESTED, RefundState.SUCCEEDED)


class KnownAlready(Exception):
    """This very form was sent before, and has done what it does."""


@bp.post("/orders/<number>/payments")
@allowed(Role.RELATIONSHIP)
def receive_payment(number: str) -> Response:
    """Money has come in by transfer: what the form says, or all that was due."""
    found = order.by_number(reading(), number) or abort(404)
    form = PaymentForm(currency=found.currency)
    if not form.validate_on_submit():
        return page_of(found, 422, ShownMoney(found, {0: form}))
    amount, at, reference = form.amount.minor, form.moment, f"{number}:{form.mark}"
    for _try in range(TRIES):
        found = order.by_number(reading(), number) or abort(404)
        draft = settling.drafted(found, amount or found.due)  # before the transaction: it takes its time
        stop_reading()

        def receive(session: Session, placed: Order, draft: settling.Draft = draft) -> str:
            before = len(placed.payments)
            receiving.receive(session, placed, at=at, amount=amount, reference=reference)
            if len(placed.payments) == before:
                raise KnownAlready
            settling.post(session, placed, draft, at=clock.now())
            return "payment"

        try:
            answer = act(number, receive)
        except Stale:
            continue
        except KnownAlready:
            return _back(number)
        if answer.status_code == 303:
            paying.close_settled(number, at=clock.now())
        return answer
    raise Stale


@bp.post("/orders/<number>/payments/<int:payment_id>/refunds")
@allowed(Role.RELATIONSHIP)
@stepped_up
def give_back(number: str, payment_id: int) -> Response:
    """Part of a payment, or all of it, goes back the way it came."""
    found = order.by_number(reading(), number) or abort(404)
    form = RefundForm(order=found)
    if not form.validate_on_submit():
        _payment(found, payment_id)
        return page_of(found, 422, ShownMoney(found, {payment_id: form}))
    stop_reading()
    try:
        refund = _written_down(number, payment_id, form)
    except TooMuch as refused:
        found = order.by_number(reading(), number) or abort(404)
        most = money(refused.most, found.currency)
        form.amount.errors = [_("At most %(amount)s can go back.", amount=most)]
        return page_of(found, 409, ShownMoney(found, {payment_id: form}))
    if refund.state == RefundState.REQUESTED:
        _tell(refunding.try_to_send(refund.code, at=clock.now()))
    return _back(number)


@bp.post("/orders/<number>/refund")
@allowed(Role.RELATIONSHIP)
@stepped_up
def give_back_due(number: str) -> Response:
    """All that is to go back since the order was cancelled, changed or paid twice, at one press."""
    form, shown = TokenForm(), request.form.get("shown", None, type=int)
    found = order.by_number(reading(), number) or abort(404)
    if not form.validate_on_submit() or shown is None:
        return page_of(found, 422)
    stop_reading()
    at, reason = clock.now(), Reason.CANCELLED if found.is_cancelled else Reason.OVERPAID
    try:
        with writing() as session:
            placed = order.by_number(session, number, for_update=True) or abort(404)
            before = placed.paid
            key = f"refund-due-{number}-{form.token.data}"
            asked = giving_back.ask_due(session, placed, shown, reason, key=key, who=colleague().name, at=at)
            if placed.paid != before:
                _record(session, placed, before, "", at)
    except TooMuch as refused:
        most = money(refused.most, found.currency)
        flash(_("Nothing was sent: meanwhile %(amount)s are to go back.", amount=most), "warning")
        return page_of(order.by_number(reading(), number) or abort(404), 409)
    waiting = [refund.code for refund in asked if refund.state == RefundState.REQUESTED]
    states = {refunding.try_to_send(code, at=clock.now()) for code in waiting}
    if states:
        _tell(next(state for state in WORST_FIRST if state in states))
    return _back(number)


def _written_down(number: str, payment_id: int, form: RefundForm) -> Refund:
    """The refund, on disk before anybody hears of it; recorded with who decided it."""
    at = clock.now()
    with writing() as session:
        placed = order.by_number(session, number, for_update=True) or abort(404)
        paid = _payment(placed, payment_id)
        before, known = placed.paid, len(paid.refunds)
        refund = giving_back.ask(
            session,
            placed,
            paid,
            form.amount.minor or 0,
            Reason(form.reason.data),
            key=f"refund-{number}-{form.mark}",
            who=colleague().name,
            at=at,
        )
        if len(paid.refunds) > known:
            _record(session, placed, before, " ".join((form.note.data or "").split()), at)
    return refund


def _record(session: Session, placed: Order, before: int, note: str, at: datetime) -> None:
    """Keeps who sent money back. `before`: what had been paid and not gone back."""
    state = placed.state.value
    staff_act.record(
        session,
        colleague(),
        "refund",
        ("order", placed.number),
        before={"state": state, "paid": before, "currency": placed.currency},
        after={"state": state, "paid": placed.paid, "currency": placed.currency},
        at=at,
        note=note,
    )


def _tell(state: RefundState) -> None:
    if state is RefundState.SUCCEEDED:
        flash(_("The money is on its way back."), "done")
    elif state is RefundState.FAILED:
        flash(_("The refund was refused; nothing has gone back. The payment says why."), "warning")
    else:
        flash(_("Stripe has not confirmed the refund yet; we ask again until it does."), "note")


def _payment(placed: Order, payment_id: int) -> Payment:
    return next((one for one in placed.payments if one.id == payment_id), None) or abort(404)


def _back(number: str) -> Response:
    return redirect(url_for("staff.order_file", number=number, _anchor="money"), 303)
