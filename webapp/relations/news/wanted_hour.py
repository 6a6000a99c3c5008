"""At which time of the day customers want to be reached, as far as they say it and let it be used."""

from collections.abc import Collection
from datetime import time

from sqlalchemy import exists, select
from sqlmodel import Session, col

from webapp.customers.consent import Consent
from webapp.customers.inference import FactKind
from webapp.customers.profile import CONTACT
from webapp.customers.stated_fact import StatedFact
from webapp.customers.unused_fact import UnusedFact
from webapp.customers.wording import Purpose
from webapp.relations.news.frequency import LEAVES


def of_many(session: Session, customers: Collection[int]) -> dict[int, time]:
    """When letters to these leave that need not leave at once; nobody who has not said it, or allows no profile."""
    whose = col(StatedFact.customer_id)
    off = exists().where(col(UnusedFact.customer_id) == whose, col(UnusedFact.kind) == FactKind.CONTACT.value)
    allowed = exists().where(
        col(Consent.customer_id) == whose,
        col(Consent.purpose) == Purpose.PERSONALISATION.value,
        col(Consent.withdrawn_at).is_(None),
    )
    said = select(whose, col(StatedFact.value)).where(
        whose.in_(customers),
        col(StatedFact.trait) == CONTACT,
        col(StatedFact.value).in_(LEAVES),
        allowed,
        ~off,
    )
    found: dict[int, time] = {}
    for number, value in session.execute(said):
        found[number] = min(LEAVES[value], found.get(number, LEAVES[value]))
    return found
