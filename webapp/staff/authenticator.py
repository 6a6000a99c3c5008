"""Setting up an authenticator app: at the first sign-in, and for a new telephone."""

from typing import NamedTuple

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, sealing, settings
from webapp.customers import staff_act, staff_member, staff_recovery_code, staff_second_step
from webapp.customers.colleague import Colleague
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import reading, stop_reading, writing
from webapp.qr_code import qr_code
from webapp.sealing import Unreadable
from webapp.staff import bp, door, recovery_codes
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up


class Offer(NamedTuple):
    """A secret that is to be taken into an app. `sealed`: the same, as the form carries it."""

    secret: str
    sealed: str


class TakenAlready(Exception):
    """An app was set up meanwhile."""


@bp.get("/sign-in/authenticator")
def first_authenticator() -> Response:
    """Nobody comes to the desk with a password alone."""
    member = door.waiting()
    if current_user.is_authenticated or member is None:
        return redirect(url_for("staff.sign_in", next=request.args.get("next")), 303)
    if member.has_second_step:
        return redirect(url_for("staff.second_step", next=request.args.get("next")), 303)
    return _page(member, _offer(member), is_first=True)


@bp.post("/sign-in/authenticator")
def set_up_first_authenticator() -> Response:
    member = door.waiting()
    if member is None:
        return redirect(url_for("staff.sign_in", next=request.args.get("next")), 303)
    digits = request.form.get("code", "")
    if digits and door.is_in_already(digits):
        return redirect(url_for("staff.recovery_codes_page", next=door.wanted()), 303)
    offer = _sent(member)
    if offer is None:
        return _page(member, _offer(member), _page_is_old(), is_first=True)
    step = staff_second_step.step_of(offer.secret, digits, at=clock.now())
    if step is None:
        return _page(member, offer, _not_the_code(), is_first=True)
    stop_reading()
    who, codes = Colleague.of(member, request.remote_addr or ""), staff_recovery_code.new_codes()
    try:
        with writing() as session:
            _set_up(session, who, offer, step, codes, is_first=True)
    except TakenAlready:
        return redirect(url_for("staff.second_step", next=request.args.get("next")), 303)
    door.let_in(member, "app", digits)
    recovery_codes.carry(who, codes)
    return redirect(url_for("staff.recovery_codes_page", next=door.wanted()), 303)


@bp.get("/me/authenticator")
@allowed(*EVERY_ROLE)
@stepped_up
def new_authenticator() -> Response:
    member = reading().get_one(StaffMember, colleague().id)
    return _page(member, _offer(member))


@bp.post("/me/authenticator")
@allowed(*EVERY_ROLE)
@stepped_up
def set_up_new_authenticator() -> Response:
    """Another telephone; the app on the old one is worth nothing from now on, nor are the old recovery codes."""
    who = colleague()
    member = reading().get_one(StaffMember, who.id)
    offer = _sent(member)
    if offer is None:
        return _page(member, _offer(member), _page_is_old())
    step = staff_second_step.step_of(offer.secret, request.form.get("code", ""), at=clock.now())
    if step is None:
        return _page(member, offer, _not_the_code())
    stop_reading()
    codes = staff_recovery_code.new_codes()
    with writing() as session:
        _set_up(session, who, offer, step, codes)
    recovery_codes.carry(who, codes)
    flash(_("Your app is set up. The one before it is worth nothing any more."), "done")
    return redirect(url_for("staff.recovery_codes_page"), 303)


def _set_up(
    session: Session, who: Colleague, offer: Offer, step: int, codes: list[str], *, is_first: bool = False
) -> None:
    """Raises TakenAlready: with a password alone nobody replaces an app that is there."""
    at, key = clock.now(), settings.current().secret_key
    member = staff_member.for_update(session, who.id)
    before = {"second_step": member.has_second_step}
    if is_first and member.has_second_step:
        raise TakenAlready
    sealed = sealing.seal(key, staff_second_step.about(who.id), offer.secret)
    staff_second_step.set_up(session, member, sealed, step, at=at)
    staff_recovery_code.replace(session, who.id, codes)
    after = {"second_step": True}
    staff_act.record(session, who, "authenticator", ("staff", str(who.id)), before=before, after=after, at=at)


def _offer(member: StaffMember) -> Offer:
    secret = staff_second_step.new_secret()
    return Offer(secret, sealing.seal(settings.current().secret_key, _about(member), secret))


def _sent(member: StaffMember) -> Offer | None:
    """The secret of the page that the form was on; None where it is damaged, or somebody else's."""
    sealed = request.form.get("sealed", "")
    try:
        return Offer(sealing.unseal(settings.current().secret_key, _about(member), sealed), sealed)
    except Unreadable:
        return None


def _about(member: StaffMember) -> str:
    return f"offer to staff member {member.id}"


def _page_is_old() -> str:
    return _("This page has grown old. Take in the new code below.")


def _not_the_code() -> str:
    return _("This is not the code that your app shows now. Check that your telephone's clock is right.")


def _page(member: StaffMember, offer: Offer, trouble: str = "", *, is_first: bool = False) -> Response:
    address = staff_second_step.address(offer.secret, member.email)
    page = render_template(
        "staff/authenticator.html",
        email=member.email,
        qr=qr_code(address, border=3),
        address=address,
        secret=" ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4)),
        sealed=offer.sealed,
        trouble=trouble,
        is_first=is_first,
    )
    return make_response(page, 422 if trouble else 200)
