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
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


STATE_AFTER = {
    Step.PRODUCTION: State.PRODUCTION,
    Step.SHIPPING: State.SHIPPED,
    Step.CANCELLATION: State.CANCELLED,
}
STEPS_IN = {
    State.PLACED: (Step.CANCELLATION,),
    State.PART: (Step.CANCELLATION,),
    State.DEPOSIT: (Step.PRODUCTION, Step.CANCELLATION),
    State.PAID: (Step.PRODUCTION, Step.CANCELLATION),
    State.PRODUCTION: (Step.SHIPPING, Step.CANCELLATION),
    State.SHIPPED: (),
    State.CANCELLED: (),
}
