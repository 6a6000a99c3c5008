"""Members of staff: who they are, their passwords and their roles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Column, String, false, text
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.staff_role import Role

hasher = PasswordHasher()

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 100


class LastOwner(Exception):
    """Nobody would be left who may do everything."""


class StaffMember(SQLModel, table=True):
    """Somebody who may sign in to the desk."""

    __tablename__ = "staff_members"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=LONGEST_NAME)
    password_hash: str
    role_names: str = Field(
        default="",
        sa_column=Column("roles", String(100), nullable=False, server_default=text("''")),
        description="of Role, in its order, with a space between them",
    )
    totp_sealed: str = Field(
        default="",
        sa_column_kwargs={"server_default": text("''")},
        description="what their authenticator app knows, sealed; nothing where none is set up",
    )
    totp_step: int = Field(
        default=0, sa_column_kwargs={"server_default": text("0")}, description="the last one used"
    )
    totp_since: datetime | None = None
    is_demo: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": false()},
        description="signs in with a password alone, while the site runs as a demo and never else",
    )
    session_epoch: int = Field(
        default=0, description="of the version before; sessions have rows of their own"
    )
    added_at: datetime
    left_at: datetime | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(Role(name) for name in self.role_names.split())

    @roles.setter
    def roles(self, given: Iterable[Role]) -> None:
        kept = set(given)
        self.role_names = " ".join(role for role in Role if role in kept)

    @property
    def has_second_step(self) -> bool:
        return bool(self.totp_sealed)


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
    is_demo: bool = False,
) -> StaffMember:
    """A new member of staff, or a new name, password and roles for one who is there already, or was once."""
    member = by_email(session, email)
    if member is None:
        member = StaffMember(email=normal(email), name=name, password_hash=password_hash, added_at=at)
    member.name, member.password_hash, member.left_at = name, password_hash, None
    member.roles, member.is_demo = tuple(roles), is_demo
    session.add(member)
    session.flush()
    return member


def by_sign_in(session: Session, email: str, password: str) -> StaffMember | None:
    """Who this is, if the password is right; takes as long for a stranger as for a colleague."""
    member = by_email(session, email)
    working = member is not None and member.left_at is None
    is_right = knows(member, password)
    return member if working and is_right else None


def knows(member: StaffMember | None, password: str) -> bool:
    """Whether this is their password. Slow by design, as `hashed`."""
    return _fits(member.password_hash if member else _nobodys_hash(), password)


def is_known(session: Session, email: str) -> bool:
    return by_email(session, email) is not None


def by_email(session: Session, email: str) -> StaffMember | None:
    """Whoever has this address, also who has left."""
    return session.exec(select(StaffMember).where(StaffMember.email == normal(email))).first()


def by_id(session: Session, number: int) -> StaffMember | None:
    member = session.get(StaffMember, number)
    return member if member is not None and member.left_at is None else None


def everybody(session: Session) -> Sequence[StaffMember]:
    """All who are here, then all who have left, by name."""
    by_name = (col(StaffMember.left_at).is_not(None), col(StaffMember.name), col(StaffMember.id))
    return session.exec(select(StaffMember).order_by(*by_name)).all()


def give_roles(session: Session, member_id: int, roles: Iterable[Role], *, is_demo: bool) -> StaffMember:
    """Changes what a member of staff may do. Raises LastOwner, LookupError. `is_demo`: the site runs as a demo."""
    wanted = tuple(roles)
    others = _other_owners(session, member_id, is_demo=is_demo)
    member = for_update(session, member_id)
    if Role.OWNER in member.roles and Role.OWNER not in wanted and member.left_at is None and not others:
        raise LastOwner
    member.roles = wanted
    session.flush()
    return member


def leave(session: Session, member_id: int, *, at: datetime, is_demo: bool) -> StaffMember:
    """They no longer work here. Raises LastOwner, LookupError. `is_demo`: the site runs as a demo."""
    others = _other_owners(session, member_id, is_demo=is_demo)
    member = for_update(session, member_id)
    if Role.OWNER in member.roles and not others:
        raise LastOwner
    member.left_at = member.left_at or at
    session.flush()
    return member


def come_back(session: Session, member_id: int) -> StaffMember:
    """They work here again, with the roles that they had. Raises LookupError."""
    member = for_update(session, member_id)
    member.left_at = None
    session.flush()
    return member


def set_password(session: Session, member_id: int, password_hash: str) -> None:
    for_update(session, member_id).password_hash = password_hash
    session.flush()


def normal(email: str) -> str:
    return email.strip().lower()


def _other_owners(session: Session, member_id: int, *, is_demo: bool) -> list[StaffMember]:
    """Who else may do everything. Held until the transaction ends, so that two owners do not take away each other."""
    owners = session.exec(
        select(StaffMember)
        .where(col(StaffMember.role_names).contains(Role.OWNER.value), col(StaffMember.left_at).is_(None))
        .order_by(col(StaffMember.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return [one for one in owners if one.id != member_id and (is_demo or not one.is_demo)]


def for_update(session: Session, member_id: int) -> StaffMember:
    """One to be changed. Raises LookupError."""
    found = session.exec(
        select(StaffMember)
        .where(StaffMember.id == member_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise LookupError(member_id)
    return found


def _fits(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")
