"""Between the password and the second step: who has shown the first, and how they are let in after the second."""

import hashlib
import hmac
import secrets

from flask import request, session, url_for
from flask_login import login_user

from webapp import clock, settings
from webapp.account.device import described
from webapp.customers import staff_act, staff_member, staff_session
from webapp.customers.colleague import Colleague
from webapp.customers.staff_member import StaffMember
from webapp.database import reading, writing
from webapp.languages import local
from webapp.staff.signed_in import SignedIn

PASSED = "desk-door"
LIFE = 10 * 60  # seconds in which the second step is to follow


def pass_first_step(member: StaffMember) -> None:
    """Notes in this browser whose password was right."""
    session.clear()
    session[PASSED] = {
        "member": member.id,
        "at": int(clock.now().timestamp()),
        "mark": secrets.token_urlsafe(16),
        "password": _mark_of(member),
    }


def waiting() -> StaffMember | None:
    """Whoever has shown their password in this browser a moment ago, and not changed it since."""
    passed = session.get(PASSED)
    if not passed or clock.now().timestamp() - passed["at"] > LIFE:
        return None
    member = staff_member.by_id(reading(), passed["member"])
    return member if member is not None and _mark_of(member) == passed["password"] else None


def let_in(member: StaffMember, how: str, typed: str) -> None:
    """Signs this browser in. `how`: what the second step was, for the record; `typed`: what was typed for it."""
    at, address, token = clock.now(), request.remote_addr or "", _token(typed)
    device = described(request.user_agent.string)
    with writing() as transaction:
        begun = staff_session.start(transaction, member, token, device=device, address=address, at=at)
        who = Colleague.of(member, address, begun.id, at)
        after = {"device": device, "second_step": how}
        staff_act.record(transaction, who, "sign-in", ("staff", str(who.id)), before={}, after=after, at=at)
    session.clear()
    login_user(SignedIn(token, who))


def is_in_already(typed: str) -> bool:
    """Whether this very form has let this browser in before, as when it was sent twice; if so, it is let in again."""
    token = _token(typed)
    found = staff_session.signed_in(reading(), token, at=clock.now())
    if found is None:
        return False
    kept, member = found
    session.clear()
    login_user(SignedIn(token, Colleague.of(member, request.remote_addr or "", kept.id, kept.proven_at)))
    return True


def wanted() -> str:
    """The page they came for, if it is one of the desk's."""
    return _of_the_desk(local(request.args.get("next", "")))


def came_from() -> str:
    """The page of the desk that a form was on."""
    referrer = request.referrer or ""
    path = referrer.removeprefix(request.host_url.rstrip("/"))
    return url_for("staff.desk") if path == referrer else _of_the_desk(local(path))


def _of_the_desk(address: str) -> str:
    return address if address.startswith("/staff/") else url_for("staff.desk")


def _token(typed: str) -> str:
    """The same for the same form of the same browser, and for nobody who does not have its cookie and our key."""
    given = f"desk session {session[PASSED]['mark']} {''.join(typed.split())}"
    return hmac.new(settings.current().secret_key.encode(), given.encode(), hashlib.sha256).hexdigest()


def _mark_of(member: StaffMember) -> str:
    return hashlib.sha256(member.password_hash.encode()).hexdigest()[:16]
