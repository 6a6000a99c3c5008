"""Members of staff and their passwords."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Column, String, text
from sqlmodel import Field, Session, SQLModel, select

from webapp.customers.staff_role import Role

hasher = PasswordHasher()


class StaffMember(SQLModel, table=True):
    """Somebody who may sign in to the desk."""

    __tablename__ = "staff_members"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=100)
    password_hash: str
    role_names: str = Field(
        default="",
        sa_column=Column("roles", String(100), nullable=False, server_default=text("''")),
        description="of Role, in its order, with a space between them",
    )
    session_epoch: int = Field(default=0, description="raised to end all sessions of this person")
    added_at: datetime
    left_at: datetime | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(Role(name) for name in self.role_names.split())

    @roles.setter
    def roles(self, given: Iterable[Role]) -> None:
        kept = set(given)
        self.role_names = " ".join(role for role in Role if role in kept)

    def has_one_of(self, roles: Iterable[Role]) -> bool:
        return not set(self.roles).isdisjoint(roles)


def hashed(password: str) -> str:
    """Slow by design: to be asked before a transaction is open."""
    return hasher.hash(password)


def add(
    session: Session,
    email: str,
    name: str,
    password_hash: str,
    *,
    at: datetime,
    roles: Iterable[Role] = (Role.OWNER,),
) -> StaffMember:
    """A new member of staff, or a new password and new roles for one who is there already."""
    member = session.exec(select(StaffMember).where(StaffMember.email == normal(email))).first()
    if member is None:
        member = StaffMember(email=normal(email), name=name, password_hash=password_hash, added_at=at)
    else:
        member.name, member.password_hash, member.left_at = name, password_hash, None
        member.session_epoch += 1
    member.roles = tuple(roles)
    session.add(member)
    session.flush()
    return member


def by_sign_in(session: Session, email: str, password: str) -> StaffMember | None:
    """Who this is, if the password is right; takes as long for a stranger as for a colleague."""
    member = session.exec(select(StaffMember).where(StaffMember.email == normal(email))).first()
    working = member is not None and member.left_at is None
    is_right = _fits(member.password_hash if member else _nobodys_hash(), password)
    return member if working and is_right else None


def is_known(session: Session, email: str) -> bool:
    return session.exec(select(StaffMember.id).where(StaffMember.email == normal(email))).first() is not None


def by_id(session: Session, number: int) -> StaffMember | None:
    member = session.get(StaffMember, number)
    return member if member is not None and member.left_at is None else None


def normal(email: str) -> str:
    return email.strip().lower()


def _fits(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")
