"""Invitations to the desk: a letter with a link that lets one person in once, with the roles an owner chose."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.colleague import Colleague
from webapp.customers.staff_role import Role

LIFE = timedelta(days=7)


class StaffInvitation(SQLModel, table=True):
    """One person who may join. Their letter holds the link, we keep its hash."""

    __tablename__ = "staff_invitations"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    role_names: str = Field(max_length=100)
    link_hash: str = Field(unique=True, max_length=64, description="SHA-256")
    language: str = Field(max_length=10)
    invited_by: int = Field(foreign_key="staff_members.id", ondelete="RESTRICT")
    invited_by_name: str = Field(max_length=100, description="as it was then")
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(Role(name) for name in self.role_names.split())

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > at


def new_link() -> str:
    """What stands in the letter and nowhere else."""
    return secrets.token_urlsafe(32)


def invite(
    session: Session,
    email: str,
    roles: Iterable[Role],
    link: str,
    *,
    who: Colleague,
    language: str,
    at: datetime,
) -> StaffInvitation:
    """Keeps an invitation; one that the same person has not answered yet is withdrawn in its favour."""
    for older in session.exec(_unanswered().where(StaffInvitation.email == email)):
        older.withdrawn_at = at
    made = StaffInvitation(
        email=email,
        role_names=" ".join(role for role in Role if role in set(roles)),
        link_hash=_hash(link),
        language=language,
        invited_by=who.id,
        invited_by_name=who.name,
        invited_at=at,
        expires_at=at + LIFE,
    )
    session.add(made)
    session.flush()
    return made


def unanswered(session: Session) -> Sequence[StaffInvitation]:
    """Those that nobody has accepted or withdrawn, the latest first; some may have run out."""
    return session.exec(_unanswered().order_by(col(StaffInvitation.id).desc())).all()


def by_id(session: Session, number: int, *, for_update: bool = False) -> StaffInvitation | None:
    """One that may still be sent again or withdrawn."""
    found = _unanswered().where(StaffInvitation.id == number)
    return session.exec(found.with_for_update() if for_update else found).first()


def by_link(session: Session, link: str, *, at: datetime) -> StaffInvitation | None:
    """The invitation that a link is of, while it lets somebody in."""
    found = session.exec(select(StaffInvitation).where(StaffInvitation.link_hash == _hash(link))).first()
    return found if found is not None and found.is_open(at) else None


def renew(session: Session, invitation: StaffInvitation, link: str, *, at: datetime) -> None:
    """A new letter with a new link; the old one is worth nothing from now on."""
    invitation.link_hash, invitation.expires_at = _hash(link), at + LIFE
    session.flush()


def withdraw(session: Session, invitation: StaffInvitation, *, at: datetime) -> None:
    invitation.withdrawn_at = at
    session.flush()


def accept(session: Session, link: str, *, at: datetime) -> StaffInvitation | None:
    """Uses a link up; None where it is unknown, old, withdrawn or used."""
    used = session.execute(
        update(StaffInvitation)
        .where(
            col(StaffInvitation.link_hash) == _hash(link),
            col(StaffInvitation.accepted_at).is_(None),
            col(StaffInvitation.withdrawn_at).is_(None),
            col(StaffInvitation.expires_at) > at,
        )
        .values(accepted_at=at)
        .returning(col(StaffInvitation.id))
    ).first()
    return None if used is None else session.get_one(StaffInvitation, used[0])


def _unanswered():  # type: ignore[no-untyped-def]  # a select of rows, whose type is longer than its use
    return select(StaffInvitation).where(
        col(StaffInvitation.accepted_at).is_(None), col(StaffInvitation.withdrawn_at).is_(None)
    )


def _hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()
