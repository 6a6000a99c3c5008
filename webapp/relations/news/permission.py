"""What a subscriber allows at this moment: by the consents of a customer, or those of a guest."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from sqlmodel import Session, col, select

from webapp.customers import guest_consent
from webapp.customers.consent import Consent
from webapp.customers.guest_consent import GuestConsent
from webapp.customers.wording import Purpose
from webapp.relations.news import topic
from webapp.relations.news.subscriber import Subscriber


class About(Protocol):
    """Something to tell that says by which topic."""

    @property
    def topic(self) -> str: ...


class Permission(NamedTuple):
    """Which letters somebody allows. `by`: the consent of each purpose; None where a guest's allows it."""

    by: Mapping[Purpose, int | None]

    def allows(self, code: str) -> bool:
        """Whether a topic may be written about; "" is what concerns one's own builds."""
        return purpose_of(code) in self.by

    def consents(self, entries: Iterable[About]) -> list[int]:
        """The consents of a customer that a letter rests on."""
        found = {self.by.get(purpose_of(each.topic)) for each in entries}
        return sorted(number for number in found if number is not None)


def purpose_of(code: str) -> Purpose:
    """The consent that a topic needs."""
    about = topic.read(code)
    return about.purpose if about else Purpose.BUILD_LETTERS


def of_one(session: Session, who: Subscriber, *, for_update: bool = False) -> Permission:
    """`for_update`: a withdrawal comes before what follows, or finds it."""
    if who.customer_id is None:
        held = guest_consent.held(session, who.email or "", for_update=for_update)
        return Permission({one.of_purpose: None for one in held})
    query = select(Consent).where(Consent.customer_id == who.customer_id, col(Consent.withdrawn_at).is_(None))
    found = session.exec(query.with_for_update() if for_update else query)
    return Permission({Purpose(one.purpose): one.id for one in found})


def of_many(session: Session, those: Collection[Subscriber]) -> dict[int, Permission]:
    """The same for many at once, by subscriber."""
    customers = [one.customer_id for one in those if one.customer_id]
    emails = [one.email for one in those if one.email]
    given: dict[int, dict[Purpose, int | None]] = {}
    by_guest: dict[str, dict[Purpose, int | None]] = {}
    held = col(Consent.withdrawn_at).is_(None)
    for one in session.exec(select(Consent).where(col(Consent.customer_id).in_(customers), held)):
        given.setdefault(one.customer_id, {})[Purpose(one.purpose)] = one.id
    still = col(GuestConsent.withdrawn_at).is_(None)
    for each in session.exec(select(GuestConsent).where(col(GuestConsent.email).in_(emails), still)):
        by_guest.setdefault(each.email, {})[each.of_purpose] = None
    return {
        one.id or 0: Permission(
            given.get(one.customer_id, {}) if one.customer_id else by_guest.get(one.email or "", {})
        )
        for one in those
    }
