"""What `flask staff add` does: somebody may sign in, with a password and with roles."""

from pydantic import JsonValue

from webapp import clock
from webapp.customers import (
    staff_act,
    staff_member,
    staff_recovery_code,
    staff_second_step,
    staff_session,
)
from webapp.customers.colleague import Colleague
from webapp.customers.staff_role import Role
from webapp.database import reading, writing

COMMAND_LINE = "command line"


def roles_so_far(email: str) -> tuple[Role, ...]:
    """What somebody is there for already; the first colleague of all is the owner; else nothing."""
    known = staff_member.by_email(reading(), email)
    if known is not None:
        return known.roles
    has_owner = any(Role.OWNER in one.roles and not one.is_demo for one in staff_member.everybody(reading()))
    return () if has_owner else (Role.OWNER,)


def add(
    email: str,
    name: str,
    password: str,
    roles: tuple[Role, ...],
    *,
    is_demo: bool = False,
    new_authenticator: bool = False,
) -> None:
    """Keeps somebody, or gives somebody who is known a new password and roles, and ends their sign-ins."""
    known, at = staff_member.by_email(reading(), email), clock.now()
    name = name or (known.name if known else email.partition("@")[0])
    password_hash = staff_member.hashed(password)
    with writing() as session:
        member = staff_member.add(session, email, name, password_hash, at=at, roles=roles, is_demo=is_demo)
        assert member.id is not None
        staff_session.end_all(session, member.id, at=at)
        if new_authenticator:
            staff_second_step.take_away(session, member)
            staff_recovery_code.take_away(session, member.id)
        after: dict[str, JsonValue] = {
            "roles": [role.value for role in member.roles],
            "second_step": member.has_second_step,
        }
        who, thing = Colleague.of(member, COMMAND_LINE), ("staff", str(member.id))
        staff_act.record(session, who, "added", thing, before={}, after=after, at=at)
