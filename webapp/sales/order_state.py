"""States: how far an order has come, and what may happen to it then."""

from enum import StrEnum

from webapp.sales.order_step import Step


class State(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    PART = "part"  # something has come in, but not enough to begin
    DEPOSIT = "deposit"
    PAID = "paid"
    PRODUCTION = "production"
    READY = "ready"
    SHIPPED = "shipped"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # cancelled, and all that was to go back has arrived


STATE_AFTER = {
    Step.PRODUCTION: State.PRODUCTION,
    Step.READY: State.READY,
    Step.SHIPPING: State.SHIPPED,
    Step.COLLECTION: State.COLLECTED,
    Step.DELIVERY: State.DELIVERED,
    Step.CANCELLATION: State.CANCELLED,
}
# Each wins over those that stand after it.
LATEST_FIRST = (
    Step.CANCELLATION,
    Step.DELIVERY,
    Step.COLLECTION,
    Step.SHIPPING,
    Step.READY,
    Step.PRODUCTION,
)
HANDED_OVER = (Step.SHIPPING, Step.COLLECTION)
STEPS_IN = {
    State.PLACED: (Step.CANCELLATION,),
    State.PART: (Step.CANCELLATION,),
    State.DEPOSIT: (Step.PRODUCTION, Step.CANCELLATION),
    State.PAID: (Step.PRODUCTION, Step.CANCELLATION),
    State.PRODUCTION: (Step.READY, Step.CANCELLATION),
    State.READY: (*HANDED_OVER, Step.CANCELLATION),
    State.SHIPPED: (Step.DELIVERY,),
    State.COLLECTED: (),
    State.DELIVERED: (),
    State.CANCELLED: (),
    State.REFUNDED: (),
}


def way(is_collected: bool) -> tuple[State, ...]:
    """The states of an order that goes well, from the workshop on."""
    if is_collected:
        return State.PRODUCTION, State.READY, State.COLLECTED
    return State.PRODUCTION, State.READY, State.SHIPPED, State.DELIVERED
