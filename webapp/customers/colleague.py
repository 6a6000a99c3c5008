"""A member of staff at work: who, with which roles, and from where, as their acts are recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import Role

FRESH = timedelta(minutes=10)  # how long a code that was typed counts for acts that ask for one


@dataclass(frozen=True)
class Colleague:
    """Who is acting. `session_id` and `proven_at` are of the sign-in they act under, where there is one."""

    id: int
    name: str
    email: str
    roles: tuple[Role, ...]
    address: str = ""
    session_id: int | None = None
    proven_at: datetime | None = None

    @classmethod
    def of(
        cls,
        member: StaffMember,
        address: str,
        session_id: int | None = None,
        proven_at: datetime | None = None,
    ) -> "Colleague":
        assert member.id is not None
        return cls(member.id, member.name, member.email, member.roles, address, session_id, proven_at)

    def has_one_of(self, roles: Iterable[Role]) -> bool:
        return not set(self.roles).isdisjoint(roles)

    def is_fresh(self, at: datetime) -> bool:
        """Whether they have shown lately that it is them, and not whoever found their desk open."""
        return self.proven_at is not None and at - self.proven_at <= FRESH
