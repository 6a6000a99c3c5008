"""The second step of signing in: a code of the app, or a recovery code."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug import Response

from webapp.customers import staff_recovery_code
from webapp.customers.colleague import Colleague
from webapp.customers.staff_member import StaffMember
from webapp.database import reading, stop_reading
from webapp.staff import bp, door, proof
from webapp.staff.proof import Refusal

LONGEST = 100  # characters of a code, however it was typed


@bp.get("/sign-in/second-step")
def second_step() -> Response:
    member = door.waiting()
    if current_user.is_authenticated or member is None:
        return _to_the_door()
    if not member.has_second_step:
        return redirect(url_for("staff.first_authenticator", next=request.args.get("next")), 303)
    return _page(member)


@bp.post("/sign-in/second-step")
def take_second_step() -> Response:
    member = door.waiting()
    if member is None or not member.has_second_step:
        return _to_the_door()
    digits = request.form.get("code", "")[:LONGEST]
    recovery = request.form.get("recovery_code", "").strip()[:LONGEST]
    typed = recovery or digits
    if not typed.strip():
        return _page(member, Refusal(_("Please fill this in.")), recovery="recovery_code" in request.form)
    if door.is_in_already(typed):
        return redirect(door.wanted(), 303)
    stop_reading()
    who = Colleague.of(member, request.remote_addr or "")
    refusal = proof.check(who, member, digits=digits, recovery=recovery)
    if refusal is not None:
        return refusal.on(_page(member, refusal, recovery=bool(recovery)))
    door.let_in(member, "recovery code" if recovery else "app", typed)
    if not recovery:
        return redirect(door.wanted(), 303)
    left = staff_recovery_code.left(reading(), who.id)
    flash(
        ngettext("You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left),
        "note",
    )
    if proof.secret_of(member) is None:
        flash(_("Your app is not understood any more. Please set it up anew."), "warning")
    return redirect(url_for("staff.own_page"), 303)


def _to_the_door() -> Response:
    return redirect(url_for("staff.sign_in", next=request.args.get("next")), 303)


def _page(member: StaffMember, refusal: Refusal | None = None, *, recovery: bool = False) -> Response:
    page = render_template(
        "staff/second_step.html",
        email=member.email,
        refusal=refusal,
        by_recovery=recovery,
        is_readable=proof.secret_of(member) is not None,
    )
    return make_response(page, refusal.status if refusal else 200)
