"""A thread and the inbox as the desk shows them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask import url_for
from flask_babel import lazy_gettext

from webapp.account.shown_thread import ShownMessage, ShownPicture, look_link
from webapp.database import reading
from webapp.relations.card import manager
from webapp.relations.card.manager import Named
from webapp.relations.talk import (
    correspondent,
    incoming_mail,
    message,
    message_picture,
    thread_note,
    thread_proposal,
)
from webapp.relations.talk.correspondent import Correspondent
from webapp.relations.talk.inbox import Box, Entry
from webapp.relations.talk.incoming_mail import IncomingMail
from webapp.relations.talk.thread import Thread
from webapp.relations.talk.thread_note import ThreadNote
from webapp.sales.build import Build
from webapp.sales.order import Order
from webapp.sales.proposal import Proposal

FEW = 5  # threads on a card or an order
SNIPPET = 160
BOXES = {
    Box.WAITING: lazy_gettext("Await an answer"),
    Box.MINE: lazy_gettext("Mine"),
    Box.UNASSIGNED: lazy_gettext("Nobody's"),
    Box.ALL: lazy_gettext("All"),
}


class Line(NamedTuple):
    """One thing in a thread: a message, or a note for colleagues."""

    at: datetime
    message: ShownMessage | None = None
    note: ThreadNote | None = None


class StaffThread:
    """One thread with all that a colleague needs to answer it. Some ten statements, however much was said."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread

    @cached_property
    def lines(self) -> list[Line]:
        """What was said and noted, in order."""
        number = self.thread.id or 0
        said = message.of(reading(), number)
        pictures = message_picture.of(reading(), [each.id for each in said if each.id])
        lines = [
            Line(
                each.at,
                ShownMessage(each, [self._picture(one) for one in pictures.get(each.id or 0, ())]),
            )
            for each in said
        ]
        lines += [Line(each.at, note=each) for each in thread_note.of(reading(), number)]
        return sorted(lines, key=lambda line: line.at)

    @cached_property
    def letters(self) -> dict[int, IncomingMail]:
        """The letters that messages came by."""
        mailed = [each.message.message for each in self.lines if each.message is not None]
        numbers = [each.id for each in mailed if each.id and each.mail_message_id]
        return incoming_mail.of_messages(reading(), numbers) if numbers else {}

    @property
    def foreign(self) -> dict[int, str]:
        """The addresses of others who were forwarded a letter and answered it, by their messages."""
        return {number: letter.sender for number, letter in self.letters.items() if letter.is_foreign}

    @cached_property
    def unsaid(self) -> Sequence[IncomingMail]:
        """Letters to the thread that became no message: of machines, and of ours that did not arrive."""
        return incoming_mail.unsaid(reading(), self.thread.id or 0)

    @cached_property
    def proposals(self) -> dict[int, Proposal]:
        """The changes that were proposed, by the messages that they came with."""
        return thread_proposal.of(reading(), self.thread.id or 0)

    @property
    def may_propose(self) -> bool:
        """Whether it is about a build of whom it is with."""
        return self.build is not None and self.build.owner == self.thread.owner

    @cached_property
    def who(self) -> Correspondent:
        return correspondent.of(reading(), self.thread)

    @cached_property
    def manager(self) -> Named | None:
        number = self.thread.customer_id
        return manager.of(reading(), number) if number is not None else None

    @cached_property
    def order(self) -> Order | None:
        number = self.thread.order_id
        return reading().get(Order, number) if number is not None else None

    @cached_property
    def build(self) -> Build | None:
        number = self.thread.build_id
        return reading().get(Build, number) if number is not None else None

    @property
    def build_link(self) -> str:
        """Where the build is looked at, as its owner shows it."""
        return look_link(self.build) if self.build is not None else ""

    def _picture(self, picture: message_picture.MessagePicture) -> ShownPicture:
        place = url_for("staff.thread_picture", number=self.thread.id, picture=picture.code)
        return ShownPicture(picture, place)


class ShownEntry:
    """One line of the inbox."""

    def __init__(self, entry: Entry, at: datetime) -> None:
        self.entry, self.thread, self.at = entry, entry.thread, at

    @property
    def is_late(self) -> bool:
        promised = self.thread.promised_by
        return promised is not None and promised < self.at

    @property
    def snippet(self) -> str:
        """The beginning of what was said last."""
        words = " ".join((self.entry.last.text if self.entry.last else "").split())
        return words if len(words) <= SNIPPET else f"{words[:SNIPPET].rstrip()}…"


def entries(found: Sequence[Entry], at: datetime) -> list[ShownEntry]:
    return [ShownEntry(each, at) for each in found]
