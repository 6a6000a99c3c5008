"""Acts that ask once more who is there, unless that was shown within the last minutes; nothing typed is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import reading, stop_reading
from webapp.fragments import swapping
from webapp.staff import bp, door, proof
from webapp.staff.proof import Refusal
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

CODE = "step_up_code"
PASSWORD = "step_up_password"
LONGEST = 200
NEVER_CARRIED = {"csrf_token", CODE, PASSWORD}

View = Callable[..., Any]


def stepped_up(view: View) -> View:
    """For acts that nobody shall do from a desk that was left open: `@allowed(…)`, then this, then the view.

    Whoever typed their code more than ten minutes ago is asked for another. The form they sent is carried through
    that page and acted upon after it; files are not, and are to be chosen again.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if colleague().is_fresh(clock.now()):
            return view(*args, **kwargs)
        if CODE not in request.form and PASSWORD not in request.form:
            return _page()
        refusal = _tried()
        if refusal is not None:
            return refusal.on(_page(refusal))
        return view(*args, **kwargs)

    return guarded


@bp.post("/step-up")
@allowed(*EVERY_ROLE)
def step_up() -> Response:
    """The same for a page rather than an act: it is opened afterwards."""
    refusal = _tried()
    if refusal is None:
        return redirect(door.wanted(), 303)
    return refusal.on(_page(refusal, door.wanted()))


def _tried() -> Refusal | None:
    who = colleague()
    member = reading().get_one(StaffMember, who.id)
    digits = request.form.get(CODE, "").strip()[:LONGEST]
    password = request.form.get(PASSWORD, "")[:LONGEST]
    if not digits and not password:
        return Refusal(_("Please fill this in."))
    stop_reading()
    return proof.check(who, member, digits=digits, password=password)


def _page(refusal: Refusal | None = None, wanted: str = "") -> Response:
    """The form that came, as hidden fields of one that asks for the code as well."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_CARRIED]
    has_files = any(file.filename for file in request.files.values())
    came_from = door.came_from()
    if has_files:
        action, sent = url_for("staff.step_up", next=came_from), []
    elif request.method == "POST" and not wanted:
        action = request.full_path if request.query_string else request.path
    else:
        action, sent = url_for("staff.step_up", next=wanted or request.full_path.rstrip("?")), []
    member = reading().get_one(StaffMember, colleague().id)
    page = render_template(
        "staff/_step_up.html" if swapping() else "staff/step_up.html",
        action=action,
        sent=sent,
        has_files=has_files,
        refusal=refusal,
        by_password=not member.has_second_step,
        is_readable=not member.has_second_step or proof.secret_of(member) is not None,
        back=came_from,
        code_name=CODE,
        password_name=PASSWORD,
    )
    response = make_response(page, refusal.status if refusal else 401)
    if swapping():
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Push-Url"] = "false"
    return response
