"""Notes on a thread that colleagues leave for each other. No page, letter or file of a customer reads this table."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, Session, SQLModel, col, select

LONGEST = 2000
MOST = 200


class ThreadNote(SQLModel, table=True):
    """One note, in a table of its own, so that nobody can show it by forgetting a condition."""

    __tablename__ = "thread_notes"
    __table_args__ = (Index("ix_thread_notes_thread_id_at", "thread_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    thread_id: int = Field(foreign_key="threads.id", ondelete="CASCADE")
    staff_member_id: int = Field(foreign_key="staff_members.id", index=True, ondelete="RESTRICT")
    staff_name: str = Field(max_length=100, description="as it was then")
    text: str = Field(sa_type=Text)
    at: datetime


def of(session: Session, thread_id: int) -> Sequence[ThreadNote]:
    """The notes on a thread, in order."""
    kept = select(ThreadNote).where(ThreadNote.thread_id == thread_id)
    return session.exec(
        kept.order_by(col(ThreadNote.at).desc(), col(ThreadNote.id).desc()).limit(MOST)
    ).all()[::-1]
