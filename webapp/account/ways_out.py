"""How readers of letters end or change them without signing in: links, and what mail programs are told."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from webapp import mail, settings
from webapp.relations.news import letter_key, subscriber
from webapp.relations.news.subscriber import Subscriber
from webapp.sales.build_letter import Reader


class WaysOut(NamedTuple):
    """The links of a letter about builds. `preferences`: all that its reader follows; "" for who follows nothing."""

    end: str
    preferences: str

    @property
    def header(self) -> str:
        return list_unsubscribe(self.end)


def of_builds(session: Session, reader: Reader) -> WaysOut:
    """How a customer ends letters about their builds: they are told under one consent, and that is what ends."""
    key = letter_key.builds_key(reader.consent_id, secret=settings.current().secret_key)
    known = subscriber.of_customer(session, reader.customer_id)
    return WaysOut(mail.link("account.unsubscribe", key=key), preferences_link(known) if known else "")


def preferences_link(one: Subscriber) -> str:
    """Where a subscriber's topics are changed without signing in."""
    return mail.link(
        "account.preferences", key=letter_key.topics_key(one.lock, settings.current().secret_key)
    )


def unsubscribe_link(one: Subscriber, subscriptions: Sequence[int], *, builds: bool = False) -> str:
    """Ends these subscriptions; `builds`: letters about builds too."""
    key = letter_key.unsubscribe_key(
        one.code, subscriptions, builds=builds, secret=settings.current().secret_key
    )
    return mail.link("account.unsubscribe", key=key)


def list_unsubscribe(link: str) -> str:
    """The header of RFC 2369 and RFC 8058."""
    address = settings.current().unsubscribe_email
    return f"<{link}>, <mailto:{address}?subject=unsubscribe>" if address else f"<{link}>"
