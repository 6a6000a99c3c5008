"""What a stand-in would miss to serve a customer: each thing can be put right by whoever sees it."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from webapp.customers.rights_request import State as RequestState
from webapp.relations.card.card import Card
from webapp.relations.card.errand import Assigned
from webapp.relations.card.manager import Named
from webapp.sales.order_state import State

AFTER_THE_WORKSHOP = {State.SHIPPED, State.COLLECTED, State.DELIVERED, State.CANCELLED, State.REFUNDED}
CONTACT = "contact"


class Missing(StrEnum):
    """One thing that is missing or amiss."""

    NAME = "name"
    PHONE = "phone"
    MANAGER = "manager"
    STAND_IN = "stand-in"
    WAY = "way"  # how they want to be reached
    SIZES = "sizes"
    REQUEST = "request"  # a request about data that nobody has answered
    ERRAND = "errand"  # something was to be done by now
    PROMISE = "promise"  # an order is later than it was promised


def of(
    card: Card,
    manager: Named | None,
    errands: Sequence[Assigned],
    today: date,
    *,
    stated: frozenset[str] | None,
    measures: frozenset[str],
) -> list[Missing]:
    """What is missing, the most pressing first.

    `stated`: of which traits the customer said something themself; None where they allow no profile, so that nobody
    may miss it. `measures`: the traits that are sizes.
    """
    found = {
        Missing.PROMISE: any(
            one.state not in AFTER_THE_WORKSHOP and one.delivery.last_day < today for one in card.orders
        ),
        Missing.REQUEST: any(one.state == RequestState.OPEN for one in card.requests),
        Missing.ERRAND: any(each.errand.is_overdue(today) for each in errands),
        Missing.NAME: not card.subject.name,
        Missing.PHONE: not card.subject.phone,
        Missing.MANAGER: manager is None,
        Missing.STAND_IN: manager is not None and manager.stand_in_id is None,
        Missing.WAY: stated is not None and CONTACT not in stated,
        Missing.SIZES: stated is not None and bool(measures) and stated.isdisjoint(measures),
    }
    return [each for each in found if found[each]]
