"""What a customer prefers, as far as they allow us to know it: what they say of themselves."""

from datetime import datetime

from sqlmodel import Session, col, select

from catalog.preference import Preference
from webapp.customers.consent import Consent
from webapp.customers.stated_fact import StatedFact
from webapp.customers.wording import Purpose


def preferences_of(session: Session, customer_id: int, *, at: datetime) -> tuple[Preference, ...]:
    """What is known of a customer's taste at this moment; nothing without their consent. At most two statements."""
    stated = (
        select(StatedFact.trait, StatedFact.value)
        .join(Consent, col(Consent.customer_id) == col(StatedFact.customer_id))
        .where(
            StatedFact.customer_id == customer_id,
            Consent.purpose == Purpose.PERSONALISATION.value,
            col(Consent.withdrawn_at).is_(None),
        )
    )
    return tuple(Preference(trait, value, True, 1.0) for trait, value in session.exec(stated))
