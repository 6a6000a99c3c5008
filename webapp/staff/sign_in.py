"""Signing in to the desk, and who is signed in."""

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
from flask_babel import lazy_gettext
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp import attempts, clock
from webapp.customers import staff_member
from webapp.customers.staff_member import StaffMember
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import local
from webapp.staff import bp

TRIES, WITHIN = 10, timedelta(minutes=5)
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
    if request.endpoint in OPEN_TO_ALL or current_user.is_authenticated:
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
    if not _may_try(form.email.data):
        return _page(form, 429, _("Too many attempts. Try again in five minutes."))
    found = staff_member.by_sign_in(reading(), form.email.data, form.password.data)
    if found is None:
        return _page(form, 422, _("This e-mail and password do not go together."))
    with writing() as transaction:
        for key in _keys(form.email.data):
            attempts.forget(transaction, key)
    session.clear()
    login_user(SignedIn(found, int(clock.now().timestamp())))
    return redirect(_next(), 303)


@bp.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(url_for("staff.sign_in"), 303)


def colleague() -> StaffMember:
    """Who is signed in; only asked on pages of the desk."""
    return cast(SignedIn, current_user).member


def _may_try(email: str) -> bool:
    """Counts a try under each of its keys; whether it is within the limit of all."""
    with writing() as transaction:
        within = [
            attempts.allowed(transaction, key, limit=TRIES, within=WITHIN, at=clock.now())
            for key in _keys(email)
        ]
    return all(within)


def _keys(email: str) -> tuple[str, str]:
    """What tries are counted by: whom they claim to be, and where they come from."""
    return f"sign-in {staff_member.normal(email)}"[:200], f"sign-in from {request.remote_addr}"


def _next() -> str:
    """The page they wanted, if it is one of the desk's."""
    wanted = local(request.args.get("next", ""))
    return wanted if wanted.startswith(f"{bp.url_prefix}/") else url_for("staff.orders")


def _page(form: SignInForm, status: int = 200, trouble: str = "") -> Response:
    return make_response(render_template("staff/sign_in.html", form=form, trouble=trouble), status)
