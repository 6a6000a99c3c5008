"""Whether it is really them: six digits of their app, a recovery code, or, in the demo, the password once more."""

import math
from datetime import timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from werkzeug import Response

from webapp import attempts, clock, sealing, settings
from webapp.customers import (
    staff_act,
    staff_member,
    staff_recovery_code,
    staff_second_step,
    staff_session,
)
from webapp.customers.colleague import Colleague
from webapp.customers.staff_member import StaffMember
from webapp.database import writing
from webapp.sealing import Unreadable
from webapp.staff.sign_in import too_many_tries

TRIES = 5
WITHIN = timedelta(minutes=15)


class Refusal(NamedTuple):
    """Why somebody is not let through, as they read it."""

    told: str
    status: int = 422
    pause: timedelta | None = None

    def on(self, response: Response) -> Response:
        if self.pause is not None:
            response.headers["Retry-After"] = str(math.ceil(self.pause.total_seconds()))
        return response


def secret_of(member: StaffMember) -> str | None:
    """What their app knows; None where there is none, or the site's signing key was changed since."""
    if not member.has_second_step or member.id is None:
        return None
    about = staff_second_step.about(member.id)
    try:
        return sealing.unseal(settings.current().secret_key, about, member.totp_sealed)
    except Unreadable:
        return None


def check(
    who: Colleague, member: StaffMember, *, digits: str = "", recovery: str = "", password: str = ""
) -> Refusal | None:
    """Takes one of the three, and uses it up; None where it is right.

    Wrong tries are counted in the database, so that the limit holds for all processes together, and recorded.
    """
    at, secret = clock.now(), secret_of(member)
    step = staff_second_step.step_of(secret, digits, at=at) if secret and digits else None
    is_password = (
        bool(password) and _goes_by_password(member) and staff_member.knows(member, password)
    )  # slow, so before the transaction
    key = f"desk second step of {who.id}"
    with writing() as session:
        if pause := attempts.wait(session, key, limit=TRIES, within=WITHIN, at=at):
            return Refusal(too_many_tries(pause), 429, pause)
        if recovery:
            is_right = staff_recovery_code.use(session, who.id, recovery, at=at)
        else:
            is_right = is_password or (step is not None and staff_second_step.use(session, who.id, step))
        thing = ("staff", str(who.id))
        if is_right:
            if who.session_id is not None:
                staff_session.prove(session, who, at=at)
            if recovery:
                left = staff_recovery_code.left(session, who.id)
                after = {"recovery_codes": left}
                before = {"recovery_codes": left + 1}
                staff_act.record(session, who, "recovery-code", thing, before=before, after=after, at=at)
            return None
        attempts.allowed(session, key, limit=TRIES, within=WITHIN, at=at)
        reason = "recovery code" if recovery else "used before" if step is not None else "wrong"
        staff_act.record(
            session, who, "second-step-refused", thing, before={}, after={"reason": reason}, at=at
        )
    return Refusal(_why(recovery, password, is_used=step is not None))


def check_password(who: Colleague, member: StaffMember, password: str) -> Refusal | None:
    """Whether this is their password; wrong tries are counted as those at the door are told."""
    at, is_right = clock.now(), staff_member.knows(member, password)
    key = f"desk password of {who.id}"
    with writing() as session:
        if pause := attempts.wait(session, key, limit=TRIES, within=WITHIN, at=at):
            return Refusal(too_many_tries(pause), 429, pause)
        if not is_right:
            attempts.allowed(session, key, limit=TRIES, within=WITHIN, at=at)
    return None if is_right else Refusal(_("This is not your password."))


def _goes_by_password(member: StaffMember) -> bool:
    return member.is_demo and not member.has_second_step


def _why(recovery: str, password: str, *, is_used: bool) -> str:
    if recovery:
        return _("This is none of your recovery codes, or it was used before.")
    if password:
        return _("This is not your password.")
    if is_used:
        return _("This code was used already. Wait for the next one; it comes within half a minute.")
    return _("This is not the code that your app shows now. Check that your telephone's clock is right.")
