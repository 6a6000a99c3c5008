"""Serving customers: contacts written down, errands, who looks after whom, and handing customers over."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account.entries import paragraph
from webapp.customers import staff_act, staff_member
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.relations.card import contact, errand, manager
from webapp.relations.card.contact import Contact, Way
from webapp.relations.card.errand import Errand
from webapp.relations.card.subject import THING
from webapp.staff import bp, shown_act
from webapp.staff.customers import card_page, known
from webapp.staff.roles import allowed
from webapp.staff.serving_form import (
    WAYS,
    ContactForm,
    HandOverForm,
    choices,
    colleagues,
    errand_form,
    manager_form,
    today,
)
from webapp.staff.sign_in import colleague

shown_act.TITLES[THING] |= {
    "contact": lazy_gettext("Contact written down"),
    "errand": lazy_gettext("Task given"),
    "errand-done": lazy_gettext("Task done"),
    "manager": lazy_gettext("Who looks after them"),
}
shown_act.FIELDS |= {
    "way": lazy_gettext("Way"),
    "manager": lazy_gettext("Looks after them"),
    "stand_in": lazy_gettext("Stands in"),
    "by": lazy_gettext("By whom"),
    "due_on": lazy_gettext("By which day"),
}
shown_act.SAID |= dict(WAYS)


@bp.post("/customers/<int:number>/contacts")
@allowed(Role.RELATIONSHIP)
def log_contact(number: int) -> Response:
    """A call, a visit or a note. The words stand with the contact alone, so that they go with the customer."""
    found, form, who, at = known(number), ContactForm(), colleague(), clock.now()
    if not form.validate_on_submit():
        return card_page(found, 422, contact_form=form)
    with writing() as session:
        fresh = Contact(
            token=form.token.data or "",
            customer_id=number,
            way=form.way.data,
            words=form.words.data or "",
            at=at,
            staff_member_id=who.id,
            staff_name=who.name,
        )
        if contact.log(session, fresh) is fresh:
            _record(session, "contact", number, {}, {"way": fresh.way})
    flash(_("Written down."), "done")
    return _back(number)


@bp.post("/customers/<int:number>/errands")
@allowed(Role.RELATIONSHIP)
def give_errand(number: int) -> Response:
    found, form, who = known(number), errand_form(), colleague()
    if not form.validate_on_submit():
        return card_page(found, 422, errand_form=form)
    with writing() as session:
        fresh = Errand(
            token=form.token.data or "",
            customer_id=number,
            staff_member_id=form.staff_member_id.data,
            words=form.words.data or "",
            due_on=form.due_on.data,
            asked_at=clock.now(),
            asked_by=who.name,
        )
        if errand.ask(session, fresh) is fresh:
            after: dict[str, JsonValue] = {
                "by": next(one.name for one in colleagues() if one.id == fresh.staff_member_id),
                "due_on": fresh.due_on.isoformat(),
            }
            _record(session, "errand", number, {}, after)
    flash(_("The task is given."), "done")
    return _back(number)


@bp.post("/errands/<int:number>/completion")
@allowed(Role.RELATIONSHIP)
def finish_errand(number: int) -> Response:
    """Whoever does it: not only the colleague who was asked."""
    with writing() as session:
        found = session.get(Errand, number) or abort(404)
        done = errand.finish(session, number, who=colleague().name, at=clock.now())
        if done is not None:
            _record(session, "errand-done", found.customer_id, {}, {})
        customer_id = found.customer_id
    flash(_("Done."), "done")
    if request.form.get("from") == "list":
        return redirect(url_for("staff.errands", whose=request.args.get("whose")), 303)
    return _back(customer_id)


@bp.get("/errands")
@allowed(Role.RELATIONSHIP)
def errands() -> str:
    """What is to be done for customers: mine, or everybody's."""
    everybody = request.args.get("whose") == "all"
    listed = errand.open_of(reading(), None if everybody else colleague().id, limit=errand.PAGE + 1)
    return render_template(
        "staff/customers/errands.html",
        errands=listed[: errand.PAGE],
        has_more=len(listed) > errand.PAGE,
        everybody=everybody,
        today=today(),
    )


@bp.post("/customers/<int:number>/manager")
@allowed(Role.RELATIONSHIP)
def choose_manager(number: int) -> Response:
    found, form = known(number), manager_form()
    if not form.validate_on_submit():
        return card_page(found, 422, manager_form=form)
    with writing() as session:
        _entrust(session, number, form.manager.data or None, form.stand_in.data or None)
    flash(_("Noted."), "done")
    return _back(number)


@bp.get("/colleagues/<int:number>/customers")
@allowed(Role.RELATIONSHIP)
def hand_over(number: int) -> Response:
    """All customers of a colleague, with room for a note about each."""
    return _hand_over_page(_colleague(number), _hand_over_form(number, empty=True))


@bp.post("/colleagues/<int:number>/hand-over")
@allowed(Role.RELATIONSHIP)
def hand_over_now(number: int) -> Response:
    """Hands over those that were on the page and are still this colleague's, in one act; sent twice, done once."""
    giver, form, who, at = _colleague(number), _hand_over_form(number), colleague(), clock.now()
    if not form.validate_on_submit():
        return _hand_over_page(giver, form, 422)
    with writing() as session:
        theirs = manager.looked_after(session, number)
        for one in theirs:
            customer_id = one.id or 0
            if f"note-{customer_id}" not in request.form:
                continue
            kept = manager.of_row(session, customer_id)
            _entrust(session, customer_id, form.to.data, kept.stand_in_id if kept else None)
            words = (paragraph(request.form[f"note-{customer_id}"]) or "")[: contact.LONGEST]
            if words:
                fresh = Contact(
                    token=f"hand-over-{customer_id}-{int(at.timestamp() * 1e6)}",
                    customer_id=customer_id,
                    way=Way.NOTE.value,
                    words=words,
                    at=at,
                    staff_member_id=who.id,
                    staff_name=who.name,
                )
                contact.log(session, fresh)
    flash(_("The customers are handed over."), "done")
    return redirect(url_for("staff.customers"), 303)


def _colleague(number: int) -> StaffMember:
    return staff_member.by_id(reading(), number) or abort(404)


def _hand_over_form(giver: int, *, empty: bool = False) -> HandOverForm:
    form = HandOverForm(formdata=None) if empty else HandOverForm()
    form.to.choices = [each for each in choices() if each.value != giver]
    return form


def _hand_over_page(giver: StaffMember, form: HandOverForm, status: int = 200) -> Response:
    page = render_template(
        "staff/customers/hand_over.html",
        giver=giver,
        form=form,
        theirs=manager.looked_after(reading(), giver.id or 0),
        notes=request.form,
    )
    return make_response(page, status)


def _entrust(session: Session, customer_id: int, manager_id: int | None, stand_in_id: int | None) -> None:
    before = manager.of(session, customer_id)
    manager.entrust(session, customer_id, manager_id, stand_in_id, at=clock.now())
    after = manager.of(session, customer_id)
    if before != after:
        _record(session, "manager", customer_id, _names(before), _names(after))


def _names(named: manager.Named | None) -> dict[str, JsonValue]:
    return {"manager": named.name if named else "", "stand_in": named.stand_in if named else ""}


def _record(
    session: Session,
    act: str,
    customer_id: int,
    before: dict[str, JsonValue],
    after: dict[str, JsonValue],
) -> None:
    staff_act.record(
        session, colleague(), act, (THING, str(customer_id)), before=before, after=after, at=clock.now()
    )


def _back(number: int) -> Response:
    return redirect(url_for("staff.customer_card", number=number), 303)
