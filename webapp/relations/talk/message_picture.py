"""Pictures that hang on messages: looked at, drawn anew and kept without anything but the picture."""

from collections.abc import Sequence

from sqlalchemy import LargeBinary
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.relations.talk.message import Message

ENDINGS = {"image/webp": "webp", "image/svg+xml": "svg"}  # of files, by their type


class MessagePicture(SQLModel, table=True):
    """One picture. Sides are in pixels, 0 of a drawing, which has none; `name`: as its sender called it."""

    __tablename__ = "message_pictures"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    message_id: int = Field(foreign_key="messages.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=100)
    kind: str = Field(max_length=40, description="its type, as browsers know it")
    width: int = 0
    height: int = 0
    size: int = Field(description="in bytes")
    content: bytes = Field(sa_type=LargeBinary)


def of(session: Session, message_ids: Sequence[int]) -> dict[int, list[MessagePicture]]:
    """The pictures of messages, without what is in them."""
    query = select(MessagePicture).where(col(MessagePicture.message_id).in_(message_ids))
    query = query.options(defer(MessagePicture.content)).order_by(col(MessagePicture.id))  # type: ignore[arg-type]
    found: dict[int, list[MessagePicture]] = {}
    for each in session.exec(query):
        found.setdefault(each.message_id, []).append(each)
    return found


def find(session: Session, thread_id: int, code: str) -> MessagePicture | None:
    """A picture with what is in it, if it hangs on a message of this thread."""
    query = (
        select(MessagePicture)
        .join(Message, col(Message.id) == col(MessagePicture.message_id))
        .where(Message.thread_id == thread_id, MessagePicture.code == code)
    )
    return session.exec(query).first()
