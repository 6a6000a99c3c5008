"""A thread that the desk begins: with a customer, or about an order with whoever placed it."""

from typing import NamedTuple

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, outbox
from webapp.account import talk_letters
from webapp.account.message_form import LARGEST_BODY, TYPES
from webapp.customers.customer import Customer, by_owner
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.guards import takes_up_to
from webapp.relations.talk import talk
from webapp.relations.talk.message import By, Channel
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread
from webapp.sales import order
from webapp.sales.key import new_code
from webapp.sales.order import Order
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.talk.forms import CALL, OpeningForm
from webapp.staff.talk.threads import record


class With(NamedTuple):
    """Whom it is with: a customer, a guest's order, or a customer's order."""

    customer: Customer | None
    order: Order | None
    address: str

    @property
    def name(self) -> str:
        if self.customer is not None:
            return self.customer.name or self.customer.email
        return self.order.name if self.order else ""

    @property
    def title(self) -> str:
        return _("Order %(number)s", number=self.order.number) if self.order else ""


@bp.get("/inbox/threads/new")
@allowed(Role.RELATIONSHIP)
def new_staff_thread() -> Response:
    with_ = _with()
    return _page(with_, OpeningForm(formdata=None, title=with_.title))


@bp.post("/inbox/threads/new")
@allowed(Role.RELATIONSHIP)
@takes_up_to(LARGEST_BODY)
def open_staff_thread() -> Response:
    """Begins a thread with a message by letter, or with what was said on the telephone."""
    with_, form, who, at = _with(), OpeningForm(), colleague(), clock.now()
    if not form.validate_on_submit():
        return _page(with_, form.renewed(), 422)
    fresh = _thread(with_, form)
    is_call = form.way.data == CALL
    said = Said(
        By.STAFF,
        who.name,
        form.text.data or "",
        form.token.data or "",
        Channel.PHONE if is_call else Channel.SITE,
        form.taken,
        who.id,
    )
    letter = None if is_call else talk_letters.answered(reading(), fresh, form.text.data or "", who.name)
    with writing() as session:
        opened = talk.begin(session, fresh, said, at=at)
        number = opened.id or 0
        if opened is fresh:
            record(session, "begun", number, at)
            if letter is not None:
                outbox.put(session, letter, at=at)
    flash(_("Written down.") if is_call else _("The message is on its way."), "done")
    return redirect(url_for("staff.thread_file", number=number), 303)


def _with() -> With:
    """Whom the address names."""
    if number := request.args.get("order"):
        placed = order.by_number(reading(), number)
        if placed is None or placed.owner is None:  # forgotten
            abort(404)
        known = by_owner(reading(), placed.owner)
        return With(known, placed, url_for("staff.new_staff_thread", order=number))
    customer_id = request.args.get("customer", 0, type=int)
    known = reading().get(Customer, customer_id) if 0 < customer_id < 2**31 else None
    return With(known or abort(404), None, url_for("staff.new_staff_thread", customer=customer_id))


def _thread(with_: With, form: OpeningForm) -> Thread:
    known, placed, at = with_.customer, with_.order, clock.now()
    is_guest = known is None and placed is not None
    return Thread(
        code=new_code(),
        token=form.token.data or "",
        owner=known.owner if known else placed.owner if placed else None,
        customer_id=known.id if known else None,
        name=placed.name if is_guest and placed else "",
        email=placed.email.lower() if is_guest and placed else "",
        language=known.language if known else placed.language if placed else "",
        order_id=placed.id if placed else None,
        title=form.title.data or "",
        assigned_id=colleague().id,
        opened_at=at,
        latest_at=at,
    )


def _page(with_: With, form: OpeningForm, status: int = 200) -> Response:
    page = render_template("staff/talk/new_thread.html", with_=with_, form=form, types=TYPES)
    return make_response(page, status)
