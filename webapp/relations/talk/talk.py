"""Talking: threads are opened, something is said in them, noted on them; they are given to a colleague and closed.

Pages and whoever reads the mail call the same acts. Nothing here writes letters: who acts puts them into the outbox.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from webapp.relations.talk import answer_clock, message
from webapp.relations.talk.answer_clock import Promise
from webapp.relations.talk.attachment import Picture
from webapp.relations.talk.message import By, Channel, Message
from webapp.relations.talk.message_picture import MessagePicture
from webapp.relations.talk.thread import State, Thread
from webapp.relations.talk.thread_note import ThreadNote
from webapp.sales.key import new_code


class Said(NamedTuple):
    """Something that somebody says. `token`: of the form or letter it came by; what comes twice is said once.

    `staff_member_id`: of a colleague; `mail_message_id`: of a letter that was read.
    """

    by: By
    name: str
    text: str
    token: str
    channel: Channel = Channel.SITE
    pictures: Sequence[Picture] = ()
    staff_member_id: int | None = None
    mail_message_id: str | None = None


def begin(
    session: Session, fresh: Thread, said: Said, *, at: datetime, promise: Promise | None = None
) -> Thread:
    """Opens a thread with its first message. A form that comes twice answers with the thread that it opened."""
    fresh.code = fresh.code or new_code()
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        known = session.exec(select(Thread).where(Thread.token == fresh.token)).first()
        if known is None:
            raise
        return known
    say(session, fresh, said, at=at, promise=promise)
    return fresh


def say(
    session: Session, thread: Thread, said: Said, *, at: datetime, promise: Promise | None = None
) -> Message | None:
    """Adds a message to a thread that was read for update; None where it was said before.

    A word of theirs begins to wait for an answer until `promise`; a word of ours, by letter, page or telephone, ends
    the waiting, whoever of us says it. Either opens a closed thread again.
    """
    if message.by_token(session, said.token) is not None or (
        said.mail_message_id is not None and message.by_mail(session, said.mail_message_id) is not None
    ):
        return None
    kept = Message(
        token=said.token,
        thread_id=thread.id or 0,
        channel=said.channel.value,
        by=said.by.value,
        staff_member_id=said.staff_member_id,
        name=said.name,
        text=said.text,
        at=at,
        mail_message_id=said.mail_message_id,
    )
    session.add(kept)
    session.flush()
    session.add_all(_picture(kept, each) for each in said.pictures)
    thread.state, thread.latest_at = State.OPEN.value, at
    if said.by is By.STAFF:
        answer_clock.answered(session, thread, who=said.name, at=at)
    else:
        thread.seen_at = at
        if thread.awaiting_since is None:
            answer_clock.begin(session, thread, promise, at=at)
    session.flush()
    return kept


def note(
    session: Session, thread: Thread, words: str, *, token: str, staff_member_id: int, name: str, at: datetime
) -> ThreadNote | None:
    """Leaves a note for colleagues on a thread that was read for update; None where it was left before."""
    if session.exec(select(ThreadNote.id).where(ThreadNote.token == token)).first() is not None:
        return None
    left = ThreadNote(
        token=token,
        thread_id=thread.id or 0,
        staff_member_id=staff_member_id,
        staff_name=name,
        text=words,
        at=at,
    )
    session.add(left)
    session.flush()
    return left


def assign(thread: Thread, staff_member_id: int | None) -> bool:
    """Gives a thread to a colleague, or to nobody; whether that changes anything. Anybody may answer it still."""
    changes = thread.assigned_id != staff_member_id
    thread.assigned_id = staff_member_id
    return changes


def close(session: Session, thread: Thread, *, at: datetime) -> bool:
    """Nothing is left to say; whether it was open. Who waited waits no more: the next word opens it again."""
    was_open = thread.is_open
    thread.state = State.CLOSED.value
    answer_clock.let_go(session, thread, at=at)
    session.flush()
    return was_open


def reopen(thread: Thread) -> bool:
    was_closed = not thread.is_open
    thread.state = State.OPEN.value
    return was_closed


def _picture(of: Message, picture: Picture) -> MessagePicture:
    return MessagePicture(
        code=new_code(),
        message_id=of.id or 0,
        name=picture.name,
        kind=picture.kind,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
        content=picture.content,
    )
