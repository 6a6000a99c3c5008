"""Recovery codes as they are shown, once: until whoever has them says that they are kept."""

from flask import abort, flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, sealing, settings
from webapp.customers import staff_act, staff_recovery_code
from webapp.customers.colleague import Colleague
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import writing
from webapp.sealing import Unreadable
from webapp.staff import bp, door
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

SHOWN = "desk-codes"


@bp.get("/me/recovery-codes")
@allowed(*EVERY_ROLE)
def recovery_codes_page() -> Response:
    codes = _carried()
    if codes is None:
        flash(_("Recovery codes are shown once. You can have new ones."), "note")
        return redirect(url_for("staff.own_page"), 303)
    return make_response(render_template("staff/recovery_codes.html", codes=codes, wanted=door.wanted()))


@bp.get("/me/recovery-codes.txt")
@allowed(*EVERY_ROLE)
def recovery_codes_file() -> Response:
    codes = _carried() or abort(404)
    told = _("Recovery codes for the desk of Lekalo, %(email)s. Each is good once.", email=colleague().email)
    response = make_response("\n".join([told, "", *codes, ""]))
    response.mimetype = "text/plain"
    response.headers.set("Content-Disposition", "attachment", filename="lekalo-recovery-codes.txt")
    return response


@bp.post("/me/recovery-codes")
@allowed(*EVERY_ROLE)
@stepped_up
def new_recovery_codes() -> Response:
    """Ten new ones; those before them are worth nothing from now on."""
    who, codes, at = colleague(), staff_recovery_code.new_codes(), clock.now()
    with writing() as transaction:
        before = {"recovery_codes": staff_recovery_code.left(transaction, who.id)}
        staff_recovery_code.replace(transaction, who.id, codes)
        after = {"recovery_codes": len(codes)}
        thing = ("staff", str(who.id))
        staff_act.record(transaction, who, "new-recovery-codes", thing, before=before, after=after, at=at)
    carry(who, codes)
    return redirect(url_for("staff.recovery_codes_page"), 303)


@bp.post("/me/recovery-codes/removal")
@allowed(*EVERY_ROLE)
def recovery_codes_kept() -> Response:
    """They are on paper or in a file now, and leave the browser."""
    session.pop(SHOWN, None)
    flash(_("Good. Keep them apart from your telephone."), "done")
    return redirect(door.wanted(), 303)


def carry(who: Colleague, codes: list[str]) -> None:
    """Lets this browser, and nobody else, show the codes; we keep nothing but their hashes."""
    session[SHOWN] = sealing.seal(settings.current().secret_key, _about(who), " ".join(codes))


def _carried() -> list[str] | None:
    try:
        return sealing.unseal(
            settings.current().secret_key, _about(colleague()), session.get(SHOWN, "")
        ).split()
    except Unreadable:
        return None


def _about(who: Colleague) -> str:
    return f"recovery codes of staff member {who.id}"
