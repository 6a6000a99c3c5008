"""Signing in to the desk: the password first, then the second step; and who is signed in."""

import math
from datetime import timedelta
from typing import cast

from flask import abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import LoginManager, current_user, logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp import attempts, clock, settings
from webapp.customers import staff_act, staff_member, staff_session
from webapp.customers.colleague import Colleague
from webapp.customers.staff_role import EVERY_ROLE, Role
from webapp.database import reading, writing
from webapp.fragments import swapping, wants_json
from webapp.guards import kept_private
from webapp.staff import bp, door, presence
from webapp.staff.roles import allowed, allowed_at
from webapp.staff.signed_in import SignedIn

WITHIN = timedelta(minutes=5)
TRIES_FROM_A_PLACE = 10
# A guard against many places that guess together. So high that one stranger, however many wrong passwords they
# send, keeps no colleague out.
TRIES_FOR_AN_ADDRESS = 100
OPEN_TO_ALL = {
    "staff.sign_in",
    "staff.sign_in_now",
    "staff.second_step",
    "staff.take_second_step",
    "staff.first_authenticator",
    "staff.set_up_first_authenticator",
    "staff.invitation",
    "staff.accept_invitation",
}

manager = LoginManager()
manager.session_protection = None  # sessions have rows of their own, and are looked up at each request
bp.after_request(kept_private)


class SignInForm(FlaskForm):
    """Who, and what only they know."""

    email = StringField(
        lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Please fill this in.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(lazy_gettext("Please fill this in.")), Length(max=staff_member.LONGEST_PASSWORD)],
    )


@bp.record_once
def install(state: BlueprintSetupState) -> None:
    manager.init_app(state.app)


@manager.user_loader
def signed_in(token: str) -> SignedIn | None:
    found = staff_session.signed_in(reading(), token, at=clock.now())
    if found is None:
        return None
    kept, member = found
    if member.is_demo and not settings.current().demo:
        return None
    who = Colleague.of(member, request.remote_addr or "", kept.id, kept.proven_at)
    presence.note(who, seen_at=kept.seen_at, address=kept.address)
    return SignedIn(token, who)


@bp.before_request
def staff_only() -> Response | None:
    """Every page of the desk asks who is there, and whether it is one for them."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    if current_user.is_authenticated:
        return None if may(request.endpoint or "") else _not_theirs(allowed_at(request.endpoint or ""))
    if request.method != "GET":
        abort(401)
    return redirect(url_for("staff.sign_in", next=request.full_path.rstrip("?")), 303)


@bp.app_context_processor
def for_links() -> dict[str, object]:
    """Pages show no link to what their reader may not open."""
    return {"may": may}


@bp.get("/sign-in")
def sign_in() -> Response:
    if current_user.is_authenticated:
        return redirect(url_for("staff.desk"), 303)
    return _page(SignInForm(formdata=None))


@bp.post("/sign-in")
def sign_in_now() -> Response:
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    if pause := _count_a_try(form.email.data):
        return _later(form, pause)
    found = staff_member.by_sign_in(reading(), form.email.data, form.password.data)
    if found is None:
        return _page(form, 422, _("This e-mail and password do not go together."))
    with writing() as transaction:
        for key in _keys(form.email.data):
            attempts.take_back(transaction, key)
    if found.is_demo and not settings.current().demo:
        return _page(form, 422, _("This is the sign-in of the demo. It opens nothing here."))
    door.pass_first_step(found)
    if found.is_demo and not found.has_second_step:
        door.let_in(found, "demo", "")
        return redirect(door.wanted(), 303)
    wanted = request.args.get("next")
    page = "staff.second_step" if found.has_second_step else "staff.first_authenticator"
    return redirect(url_for(page, next=wanted), 303)


@bp.post("/sign-out")
@allowed(*EVERY_ROLE)
def sign_out() -> Response:
    who, at = colleague(), clock.now()
    with writing() as transaction:
        device = staff_session.end(transaction, who.id, who.session_id or 0, at=at)
        staff_act.record(
            transaction, who, "sign-out", ("staff", str(who.id)), before={}, after={"device": device}, at=at
        )
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(url_for("staff.sign_in"), 303)


def may(endpoint: str) -> bool:
    """Whether who is signed in may ask for a page of the desk, which also decides whether they see a link to it."""
    return bool(current_user.is_authenticated) and colleague().has_one_of(allowed_at(endpoint))


def colleague() -> Colleague:
    """Who is signed in; only asked on pages of the desk."""
    return cast(SignedIn, current_user).colleague


def too_many_tries(pause: timedelta) -> str:
    """What somebody is told who has to wait."""
    return ngettext(
        "Too many wrong tries. You can try again in %(num)s minute.",
        "Too many wrong tries. You can try again in %(num)s minutes.",
        math.ceil(pause / timedelta(minutes=1)),
    )


def _not_theirs(roles: frozenset[Role]) -> Response:
    if swapping() or wants_json():
        abort(403)
    owners = [one.name for one in staff_member.everybody(reading()) if _is_owner(one)]
    page = render_template(
        "staff/not_yours.html", needed=[one for one in Role if one in roles], owners=owners
    )
    return make_response(page, 403)


def _is_owner(member: staff_member.StaffMember) -> bool:
    return member.left_at is None and Role.OWNER in member.roles


def _count_a_try(email: str) -> timedelta | None:
    """Counts a try before its slow look at the password, taken back if that was right; or how long to wait.

    Only what may be tried is counted: who has to wait makes nobody else wait.
    """
    at = clock.now()
    with writing() as transaction:
        for key, limit in _keys(email).items():
            if pause := attempts.wait(transaction, key, limit=limit, within=WITHIN, at=at):
                return pause
        for key, limit in _keys(email).items():
            attempts.allowed(transaction, key, limit=limit, within=WITHIN, at=at)
    return None


def _keys(email: str) -> dict[str, int]:
    """What wrong tries are counted by, and how many there may be: where they come from, whom they claim to be."""
    return {
        f"desk from {attempts.place(request.remote_addr)}": TRIES_FROM_A_PLACE,
        f"desk as {staff_member.normal(email)}"[:200]: TRIES_FOR_AN_ADDRESS,
    }


def _later(form: SignInForm, pause: timedelta) -> Response:
    answer = _page(form, 429, too_many_tries(pause))
    answer.headers["Retry-After"] = str(math.ceil(pause.total_seconds()))
    return answer


def _page(form: SignInForm, status: int = 200, trouble: str = "") -> Response:
    return make_response(render_template("staff/sign_in.html", form=form, trouble=trouble), status)
