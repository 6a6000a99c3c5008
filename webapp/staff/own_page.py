"""What belongs to the sign-in of whoever is signed in: password, app, recovery codes, and where they are signed in."""

from flask import abort, flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from webapp import clock
from webapp.customers import staff_act, staff_member, staff_recovery_code, staff_session
from webapp.customers.staff_member import LONGEST_PASSWORD, SHORTEST_PASSWORD, StaffMember
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import reading, stop_reading, writing
from webapp.staff import bp, proof
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

MISSING = lazy_gettext("Please fill this in.")
TOO_SHORT = lazy_gettext("A password has at least %(min)d characters.")


class PasswordForm(FlaskForm):
    """A new password, by whoever knows the old one."""

    password = PasswordField(
        lazy_gettext("Password so far"), [DataRequired(MISSING), Length(max=LONGEST_PASSWORD)]
    )
    new_password = PasswordField(
        lazy_gettext("New password"),
        [DataRequired(MISSING), Length(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD, message=TOO_SHORT)],
    )


@bp.get("/me")
@allowed(*EVERY_ROLE)
def own_page() -> Response:
    return _page(PasswordForm(formdata=None))


@bp.post("/me/password")
@allowed(*EVERY_ROLE)
def change_password() -> Response:
    """Asks for the old one instead of a code: it would have to be carried through that page."""
    form, who, at = PasswordForm(), colleague(), clock.now()
    if reading().get_one(StaffMember, who.id).is_demo:
        abort(404)  # `make run` prints it at each start
    if not form.validate_on_submit():
        return _page(form, 422)
    refusal = proof.check_password(who, reading().get_one(StaffMember, who.id), form.password.data)
    if refusal is not None:
        form.password.errors = [refusal.told]
        return refusal.on(_page(form, refusal.status))
    stop_reading()
    password_hash = staff_member.hashed(form.new_password.data)
    with writing() as transaction:
        staff_member.set_password(transaction, who.id, password_hash)
        ended = staff_session.end_all(transaction, who.id, at=at, but=who.session_id)
        before = {"sessions": ended + 1}
        thing = ("staff", str(who.id))
        staff_act.record(transaction, who, "password", thing, before=before, after={"sessions": 1}, at=at)
    flash(_("Your password is changed. Everywhere else you are signed out."), "done")
    return redirect(url_for("staff.own_page"), 303)


@bp.post("/me/sessions/<int:number>/removal")
@allowed(*EVERY_ROLE)
def end_own_session(number: int) -> Response:
    who, at = colleague(), clock.now()
    with writing() as transaction:
        device = staff_session.end(transaction, who.id, number, at=at)
        if device is None:
            abort(404)
        after = {"device": device}
        thing = ("staff", str(who.id))
        staff_act.record(transaction, who, "session-ended", thing, before={}, after=after, at=at)
    if number == who.session_id:
        return _gone()
    flash(_("Signed out there."), "done")
    return redirect(url_for("staff.own_page", _anchor="sessions"), 303)


@bp.post("/me/sessions/removal")
@allowed(*EVERY_ROLE)
def end_own_sessions() -> Response:
    """Everywhere, here too."""
    who, at = colleague(), clock.now()
    with writing() as transaction:
        ended = staff_session.end_all(transaction, who.id, at=at)
        thing = ("staff", str(who.id))
        before, after = {"sessions": ended}, {"sessions": 0}
        staff_act.record(transaction, who, "session-ended", thing, before=before, after=after, at=at)
    return _gone()


def _gone() -> Response:
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(url_for("staff.sign_in"), 303)


def _page(form: PasswordForm, status: int = 200) -> Response:
    who = colleague()
    page = render_template(
        "staff/own_page.html",
        me=reading().get_one(StaffMember, who.id),
        form=form,
        is_readable=proof.secret_of(reading().get_one(StaffMember, who.id)) is not None,
        codes_left=staff_recovery_code.left(reading(), who.id),
        sessions=staff_session.living(reading(), who.id, at=clock.now()),
        this_session=who.session_id,
    )
    return make_response(page, status)
