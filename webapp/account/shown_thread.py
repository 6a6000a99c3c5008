"""A thread as whoever it is with sees it. Notes of colleagues are read nowhere here."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp import mail, settings
from webapp.account.opinions import shown_proposals
from webapp.account.shown_proposal import ShownProposal
from webapp.database import reading
from webapp.relations.card import manager
from webapp.relations.card.manager import Named
from webapp.relations.talk import incoming_mail, message, message_picture, thread_proposal
from webapp.relations.talk.message import Channel, Message
from webapp.relations.talk.message_picture import MessagePicture
from webapp.relations.talk.thread import Thread
from webapp.sales.build import Build
from webapp.sales.key import Purpose, key_for
from webapp.sales.order import Order

WAYS = {
    Channel.SITE.value: "",
    Channel.MAIL.value: lazy_gettext("by e-mail"),
    Channel.PHONE.value: lazy_gettext("on the telephone"),
}


class ShownPicture(NamedTuple):
    """A picture with the address that shows it to whoever reads this page."""

    picture: MessagePicture
    address: str


class ShownMessage:
    """One message with its pictures."""

    def __init__(self, message: Message, pictures: Sequence[ShownPicture]) -> None:
        self.message, self.pictures = message, pictures

    @property
    def way(self) -> str:
        return str(WAYS.get(self.message.channel, ""))

    @property
    def paragraphs(self) -> list[str]:
        """Its text by empty lines."""
        return [part for part in self.message.text.split("\n\n") if part.strip()]


class ShownThread:
    """One thread. `key`: of its private link, where it was opened by that; else it is known by its code."""

    def __init__(self, thread: Thread, key: str | None = None) -> None:
        self.thread, self.opened_by = thread, key

    @property
    def address(self) -> str:
        """Where it is read and answered."""
        if self.opened_by:
            return url_for("account.guest_thread", key=self.opened_by)
        return url_for("account.my_thread", code=self.thread.code)

    @cached_property
    def messages(self) -> list[ShownMessage]:
        """What was said, in order. Two statements."""
        said = message.of(reading(), self.thread.id or 0)
        pictures = message_picture.of(reading(), [each.id for each in said if each.id])
        return [
            ShownMessage(
                each,
                [
                    ShownPicture(one, f"{self.address}/pictures/{one.code}")
                    for one in pictures.get(each.id or 0, ())
                ],
            )
            for each in said
        ]

    @cached_property
    def manager(self) -> Named | None:
        """Who of us looks after them, and who stands in."""
        number = self.thread.customer_id
        return manager.of(reading(), number) if number is not None else None

    @cached_property
    def build(self) -> Build | None:
        number = self.thread.build_id
        return reading().get(Build, number) if number is not None else None

    @cached_property
    def foreign(self) -> dict[int, str]:
        """The addresses of others who were forwarded a letter and answered it, by their messages."""
        mailed = [each.message.id for each in self.messages if each.message.mail_message_id]
        letters = incoming_mail.of_messages(reading(), [each for each in mailed if each]) if mailed else {}
        return {number: letter.sender for number, letter in letters.items() if letter.is_foreign}

    @cached_property
    def proposals(self) -> dict[int, ShownProposal]:
        """The changes that were proposed, beside the build as it is today, by the messages that they came with."""
        if self.build is None or self.build.owner != self.thread.owner:
            return {}
        made = thread_proposal.of(reading(), self.thread.id or 0)
        return dict(zip(made, shown_proposals(self.build, list(made.values())), strict=True))

    @cached_property
    def order(self) -> Order | None:
        number = self.thread.order_id
        return reading().get(Order, number) if number is not None else None

    @property
    def place(self) -> str:
        """The page of what it is about: one's own build to change, another's to look at; "" where there is none."""
        secret = settings.current().secret_key
        if self.order is not None:
            return url_for("account.order_page", key=key_for(Purpose.ORDER, self.order.lock, secret))
        if self.build is None:
            return ""
        if self.build.owner == self.thread.owner and not self.opened_by:
            return url_for("account.kept_build", key=key_for(Purpose.EDIT, self.build.edit_lock, secret))
        return look_link(self.build)

    @property
    def about(self) -> str:
        """What it is about, in a few words."""
        if self.order is not None:
            return _("Order %(number)s", number=self.order.number)
        return self.build.name if self.build is not None else ""

    @property
    def has_news(self) -> bool:
        return has_news(self.thread)


def has_news(thread: Thread) -> bool:
    """Whether something was said that whoever it is with has not seen."""
    return thread.seen_at is None or thread.latest_at > thread.seen_at


def look_link(build: Build) -> str:
    """Where somebody else's build is looked at."""
    key = key_for(Purpose.LOOK, build.look_lock, settings.current().secret_key)
    return url_for("account.shared_build", key=key)


def private_link(thread: Thread) -> str:
    """The address that opens a thread for whoever has it, as it stands in letters."""
    return mail.link("account.guest_thread", key=private_key(thread))


def private_key(thread: Thread) -> str:
    return key_for(Purpose.THREAD, thread.lock, settings.current().secret_key)
