"""An order goes on: into the workshop, out of the door, or nowhere; each step tells its customer."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import abort, flash, request
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import paying, step_letters
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading
from webapp.outbox import Letter
from webapp.sales import cancellation, order
from webapp.sales.cancellation import Conditions
from webapp.sales.order import Order
from webapp.sales.order_step import Step
from webapp.staff import bp
from webapp.staff.orders import act, page_of
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

LONGEST_LINK = 300
LONGEST_NUMBER = 80


@bp.post("/orders/<number>/steps/<name>")
@allowed(Role.RELATIONSHIP, Role.PRODUCTION)
def take_step(number: str, name: str) -> Response:
    if name not in set(Step):
        abort(404)
    found = order.by_number(reading(), number) or abort(404)
    if Step(name) is Step.CANCELLATION:
        if not colleague().has_one_of((Role.RELATIONSHIP, Role.OWNER)):
            abort(403)  # its customer hears of it, and money goes back
        return _cancelled(found)
    details = {}
    if name == Step.SHIPPING:
        details = {
            "tracking": " ".join(request.form.get("tracking", "").split())[:LONGEST_NUMBER],
            "tracking_link": request.form.get("tracking_link", "").strip(),
        }
        if details["tracking_link"] and not _is_link(details["tracking_link"]):
            flash(
                _("A link begins with https:// and has at most %(most)d characters.", most=LONGEST_LINK),
                "warning",
            )
            return page_of(found, 422)
    step = Step(name)
    letter = step_letters.order_step(found, step, **details)  # before the transaction: it takes its time
    return _taken(
        number, name, letter, lambda s, placed: order.take(s, placed, step, at=clock.now(), **details)
    )


def _cancelled(found: Order) -> Response:
    """On the conditions that the page showed."""
    percent, waived = settings.current().cancellation_fee_percent, "waived" in request.form
    agreed = cancellation.conditions(found, percent, waived=waived)
    shown = request.form.get("shown_refund", str(agreed.refund))
    if not waived and shown != str(agreed.refund):
        agreed = Conditions(-1, 0)  # what the page showed is over: the act finds that out, and says so
    letter = step_letters.order_cancelled(found, agreed)

    def cancel(session: Session, placed: Order) -> None:
        cancellation.cancel(session, placed, agreed, percent, at=clock.now(), waived=waived)

    answer = _taken(found.number, Step.CANCELLATION.value, letter, cancel)
    paying.close_settled(found.number, at=clock.now())  # nobody shall pay for what is not made
    return answer


def _taken(number: str, name: str, letter: Letter, take: Callable[[Session, Order], None]) -> Response:
    """Takes the step; its letter leaves if and only if the step is kept."""
    stop_reading()

    def taken(session: Session, placed: Order) -> str:
        take(session, placed)
        outbox.put(session, letter, at=clock.now())
        return name

    return act(number, taken)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return len(text) <= LONGEST_LINK and parts.scheme in ("http", "https") and bool(parts.netloc)
