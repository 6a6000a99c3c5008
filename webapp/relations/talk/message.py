"""Messages: what was said in a thread, by whom and on which way. Never changed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text
from sqlmodel import Field, Session, SQLModel, col, select

LONGEST = 5000
MOST = 500  # of one thread on a page


class Channel(StrEnum):
    """On which way it came or went."""

    SITE = "site"
    MAIL = "mail"
    PHONE = "phone"  # a colleague wrote down what was said


class By(StrEnum):
    """Who said it."""

    CUSTOMER = "customer"
    GUEST = "guest"  # whoever has the private link
    STAFF = "staff"


class Message(SQLModel, table=True):
    """One message. `name`: of who said it, as they were called then."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_thread_id_at", "thread_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, said once")
    thread_id: int = Field(foreign_key="threads.id", ondelete="CASCADE")
    channel: str = Field(max_length=10)
    by: str = Field(max_length=10)
    staff_member_id: int | None = Field(
        default=None, foreign_key="staff_members.id", index=True, ondelete="RESTRICT"
    )
    name: str = Field(default="", max_length=100)
    text: str = Field(sa_type=Text)
    at: datetime
    mail_message_id: str | None = Field(
        default=None, unique=True, max_length=250, description="of the letter that it came by"
    )

    @property
    def is_ours(self) -> bool:
        return self.by == By.STAFF


def of(session: Session, thread_id: int, *, limit: int = MOST) -> Sequence[Message]:
    """What was said in a thread, in order; where it is very much, the latest of it."""
    latest = select(Message).where(Message.thread_id == thread_id)
    latest = latest.order_by(col(Message.at).desc(), col(Message.id).desc()).limit(limit)
    return session.exec(latest).all()[::-1]


def by_token(session: Session, token: str) -> Message | None:
    return session.exec(select(Message).where(Message.token == token)).first()


def by_mail(session: Session, mail_message_id: str) -> Message | None:
    """The message that a letter has become, if it was read before."""
    return session.exec(select(Message).where(Message.mail_message_id == mail_message_id)).first()
