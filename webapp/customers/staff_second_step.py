"""The second step of signing in at the desk: six digits of an authenticator app, each good for one use."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import Session, col

from webapp.customers.staff_member import StaffMember

if TYPE_CHECKING:
    from pyotp import TOTP

SECONDS = 30  # of one step, as all authenticator apps have it
WINDOW = 1  # steps before and after: clocks of telephones differ
ISSUER = "Lekalo"


def new_secret() -> str:
    """What the app and we share: 160 random bits."""
    from pyotp import random_base32  # here, as below: only who signs in at the desk needs it

    return random_base32()


def address(secret: str, email: str) -> str:
    """What the QR code says to an app."""
    return _app(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def about(member_id: int) -> str:
    """What a sealed secret is sealed for."""
    return f"second step of staff member {member_id}"


def step_of(secret: str, digits: str, *, at: datetime) -> int | None:
    """The step that these digits are of, if they are those of now, or just before or after."""
    app, now = _app(secret), int(at.timestamp()) // SECONDS
    given = "".join(digits.split())
    fitting = None
    for step in range(now - WINDOW, now + WINDOW + 1):  # all of them, so that time tells nothing
        if hmac.compare_digest(app.generate_otp(step), given.encode("ascii", "replace").decode()):
            fitting = step
    return fitting


def set_up(session: Session, member: StaffMember, sealed: str, step: int, *, at: datetime) -> None:
    """From now on this app is asked for; the digits that showed it works are used up."""
    member.totp_sealed, member.totp_step, member.totp_since = sealed, step, at
    session.add(member)
    session.flush()


def take_away(session: Session, member: StaffMember) -> None:
    """The next sign-in sets up another app."""
    member.totp_sealed, member.totp_since = "", None
    session.add(member)
    session.flush()


def use(session: Session, member_id: int, step: int) -> bool:
    """Uses the digits of a step up; False where they, or later ones, were used before."""
    used = session.execute(
        update(StaffMember)
        .where(col(StaffMember.id) == member_id, col(StaffMember.totp_step) < step)
        .values(totp_step=step)
        .returning(col(StaffMember.id))
    )
    return used.first() is not None


def _app(secret: str) -> "TOTP":
    from pyotp import TOTP

    return TOTP(secret)
