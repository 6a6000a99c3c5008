"""Signing in to the desk, and who is signed in."""

import math
from datetime import timedelta
from typing import cast

from flask import (
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp import attempts, clock
from webapp.customers import staff_member
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import local
from webapp.staff import bp
from webapp.staff.roles import allowed, allowed_at

WITHIN = timedelta(minutes=5)
TRIES_FROM_A_PLACE = 10
# A guard against many places that guess together. So high that one stranger, however many wrong passwords they
# send, keeps no colleague out.
TRIES_FOR_AN_ADDRESS = 100
SHIFT = timedelta(hours=12)  # a cookie that was left behind or taken opens nothing the next day
OPEN_TO_ALL = {"staff.sign_in", "staff.sign_in_now"}

manager = LoginManager()
bp.after_request(kept_private)


class SignedIn(UserMixin):
    """A member of staff as the session knows them, until their shift or, for all sessions, their epoch ends."""

    def __init__(self, member: StaffMember, since: int) -> None:
        self.member = member
        self.since = since  # seconds since 1970

    def get_id(self) -> str:
        return f"{self.member.id}.{self.member.session_epoch}.{self.since}"


class SignInForm(FlaskForm):
    """Who, and what only they know."""

    email = StringField(
        lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Please fill this in.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [DataRequired(lazy_gettext("Please fill this in.")), Length(max=200)]
    )


@bp.record_once
def install(state: BlueprintSetupState) -> None:
    manager.init_app(state.app)


@manager.user_loader
def signed_in(name: str) -> SignedIn | None:
    parts = name.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    number, epoch, since = map(int, parts)
    if clock.now().timestamp() - since > SHIFT.total_seconds():
        return None
    member = staff_member.by_id(reading(), number)
    return SignedIn(member, since) if member is not None and member.session_epoch == epoch else None


@bp.before_request
def staff_only() -> Response | None:
    """Every page of the desk asks who is there; whoever is not signed in is led to the door."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    if current_user.is_authenticated:
        if not may(request.endpoint or ""):
            abort(403)
        return None
    if request.method != "GET":
        abort(401)
    return redirect(url_for("staff.sign_in", next=request.full_path.rstrip("?")), 303)


@bp.get("/sign-in")
def sign_in() -> Response:
    if current_user.is_authenticated:
        return redirect(url_for("staff.orders"), 303)
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
    session.clear()
    login_user(SignedIn(found, int(clock.now().timestamp())))
    return redirect(_next(), 303)


@bp.post("/sign-out")
@allowed(*EVERY_ROLE)
def sign_out() -> Response:
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(url_for("staff.sign_in"), 303)


def may(endpoint: str) -> bool:
    """Whether who is signed in may ask for a page of the desk, which also decides whether they see a link to it."""
    return colleague().has_one_of(allowed_at(endpoint))


def colleague() -> StaffMember:
    """Who is signed in; only asked on pages of the desk."""
    return cast(SignedIn, current_user).member


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
    minutes = math.ceil(pause / timedelta(minutes=1))
    trouble = ngettext(
        "Too many wrong tries. You can try again in %(num)s minute.",
        "Too many wrong tries. You can try again in %(num)s minutes.",
        minutes,
    )
    answer = _page(form, 429, trouble)
    answer.headers["Retry-After"] = str(math.ceil(pause.total_seconds()))
    return answer


def _next() -> str:
    """The page they wanted, if it is one of the desk's."""
    wanted = local(request.args.get("next", ""))
    return wanted if wanted.startswith(f"{bp.url_prefix}/") else url_for("staff.orders")


def _page(form: SignInForm, status: int = 200, trouble: str = "") -> Response:
    return make_response(render_template("staff/sign_in.html", form=form, trouble=trouble), status)
