"""Recovery codes: ten words on paper for the day when the telephone is gone, each good for one sign-in."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import Field, Session, SQLModel, col, select

CODES = 10
BITS = 80  # so many that their hashes need neither salt nor key


class StaffRecoveryCode(SQLModel, table=True):
    """One code of one member of staff, as a hash."""

    __tablename__ = "staff_recovery_codes"

    id: int | None = Field(default=None, primary_key=True)
    staff_member_id: int = Field(foreign_key="staff_members.id", index=True, ondelete="CASCADE")
    code_hash: str = Field(max_length=64, description="SHA-256")
    used_at: datetime | None = None


def new_codes() -> list[str]:
    """Such as `ABCD-EFGH-2345-6MNP`."""
    return [_grouped(base64.b32encode(secrets.token_bytes(BITS // 8)).decode()) for _ in range(CODES)]


def replace(session: Session, member_id: int, codes: Sequence[str]) -> None:
    """From now on these are good, and no others."""
    take_away(session, member_id)
    session.add_all(StaffRecoveryCode(staff_member_id=member_id, code_hash=_hash(code)) for code in codes)
    session.flush()


def take_away(session: Session, member_id: int) -> None:
    session.execute(delete(StaffRecoveryCode).where(col(StaffRecoveryCode.staff_member_id) == member_id))


def use(session: Session, member_id: int, code: str, *, at: datetime) -> bool:
    """Uses a code up; False where it is none of theirs, or was used before."""
    used = session.execute(
        update(StaffRecoveryCode)
        .where(
            col(StaffRecoveryCode.staff_member_id) == member_id,
            col(StaffRecoveryCode.code_hash) == _hash(code),
            col(StaffRecoveryCode.used_at).is_(None),
        )
        .values(used_at=at)
        .returning(col(StaffRecoveryCode.id))
    )
    return used.first() is not None


def left(session: Session, member_id: int) -> int:
    """How many may still be used."""
    unused = (
        col(StaffRecoveryCode.staff_member_id) == member_id,
        col(StaffRecoveryCode.used_at).is_(None),
    )
    return session.exec(select(func.count()).select_from(StaffRecoveryCode).where(*unused)).one()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _hash(code: str) -> str:
    """However it was typed: capitals, spaces and dashes make no difference, nor do digits that look like letters."""
    typed = "".join(sign for sign in code.upper() if sign.isalnum()).translate(str.maketrans("018", "OIB"))
    return hashlib.sha256(typed.encode()).hexdigest()
